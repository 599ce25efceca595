import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readScript, readText } from "../../src/shell/parse.js";
import type { Script } from "../../src/shell/script.js";
import { splitChain } from "../../src/shell/split.js";
import type { Document, RunInstruction } from "../../src/syntax/nodes.js";
import { parse } from "../../src/syntax/parse.js";

const script = (text: string, dialect?: "posix" | "bash"): Script =>
  readText({ text, segments: [{ joined: 0, source: 0, length: text.length }] }, "shell", dialect);

function firstRun(source: string): { run: RunInstruction; document: Document } {
  const result = parse(source);
  const run = result.ok ? result.document.instructions.find((one) => one.kind === "RUN") : undefined;
  if (!result.ok || run?.kind !== "RUN") throw new Error("no RUN");
  return { run, document: result.document };
}

describe("programs behind wrappers", () => {
  test.each([
    ["sudo -u app -E npm ci", "npm", ["ci"], ["sudo -u"]],
    ["env -u A B=1 npm ci", "npm", ["ci"], ["env"]],
    ["exec timeout -k 5 60 npm ci", "npm", ["ci"], ["exec", "timeout"]],
    ["php -d memory_limit=-1 composer.phar install -o", "composer", ["install", "-o"], []],
    ["php8.3 -n /usr/bin/composer install", "composer", ["install"], []],
    ["php artisan composer install", "php", ["artisan", "composer", "install"], []],
    ["python3.11 -m pip install -r x", "pip", ["install", "-r", "x"], []],
    ["/usr/local/bin/npm ci", "npm", ["ci"], []],
    ["corepack pnpm install", "pnpm", ["install"], ["corepack"]],
    ["corepack enable", "corepack", ["enable"], []],
    ["xargs -n 1 npm install", "npm", ["install"], ["xargs"]],
    ["$CMD ci", undefined, ["$CMD", "ci"], []],
    ['sh -c "npm ci"', "sh", ["-c", '"npm ci"'], ["sh -c"]],
  ])("%s", (text, program, args, wrappers) => {
    const [command] = script(text).commands;
    expect({
      program: command?.program,
      args: command?.args.map((word) => word.text),
      wrappers: command?.wrappers,
    }).toEqual({ program, args, wrappers });
  });

  test("assignments before the program, and their values", () => {
    expect(script("A=1 B=$C npm ci").commands[0]).toMatchObject({
      program: "npm",
      assignments: [
        { name: "A", value: "1" },
        { name: "B", value: undefined },
      ],
    });
  });

  test("words know their value, or that they have none", () => {
    expect(script("x 'a b' \"c\"d *.txt ~/y $V").commands[0]?.args.map((word) => word.value)).toEqual([
      "a b",
      "cd",
      undefined,
      "~/y",
      undefined,
    ]);
  });
});

describe("lists", () => {
  test.each([
    ["a && b", true, ["command", "command"]],
    ["a && b | c", true, ["command", "pipeline"]],
    ["a; b", false, ["command", "command"]],
    ["a || b", false, ["command", "command"]],
    ["a && b &", false, ["command", "command"]],
    ["a && b # c", false, ["command", "command"]],
    ["a && (b; c)", true, ["command", "compound"]],
    ["if a; then b; fi", true, ["compound"]],
  ])("%s", (text, flat, shapes) => {
    const read = script(text);
    expect(read.flatChain).toBe(flat);
    expect(read.items.map((item) => item.shape)).toEqual(shapes);
  });

  test("only what runs for certain is top level", () => {
    expect(
      script("a && b | c && (d) && e $(f) || g").commands.map((command) => [
        command.text.split(" ")[0],
        command.topLevel,
      ]),
    ).toEqual([
      ["a", true],
      ["b", false],
      ["c", false],
      ["d", false],
      ["f", false],
      ["e", true],
      ["g", false],
    ]);
  });
});

describe("what is not read for certain is refused", () => {
  test.each([
    ["a && (", "cannot be read"],
    ["echo $(a", "cannot be read"],
    ["[[ -f x ]]", "not every /bin/sh knows"],
    ["cp {a,b} c", "not every /bin/sh knows"],
    ["cat <(a)", "not every /bin/sh knows"],
    ["make ( && x", "cannot be read for certain"],
    ['cat <<"', "no body"],
    ["make > 2>&1", "cannot be read for certain"],
    ["make ${ x", "few shells know"],
    ["make $[1", "cannot be read for certain"],
    ['make "$x"$[1', "cannot be read for certain"],
    ['make "$["', "cannot be read for certain"],
    ["make (", "cannot be read for certain"],
    ["if make(; then a; fi", "cannot be read for certain"],
  ])("%s", (text, why) => {
    expect(script(text).problem).toContain(why);
  });

  test("with bash as SHELL, Bash is read", () => {
    expect(script("[[ -f x ]] && cp {a,b} c", "bash").problem).toBeUndefined();
  });

  test.each([
    ["FROM a\nRUN python3 <<EOF\nprint(1)\nEOF\n", undefined, "input of another program"],
    ["FROM a\nRUN <<EOF\n#!/usr/bin/env python3\nprint(1)\nEOF\n", undefined, "another language"],
    ["FROM a\nRUN dir\n", ["powershell", "-Command"], "powershell"],
  ])("%j", (source, shell, why) => {
    const { run, document } = firstRun(source);
    expect(readScript(run, shell, document).problem).toContain(why);
  });
});

describe("ranges in the Dockerfile", () => {
  test("commands over continuations and comments", () => {
    const source = "FROM a\nRUN set -x \\\n  # note\n  && npm ci \\\n  && echo 'x \\\n y'\n";
    const { run, document } = firstRun(source);
    const read = readScript(run, undefined, document);
    expect(read.commands.map((one) => source.slice(one.start, one.end))).toEqual([
      "set -x",
      "npm ci",
      "echo 'x \\\n y'",
    ]);
    expect(splitChain(read, 1, source)).toMatchObject({ comments: [{ start: source.indexOf("# note") }] });
  });

  test("a heredoc with tabs", () => {
    const source = "FROM a\nRUN <<-EOF\n\tnpm ci\n\tmake\n\tEOF\n";
    const { run, document } = firstRun(source);
    expect(readScript(run, undefined, document).commands.map((one) => source.slice(one.start, one.end))).toEqual([
      "npm ci",
      "make",
    ]);
  });

  test("exec form is one command of the array's words", () => {
    const source = 'FROM a\nRUN ["npm", "ci"]\n';
    const { run, document } = firstRun(source);
    expect(readScript(run, undefined, document)).toMatchObject({
      form: "exec",
      flatChain: false,
      commands: [{ program: "npm", args: [{ value: "ci" }] }],
    });
  });
});

const CORPUS = "../shared/corpus/dockerfiles";
if (!existsSync(CORPUS)) console.log(`skipped: ${CORPUS} is not here`);

test.skipIf(!existsSync(CORPUS))("every command of the corpus lies where its range says", () => {
  let commands = 0;
  const wrong: string[] = [];
  for (const name of readdirSync(CORPUS, { recursive: true, encoding: "utf8" })) {
    if (!name.includes("/")) continue;
    const source = readFileSync(join(CORPUS, name), "utf8");
    const result = parse(source);
    if (!result.ok) continue;
    for (const run of result.document.instructions) {
      // Decoded JSON strings and heredocs without their tabs differ from the file by rule.
      if (run.kind !== "RUN" || run.json !== undefined || run.heredocs.some((one) => one.chomp)) continue;
      for (const command of readScript(run, undefined, result.document).commands) {
        commands++;
        // Over continuations the range holds more than the text: every word must still be in it, in order.
        const range = source.slice(command.start, command.end);
        if (range !== command.text && !/[\\`][ \t]*\r?\n/.test(range)) wrong.push(`${name}: ${command.text}`);
      }
    }
  }
  console.log(`${commands} commands`);
  expect(wrong).toEqual([]);
  expect(commands).toBeGreaterThan(10_000);
});

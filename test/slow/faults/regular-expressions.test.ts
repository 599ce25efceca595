import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";

/** Why a text that takes long cannot come from a repository. */
const EXEMPT: Readonly<Record<string, string>> = {
  "src/builds/bake.ts": "the name of a file: 255 bytes",
  "src/builds/compose.ts": "the name of a file: 255 bytes",
  "src/cli/arguments.ts": "a message of the argument parser",
  "src/cli/process.ts": "a message of Node with a path",
  "src/cli/settings.ts": "a message of Node with a path",
  "src/cli/config/load.ts": "a message of Node with a path",
  "src/config/toml.ts": "the text is known to be TOML: what opens is closed",
  "src/syntax/words.ts": "the text is known to be JSON: what opens is closed",
  "src/ecosystems/gradle.ts": "the name of a task is measured first",
  "src/explain/render.ts": "dockopt's own pages",
  "src/facts/paths.ts": "names that dockopt makes: what opens is closed",
  "src/report/figures.ts": "a number",
  "src/cli/completion/zsh.ts": "dockopt's own text",
  "src/cli/commands/migrate/apply.ts": "what is typed for --author",
};

interface Literal {
  readonly place: string;
  readonly expression: RegExp;
}

/** Every regular expression that is written out. */
const literals: readonly Literal[] = ["src", "transforms"].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.[tj]s$/.test(name))
    .flatMap((name) => literalsIn(join(folder, name))),
);

function literalsIn(path: string): readonly Literal[] {
  const found: Literal[] = [];
  const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const walk = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const [, body = "", flags = ""] = /^\/(.*)\/([a-z]*)$/s.exec(node.text) ?? [];
      const place = `${path}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
      found.push({ place, expression: new RegExp(body, flags) });
    }
    ts.forEachChild(node, walk);
  };
  walk(source);
  return found;
}

/** Texts on which one of our expressions once took time by the square of their length: start, what is repeated, end. */
const ATTACKS = JSON.parse(readFileSync("test/slow/faults/attacks.json", "utf8")) as readonly (readonly [
  string,
  string,
  string,
])[];

/** What any expression may stumble over. */
const REPEATED = [
  ...Array.from(" \t\n\ra0/=\"'#-.,()[]{}<>\\$*:@;&|_`"),
  "\n\t",
  " \n",
  "a ",
  "a=",
  '"a',
  "${",
  "$(",
  "/*",
  "<a",
  "a.",
  "--",
];

const LENGTH = 20_000;

/** Linear time is well below a millisecond; the square of it is a hundred and more. */
const MOST_MS = 60;

const texts = [
  ...ATTACKS,
  ...REPEATED.flatMap((one) => ["", "a", "#a=", "-r", "<a", '"'].map((start) => [start, one, "\u2028"] as const)),
].map(([start, one, end]) => start + one.repeat(Math.ceil(LENGTH / one.length)) + end);

function millisecondsOf(expression: RegExp, text: string): number {
  const start = performance.now();
  if (expression.global) Array.from(text.matchAll(expression));
  else expression.exec(text);
  return performance.now() - start;
}

describe("regular expressions", () => {
  test("are found", () => {
    expect(literals.length).toBeGreaterThan(800);
  });

  test("take time by the length of the text", () => {
    const slow: string[] = [];
    for (const { place, expression } of literals) {
      if (Object.hasOwn(EXEMPT, place.replace(/:\d+$/, "")) || !/[*+{]/.test(expression.source)) continue;
      // The machine has other work, too: what is slow once more is slow.
      const bad = texts.find(
        (text) => millisecondsOf(expression, text) > MOST_MS && millisecondsOf(expression, text) > MOST_MS,
      );
      if (bad !== undefined) slow.push(`${place} ${String(expression)} on ${JSON.stringify(bad.slice(0, 40))}`);
    }
    expect(slow).toEqual([]);
  });
});

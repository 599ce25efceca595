import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { sandbox } from "../cli/process.js";
import { openTerminal, type Terminal } from "./terminal.js";

const SIMPLE = "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";
const SPLIT = "FROM node:20\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\n";
const TWO = `${SIMPLE.replace("node:20", "node:20 AS web")}\n${SIMPLE.replace("/app", "/api")}`;
const FILES = { "package.json": "{}", "package-lock.json": "{}", "src/a.js": "" };
const CTRL_C = "\u0003";
const CTRL_D = "\u0004";

const { root, put, dockopt } = sandbox();
beforeEach(() => {
  put({ ...FILES, Dockerfile: SIMPLE, ".dockerignore": "node_modules\n" });
});

const read = (path: string): string => readFileSync(join(root(), path), "utf8");
const open = (args: readonly string[], more?: Parameters<typeof openTerminal>[2]): Terminal =>
  openTerminal(["-i", ...args], root(), more);

/** An editor that runs this shell on the file, as "$1". */
function editor(script: string): Readonly<Record<string, string>> {
  const path = join(root(), "my editor");
  writeFileSync(path, `#!/bin/sh\nset -e\n${script}\n`);
  chmodSync(path, 0o755);
  return { EDITOR: `'${path}' --wait`, TMPDIR: root() };
}
/** What an editor is called with follows its own arguments. */
const FILE = '"$2"';

describe("answers", () => {
  test("help, no split, yes, undo, no: each hunk with its rule, reason and gain, in 80 columns", async () => {
    put({ Dockerfile: TWO });
    const terminal = open(["Dockerfile"]);
    const first = await terminal.press();
    expect(first).toMatch(/^\nDockerfile:4 \(1\/2\) split-manifest-copy, safe\n {2}copies package\.json/);
    expect(first).toMatch(/an average rebuild takes [\d.]+ s with and without it\n@@/);
    expect(first).toContain("+COPY package.json package-lock.json ./\n RUN npm ci\n+COPY . .\n");
    expect(await terminal.press("?")).toContain("n  leave it\n");
    expect(await terminal.press("x")).toContain("y  make this rewrite\n");
    expect(await terminal.press("s")).toContain("This is one rewrite");
    expect(await terminal.press("u")).toContain("There is no answer to take back.");
    const second = await terminal.press("y");
    expect(second).toMatch(/Dockerfile:\d+ \(2\/2\)/);
    // Of the two stages this one is what a build makes.
    expect(second).toMatch(/an average rebuild: [\d.]+ s -> [\d.]+ s\n@@/);
    expect(await terminal.press("u")).toMatch(/Dockerfile:\d+ \(1\/2\)/);
    expect(await terminal.press("n")).toMatch(/Dockerfile:\d+ \(2\/2\)/);
    expect(read("Dockerfile")).toBe(TWO);
    expect(await terminal.press("y")).toContain("Written: Dockerfile\n");
    expect(await terminal.exit).toBe(0);
    expect(read("Dockerfile")).toBe(`${SIMPLE.replace("node:20", "node:20 AS web")}\n${SPLIT.replace("/app", "/api")}`);
    const widths = terminal
      .screen()
      .split("\n")
      .map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(80);
  });

  test("s: the rewrites of one place one by one; the Enter of an old habit means nothing", async () => {
    const terminal = open(["--suggested", "--only", "split-manifest-copy,mount-package-caches", "Dockerfile"]);
    expect(await terminal.press()).toContain("(1/1) split-manifest-copy, safe\n");
    expect(terminal.screen()).toContain("and mount-package-caches, suggested\n");
    expect(await terminal.press("s")).toContain("(1/2) split-manifest-copy, safe\n");
    expect(await terminal.press("y\r", "n")).toContain("Written: Dockerfile\n");
    expect(read("Dockerfile")).toBe(SPLIT);
  });

  test("a and d are about one file; q writes what was accepted", async () => {
    put({ "b/Dockerfile": TWO, "c/Dockerfile": TWO, "d/Dockerfile": SIMPLE, "e/Dockerfile": SIMPLE });
    for (const folder of ["b", "c", "d", "e"])
      put(Object.fromEntries(Object.entries(FILES).map(([path, text]) => [`${folder}/${path}`, text])));
    const terminal = open(["b/Dockerfile", "c/Dockerfile", "d/Dockerfile", "e/Dockerfile"]);
    expect(await terminal.press("a")).toContain("c/Dockerfile:");
    expect(await terminal.press("d")).toContain("d/Dockerfile:");
    expect(await terminal.press("q")).toContain(
      "Written: b/Dockerfile, b/.dockerignore\nNot looked at: 1 more file.\n",
    );
    expect(await terminal.exit).toBe(0);
    expect(read("b/.dockerignore")).toBe("node_modules\n");
    expect(["c", "d", "e"].map((folder) => read(`${folder}/Dockerfile`))).toEqual([TWO, SIMPLE, SIMPLE]);
    expect(dockopt(["--check", "b"]).status).toBe(0);
  });

  test.each([
    ["Ctrl-C: nothing is written", CTRL_C, 130, TWO, "Interrupted: nothing was written."],
    ["Ctrl-D: what was accepted is written", CTRL_D, 0, undefined, "Written: Dockerfile"],
  ])("%s, and the terminal is as it was", async (_, key, code, text, message) => {
    put({ Dockerfile: TWO });
    const terminal = open(["Dockerfile"], { after: "stty -a" });
    const end = await terminal.press("y", key);
    expect(end).toContain(message);
    expect(end).toMatch(/ icanon /);
    expect(end).toMatch(/ echo /);
    expect(await terminal.exit).toBe(code);
    expect(read("Dockerfile")).toBe(text ?? TWO.replace(SIMPLE.slice(13), SPLIT.slice(13)));
  });

  test("nothing to rewrite, nothing accepted", async () => {
    put({ "split.Dockerfile": SPLIT });
    const nothing = open(["split.Dockerfile"]);
    expect(await nothing.press()).toBe("Nothing to rewrite. Without --interactive dockopt says why.\n");
    expect(await nothing.exit).toBe(0);
    const none = open(["split.Dockerfile", "Dockerfile"]);
    expect(await none.press("q")).toContain("Nothing was written.");
    expect(await none.exit).toBe(0);
  });
});

describe("e: the file as it would be written, in the user's editor", () => {
  test("the editor has the terminal; what is proved is taken", async () => {
    const script = `grep -q package-lock ${FILE}; printf "word [w]? "; read word; echo "# $word" >> ${FILE}`;
    const terminal = open(["Dockerfile"], { env: editor(script) });
    expect(await terminal.press("e", "mine\r")).toContain("Proved: it builds the same image as the file does so far.");
    expect(await terminal.exit).toBe(0);
    expect(read("Dockerfile")).toBe(`${SPLIT}# mine\n`);
  });

  test("what is not proved is said, and asked about", async () => {
    const terminal = open(["Dockerfile"], { env: editor(`echo "RUN rm -rf src" >> ${FILE}`) });
    const doubt = (await terminal.press("e")).replace(/\s+/g, " ");
    expect(doubt).toContain("Your edit is not proved to build the same image: ");
    expect(doubt).toContain("Take it all the same, or edit again [y,e,n]?");
    expect(await terminal.press("n")).toMatch(/Make it \[y,n,a,d,e,q,\?\]\? $/);
    expect(await terminal.press("e", "y")).toContain("Written: Dockerfile");
    expect(read("Dockerfile")).toBe(`${SPLIT}RUN rm -rf src\n`);
  });

  test("what does not parse cannot be taken; the second try starts from the first", async () => {
    const script = `if grep -q RNU ${FILE}; then sed -i s/RNU/RUN/ ${FILE}; else echo "RNU true" >> ${FILE}; fi`;
    const terminal = open(["Dockerfile"], { env: editor(script) });
    expect(await terminal.press("e")).toContain("Your edit is no Dockerfile that builds: Dockerfile:6:1: ");
    await terminal.press("e");
    expect(await terminal.press("y")).toContain("Written: Dockerfile");
    expect(read("Dockerfile")).toBe(`${SPLIT}RUN true\n`);
  });

  test.each([
    ["an editor that is not there", { EDITOR: "/no/such/editor" }, "Set VISUAL or EDITOR."],
    ["an editor that gives up", { EDITOR: "false" }, "ended with exit code 1"],
  ])("%s", async (_, env, message) => {
    const terminal = open(["Dockerfile"], { env });
    expect((await terminal.press("e")).replace(/\s+/g, " ")).toContain(message);
    expect(await terminal.press("q")).toContain("Nothing was written.");
    expect(read("Dockerfile")).toBe(SIMPLE);
  });
});

describe("the world outside", () => {
  test("a narrow terminal is heeded from the next question on", async () => {
    put({ Dockerfile: TWO });
    const terminal = open(["Dockerfile"]);
    await terminal.press();
    terminal.resize(40);
    const widest = (text: string): number => Math.max(...text.split("\n").map((line) => line.length));
    // The signal that tells of the new size may come later than the next key.
    let words = await terminal.press("?");
    for (let tries = 0; widest(words.split("@@")[0] ?? "") > 40 && tries < 100; tries++)
      words = await terminal.press("?");
    words = (await terminal.press("y")).split("@@")[0] ?? "";
    expect(widest(words)).toBeLessThanOrEqual(40);
    await terminal.press("q");
  });

  test("escape sequences of a file never reach the terminal", async () => {
    put({ Dockerfile: SIMPLE.replace("RUN", "# \u001b[31mred\u202e\nRUN") });
    const terminal = open(["Dockerfile"], { env: { EDITOR: "false" } });
    expect(await terminal.press()).toContain("\\x1b[31mred");
    expect(terminal.screen()).not.toMatch(/[\u001b\u202e]/);
    await terminal.press("n");
  });

  test("a file that changes meanwhile is not overwritten; the others are written", async () => {
    put({ "b.Dockerfile": SIMPLE });
    const terminal = open(["Dockerfile", "b.Dockerfile"]);
    await terminal.press("y");
    put({ Dockerfile: `${SIMPLE}# by somebody else\n` });
    const end = await terminal.press("y");
    expect(end).toContain("Dockerfile: it has changed since it was read. Run dockopt again.");
    expect(end).toContain("Written: b.Dockerfile");
    expect(await terminal.exit).toBe(2);
    expect(read("Dockerfile")).toBe(`${SIMPLE}# by somebody else\n`);
  });

  test("one bad file does not stop the others", async () => {
    put({ bad: "FROM a\nRNU x\n", latin1: Buffer.from([0xe9]) });
    const terminal = open(["bad", "latin1", "Dockerfile"]);
    expect(await terminal.press("y")).toContain("Written: Dockerfile");
    expect(terminal.screen()).toContain("bad:2:1: ");
    expect(terminal.screen()).toContain("latin1: it is not UTF-8.");
    expect(await terminal.exit).toBe(4);
  });

  test("colours, where the terminal has them", async () => {
    const terminal = open(["Dockerfile"], { env: { NO_COLOR: "" } });
    terminal.type("q");
    expect(await terminal.exit).toBe(0);
    expect(terminal.screen()).toContain("\u001b[32m+COPY");
  });
});

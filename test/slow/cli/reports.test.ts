import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { formatNames } from "../../../src/report/formats.js";
import { sandbox } from "../../cli/process.js";

const BIN = resolve("bin/dockopt.js");
const SIMPLE = "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";
const FILES = {
  "package.json": "{}",
  "package-lock.json": "{}",
  ".dockerignore": "node_modules\n",
  "src/a.js": "",
  Dockerfile: SIMPLE,
};

const { root, put, dockopt } = sandbox();
const read = (path: string): string => readFileSync(join(root(), path), "utf8");

test("--check lists, and writes every report beside it; the exit code stays", () => {
  put(FILES);
  const names = formatNames.map((name) => `out/new/${name}`);
  const outputs = formatNames.flatMap((name) => ["--output", `${name}:out/new/${name}`]);
  expect(dockopt(["--check", ...outputs, "."])).toEqual({ status: 1, stdout: "Dockerfile\n", stderr: "" });
  expect(readdirSync(join(root(), "out/new")).sort()).toEqual([...formatNames].sort());
  for (const name of names) expect(read(name), name).toContain("split-manifest-copy");
  expect(read("out/new/text")).toContain("an average rebuild, by estimate: ");
  expect(read("out/new/text")).not.toContain("\u001b");
  expect(JSON.parse(read("out/new/sarif"))).toMatchObject({ runs: [{ tool: { driver: { name: "dockopt" } } }] });
});

test("-f and --output FORMAT:- are the report on stdout, and nothing else is there", () => {
  put(FILES);
  const { stdout } = dockopt(["-f", "sarif", "--output", "junit:b.xml", "."]);
  expect((JSON.parse(stdout) as { version: string }).version).toBe("2.1.0");
  expect(dockopt(["--check", "--output", "sarif:-", "."])).toEqual({ status: 1, stdout, stderr: "" });
  expect(read("b.xml")).toMatch(/^<\?xml/);
});

test("after --write the findings are gone, and json tells what was done, by the text before", () => {
  put({ ...FILES, ".dockerignore": "a\n" });
  const { status, stdout } = dockopt(["--write", "--output", "sarif:a.sarif", "--output", "json:b.json", "Dockerfile"]);
  expect(status).toBe(0);
  expect(stdout).toContain("+COPY package.json");
  expect(JSON.parse(read("a.sarif"))).toMatchObject({ runs: [{ results: [] }] });
  const { files } = JSON.parse(read("b.json")) as {
    files: {
      written: boolean;
      fixes: { edits: { start: { offset: number }; end: { offset: number }; text: string }[] }[];
    }[];
  };
  const edits = files[0]?.fixes.flatMap((fix) => fix.edits) ?? [];
  let text = SIMPLE;
  for (const { start, end, text: added } of edits.toReversed())
    text = text.slice(0, start.offset) + added + text.slice(end.offset);
  expect([files[0]?.written, text]).toEqual([true, read("Dockerfile")]);
});

test("a report replaces an old one, through a link, and leaves nothing beside it", () => {
  put({ ...FILES, "real.json": "old" });
  symlinkSync("real.json", join(root(), "link.json"));
  expect(dockopt(["--check", "--output", "json:link.json", "Dockerfile"]).status).toBe(1);
  expect(read("real.json")).toMatch(/^\{/);
  expect(readdirSync(root()).filter((name) => name.includes("dockopt-"))).toEqual([]);
});

test("pipes and devices are written, not replaced; /dev/stdout is stdout", () => {
  put(FILES);
  const script = `mkfifo pipe; cat pipe > taken & ${process.execPath} ${BIN} --check --output gitlab:pipe --output github:/dev/stderr . 2>> log; wait`;
  expect(execFileSync("bash", ["-c", `echo first > log; ${script}`], { cwd: root(), encoding: "utf8" })).toBe(
    "Dockerfile\n",
  );
  expect(JSON.parse(read("taken"))).toHaveLength(1);
  expect(read("log")).toMatch(/^first\n::warning file=Dockerfile,/);
  expect(dockopt(["--check", "--output", "github:/dev/stdout", "."]).stdout).toMatch(/^::warning file=Dockerfile,/);
});

test.each([
  ["a format that is not there", ["--output", "sariff:a"], "there is no format sariff. Did you mean sarif?"],
  ["-f with one", ["-f", "juint"], "--format: there is no juint. Did you mean junit?"],
  ["no file", ["--output", "json"], "give a format and a file, for example --output sarif:dockopt.sarif"],
  ["two on stdout", ["-f", "json", "--output", "sarif:-"], "only one report can go to stdout: json or sarif?"],
  ["one file twice", ["--output", "json:a", "--output", "sarif:./a"], "would be written twice"],
  ["a folder", ["--output", "json:src"], "it is a folder. Name a file."],
  ["a folder that cannot be", ["--output", "json:package.json/a"], "its folder cannot be made"],
  ["the Dockerfile", ["--output", "json:Dockerfile"], "that is a Dockerfile to be read. Name another file."],
])("wrong usage: %s", (_, args, message) => {
  put(FILES);
  const { status, stderr, stdout } = dockopt([...args, "Dockerfile"]);
  expect(stderr).toContain(message);
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(read("Dockerfile")).toBe(SIMPLE);
});

test("a bad file among good ones is in the report, and the exit code says so", () => {
  put({ ...FILES, "bad.Dockerfile": "FROM a\nRNU x\n", "binary.Dockerfile": Buffer.from([70, 0]) });
  const { status, stdout } = dockopt(["-f", "github", ".", "gone"]);
  expect(status).toBe(4);
  expect(stdout.split("\n").map((line) => line.slice(0, 31))).toEqual([
    "::warning file=Dockerfile,line=",
    "::error file=bad.Dockerfile,lin",
    "::error file=binary.Dockerfile,",
    "",
  ]);
});

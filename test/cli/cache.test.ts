import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sandbox } from "./process.js";

const { root, put, dockopt, git } = sandbox();

const DOCKERFILE = "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";
const FILES = {
  "a/Dockerfile": DOCKERFILE,
  "a/package.json": "{}",
  "a/package-lock.json": "{}",
  "a/index.js": "",
  "b/Dockerfile": "FROM node:20\nCOPY a b\n",
  "c/Dockerfile": DOCKERFILE,
  "c/web.Dockerfile": DOCKERFILE,
  "c/package.json": "{}",
  "c/package-lock.json": "{}",
};

const check = (...more: readonly string[]) => dockopt(["--check", ".", ...more]);
const cached = (...more: readonly string[]) => check("--cache", "known.json", ...more);

/** Makes the cache say that a Dockerfile would change into something else: who then says so has not read it. */
function forge(path: string): void {
  const file = join(root(), "known.json");
  const value = JSON.parse(readFileSync(file, "utf8")) as { entries: Record<string, { changes: string[] }> };
  const entry = value.entries[join(root(), path)];
  expect(entry).toBeDefined();
  if (entry !== undefined) entry.changes = entry.changes.length > 0 ? [] : ["x"];
  writeFileSync(file, JSON.stringify(value));
}

describe("--cache", () => {
  test("files that are known are not read again, and the answer is the same", () => {
    put(FILES);
    const plain = check();
    expect(plain).toMatchObject({ status: 1, stdout: "a/Dockerfile\nc/Dockerfile\nc/web.Dockerfile\n" });
    expect(cached()).toEqual(plain);
    expect(cached()).toEqual(plain);
    for (const path of ["a/Dockerfile", "b/Dockerfile", "c/Dockerfile", "c/web.Dockerfile"]) forge(path);
    expect(cached().stdout).toBe("b/Dockerfile\n");
  });

  test.each([
    ["the Dockerfile", { "a/Dockerfile": DOCKERFILE.replace("ci", "install") }],
    ["a manifest", { "a/package.json": '{"scripts": {"postinstall": "node build.js"}}' }],
    ["a lockfile", { "a/package-lock.json": "{ }" }],
    ["a new file", { "a/.npmrc": "" }],
    ["a new ignore file", { "a/.dockerignore": "node_modules" }],
    ["an ignore file of its own", { "a/Dockerfile.dockerignore": "package.json" }],
    ["a compose file", { "compose.yaml": "services: {a: {build: {context: a, dockerfile: Dockerfile}}}" }],
    ["a configuration", { "a/dockopt.config.yaml": "skip: [split-manifest-copy]" }],
  ])("%s that changes has its Dockerfile read again", (_, change) => {
    put(FILES);
    cached();
    forge("a/Dockerfile");
    expect(cached().stdout).not.toContain("a/Dockerfile");
    put(change);
    expect(cached()).toEqual(check());
  });

  test("so have other options, and another history", () => {
    put(FILES);
    git("init", "-q");
    git("add", "a");
    git("commit", "-qm", "a");
    cached();
    forge("a/Dockerfile");
    expect(cached("--suggested")).toEqual(check("--suggested"));
    cached();
    forge("a/Dockerfile");
    git("commit", "-qm", "b", "--allow-empty");
    expect(cached()).toEqual(check());
  });

  test("-w and -d pass over what would stay as it is, and do the rest", () => {
    put(FILES);
    cached();
    expect(dockopt(["--diff", ".", "--cache", "known.json"])).toEqual(dockopt(["--diff", "."]));
    forge("a/Dockerfile");
    dockopt(["--write", ".", "--cache", "known.json"]);
    expect(readFileSync(join(root(), "a/Dockerfile"), "utf8")).toBe(DOCKERFILE);
    expect(readFileSync(join(root(), "c/Dockerfile"), "utf8")).not.toBe(DOCKERFILE);
    expect(cached("--quiet")).toMatchObject({ status: 0, stdout: "" });
  });

  test("what there is to say is said each time", () => {
    put({ Dockerfile: "FROM a\nFOO\n", ...FILES });
    expect(cached()).toEqual(check());
    expect(cached()).toEqual(check());
  });

  test("another version's cache, and a broken one, are made anew", () => {
    put(FILES);
    for (const text of [
      '{"dockopt-cache": "0.0.0", "questions": 1}',
      '{"dockopt-cache": "0.1.0", "entries": {"a": {}}}',
    ]) {
      put({ "known.json": text });
      expect(cached()).toEqual(check());
      forge("a/Dockerfile");
    }
  });

  test.each([
    [
      "any other file",
      ["--check", ".", "--cache", "a/package.json"],
      "--cache a/package.json: it is not a cache of dockopt. Name another file, or remove it.",
    ],
    ["a report", ["."], "--cache is for --check, --list-different, --diff and --write. Give one of them."],
    [
      "another format",
      ["--check", ".", "--format", "json"],
      "--cache holds which files would change, and --format needs more. Give one of them.",
    ],
  ])("is not for %s", (_, args, message) => {
    put(FILES);
    const all = args.includes("--cache") ? args : [...args, "--cache", "known.json"];
    expect(dockopt(all)).toMatchObject({ status: 2, stderr: expect.stringContaining(message) as string });
  });
});

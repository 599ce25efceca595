import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { createFinder } from "../../src/builds/find.js";
import { UsageError } from "../../src/cli/exit.js";
import { rewrite } from "../../src/cli/commands/rewrite.js";
import { onlyChanged, type Which } from "../../src/cli/changed.js";
import { findFiles } from "../../src/cli/files.js";
import type { Input } from "../../src/cli/process.js";
import { folderProject } from "../../src/cli/project.js";
import { sandbox } from "./process.js";

const SIMPLE = "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";
const SPLIT = "FROM node:20\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\n";
const FILES = { "package.json": "{}", "package-lock.json": "{}", ".dockerignore": "node_modules\n", "src/a.js": "" };
const ODD = 'o"d d\né';

const { root, put, git, dockopt } = sandbox();
beforeEach(() => {
  put({
    ...FILES,
    Dockerfile: SIMPLE,
    "b/package.json": "{}",
    "b/Dockerfile": SIMPLE,
    "b/api.Dockerfile": "FROM a\n",
    [`${ODD}/Dockerfile`]: SIMPLE,
  });
  git("init", "-q", "-b", "main");
  git("add", ".");
  git("commit", "-q", "-m", "one");
});

const inputs = (which: Which, write = false, paths: readonly string[] = ["."]): readonly Input[] => {
  const cwd = root();
  const finder = createFinder(cwd);
  const project = folderProject(finder);
  const files = findFiles(paths, cwd, finder).files.map((path) => ({ path, context: undefined }));
  return [...onlyChanged(files, which, { cwd, project, write }).values()];
};
const names = (which: Which): readonly (string | undefined)[] => inputs(which).map((one) => one.path);

describe("--since: what this branch has changed", () => {
  const MAIN = { since: "main" };

  test("committed, staged, not staged, not added; not what the other branch has done meanwhile", () => {
    expect(names(MAIN)).toEqual([]);
    git("checkout", "-q", "-b", "work");
    put({ Dockerfile: `${SIMPLE}USER a\n` });
    git("commit", "-q", "-a", "-m", "two");
    expect(names(MAIN)).toEqual(["Dockerfile"]);
    put({ "new/Dockerfile": SIMPLE, [`${ODD}/Dockerfile`]: `${SIMPLE}USER a\n` });
    expect(names(MAIN)).toEqual(["Dockerfile", "new/Dockerfile", `${ODD}/Dockerfile`]);
    git("stash", "-q", "-u");
    git("checkout", "-q", "main");
    put({ "b/Dockerfile": `${SIMPLE}USER b\n` });
    git("commit", "-q", "-a", "-m", "three");
    git("checkout", "-q", "work");
    expect(names(MAIN)).toEqual(["Dockerfile"]);
  });

  test("its ignore file, or the compose file that names it", () => {
    put({ "b/Dockerfile.dockerignore": "x\n" });
    expect(names(MAIN)).toEqual(["b/Dockerfile"]);
    git("clean", "-q", "-f");
    put({ "compose.yaml": "services:\n  api:\n    build: {context: ., dockerfile: b/api.Dockerfile}\n" });
    expect(names(MAIN)).toEqual(["b/api.Dockerfile"]);
    git("clean", "-q", "-f");
    git("rm", "-q", ".dockerignore");
    // The context of those in b is b, because of its manifest; that of the others is the top.
    expect(names(MAIN)).toEqual(["Dockerfile", `${ODD}/Dockerfile`]);
    git("checkout", "-q", "HEAD", ".");
    put({ "src/a.js": "1", "package.json": '{"name":"a"}' });
    expect(names(MAIN)).toEqual([]);
  });

  test("no revision, no common commit, a shallow clone, no repository: what to do", () => {
    expect(() => inputs({ since: "--output=x" })).toThrow(
      /--since --output=x: git knows no such revision in .*git fetch/,
    );
    expect(() => inputs({ since: "nope" }, false, ["src"])).toThrow("git knows no such revision");
    git("checkout", "-q", "--orphan", "other");
    git("commit", "-q", "-m", "alone");
    expect(() => inputs(MAIN)).toThrow("no commit in common with HEAD. Give another revision.");
    const clone = join(root(), "clone");
    git("checkout", "-q", "main");
    for (const branch of ["main", "work"]) {
      git("checkout", "-q", "-B", branch, "main");
      git("commit", "-q", "--allow-empty", "-m", branch);
    }
    git("clone", "-q", "--depth", "1", "--no-single-branch", `file://${root()}`, clone);
    git("-C", clone, "checkout", "-q", "work");
    git("-C", root(), "checkout", "-q", "main");
    expect(() => inputs({ since: "origin/other" }, false, ["clone/Dockerfile"])).toThrow("--unshallow");
    const outside = mkdtempSync(join(tmpdir(), "dockopt-none-"));
    writeFileSync(join(outside, "Dockerfile"), SIMPLE);
    expect(() => inputs(MAIN, false, [join(outside, "Dockerfile")])).toThrow("is in no work tree of git");
    rmSync(outside, { recursive: true });
  });
});

describe("--staged: what the next commit will hold", () => {
  const STAGED = { staged: true } as const;

  test("the staged text is read, not that of the work tree; what is not added plays no part", () => {
    put({ Dockerfile: SPLIT, "b/Dockerfile": `${SIMPLE}USER a\n`, "new.Dockerfile": SIMPLE });
    git("add", "Dockerfile");
    put({ Dockerfile: `${SPLIT}# later\n` });
    const [only, ...others] = inputs(STAGED);
    expect(others).toEqual([]);
    expect(only !== undefined && "text" in only && new TextDecoder().decode(only.text)).toBe(SPLIT);
    git("add", ".");
    expect(inputs(STAGED)).toEqual([{ path: "Dockerfile" }, { path: "b/Dockerfile" }, { path: "new.Dockerfile" }]);
  });

  test("what is staged in part is not written", () => {
    put({ Dockerfile: `${SIMPLE}USER a\n`, "b/Dockerfile": `${SIMPLE}USER a\n` });
    git("add", ".");
    put({ Dockerfile: `${SIMPLE}USER b\n` });
    expect(inputs(STAGED, true)).toEqual([
      { path: "Dockerfile", problem: expect.stringContaining("git add") as string },
      { path: "b/Dockerfile" },
    ]);
  });

  test("before the first commit", () => {
    rmSync(join(root(), ".git"), { recursive: true });
    git("init", "-q");
    git("add", "Dockerfile");
    expect(names(STAGED)).toEqual(["Dockerfile"]);
  });

  test("in a hook, also of a part of the work tree and of a linked one", () => {
    const hook = `#!/bin/sh\nnode ${JSON.stringify(resolve("bin/dockopt.js"))} --check --staged\n`;
    writeFileSync(join(root(), ".git/hooks/pre-commit"), hook);
    chmodSync(join(root(), ".git/hooks/pre-commit"), 0o755);
    const commit = (folder: string, ...args: readonly string[]) =>
      spawnSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-m", "x", ...args], {
        cwd: join(root(), folder),
        encoding: "utf8",
      });
    put({ Dockerfile: `${SIMPLE}USER a\n`, "b/api.Dockerfile": "FROM b\n" });
    // Only that file is part of the commit.
    expect(commit(".", "b/api.Dockerfile")).toMatchObject({ status: 0 });
    expect(commit(".", "-a")).toMatchObject({ status: 1, stderr: "Dockerfile\n" });
    git("worktree", "add", "-q", "linked", "HEAD");
    put({
      "linked/b/package.json": "{}",
      "linked/b/package-lock.json": "{}",
      "linked/b/Dockerfile": `${SIMPLE}USER a\n`,
    });
    expect(commit("linked", "-a")).toMatchObject({ status: 1, stderr: "b/Dockerfile\n" });
  });
});

describe("the command line", () => {
  test("no path is the whole folder; nothing changed passes, and says so", () => {
    expect(dockopt(["--check", "--staged"])).toEqual({
      status: 0,
      stdout: "",
      stderr: "dockopt: no Dockerfile is staged.\n",
    });
    expect(dockopt(["--check", "-q", "--since", "HEAD"])).toEqual({ status: 0, stdout: "", stderr: "" });
    put({ Dockerfile: `${SIMPLE}# mine\n` });
    expect(dockopt(["--check", "--since", "main"])).toMatchObject({ status: 1, stdout: "Dockerfile\n" });
    git("add", ".");
    put({ Dockerfile: SIMPLE });
    const mixed = dockopt(["--write", "--staged"]);
    expect(mixed).toMatchObject({ status: 4, stdout: "" });
    expect(mixed.stderr).toContain("Dockerfile: it differs from what is staged of it");
    expect(readFileSync(join(root(), "Dockerfile"), "utf8")).toBe(SIMPLE);
    // The patch is for the index.
    execFileSync("git", ["apply", "--cached", "-"], { cwd: root(), input: dockopt(["--diff", "--staged"]).stdout });
    expect(dockopt(["--check", "--staged"])).toMatchObject({ status: 0, stdout: "" });
  });

  test.each([
    ["both", ["--since", "main", "--staged"], "exclude each other"],
    ["stdin", ["--since", "main", "-"], "--since: what comes on stdin is in no repository"],
    ["an empty list of files", ["--staged", "--files-from", "/dev/null"], "no file named"],
    ["no such revision", ["--since", "nope"], "--since nope: git knows no such revision"],
    ["no terminal", ["-i", "Dockerfile"], "--interactive asks on a terminal, and stdin is none."],
    ["answers and a file from stdin", ["-i", "-"], "no file can come from there"],
    ["answers and a list from stdin", ["-i", "--files-from", "-"], "no file can come from there"],
    ["answers and a report for programs", ["-i", "-f", "json", "Dockerfile"], "exclude each other"],
    ["answers and a check", ["-i", "--check", "Dockerfile"], "--interactive and --check exclude each other"],
    ["answers and a write", ["-i", "-w", "Dockerfile"], "asks on a terminal"],
  ])("wrong usage: %s", async (_, args, message) => {
    const run = rewrite(args, root(), "0.0.0");
    await expect(run).rejects.toThrow(message);
    await expect(run).rejects.toBeInstanceOf(UsageError);
  });
});

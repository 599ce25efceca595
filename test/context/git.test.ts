import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { repositoryRoot } from "../../src/context/git.js";

let base = "";
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "dockopt-git-")));
});
afterEach(() => {
  rmSync(base, { recursive: true });
});

const git = (...args: readonly string[]): string =>
  execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], {
    cwd: base,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
const asGitSays = (folder: string): string | undefined => {
  try {
    return git("-C", folder, "rev-parse", "--show-toplevel").trim() || undefined;
  } catch {
    return undefined;
  }
};

/** Repositories in ways that people have them; each gives folders to ask about, below `base`. */
const SCENES: Readonly<Record<string, () => readonly string[]>> = {
  "no repository": () => ["."],
  "a repository": () => (
    git("init", "-q", "a"),
    mkdirSync(join(base, "a/b/c"), { recursive: true }),
    ["a", "a/b/c", "a/.git", "a/.git/refs", "."]
  ),
  "one inside another": () => (git("init", "-q", "a"), git("init", "-q", "a/b"), ["a", "a/b"]),
  "a folder that only looks like one": () => (mkdirSync(join(base, "a/.git"), { recursive: true }), ["a"]),
  "a bare one": () => (git("init", "-q", "--bare", "a"), ["a"]),
  "a bare one in .git": () => (git("init", "-q", "--bare", "a/.git"), ["a"]),
  "a bare one among the files of another": () => (
    git("init", "-q", "a"),
    git("init", "-q", "--bare", "a/b.git"),
    ["a/b.git", "a/b.git/refs", "a"]
  ),
  "a name that begins as .git": () => (git("init", "-q", "a"), mkdirSync(join(base, "a/.github")), ["a/.github"]),
  "a work tree elsewhere": () => (
    git("init", "-q", "a"),
    mkdirSync(join(base, "w")),
    git("-C", "a", "config", "core.worktree", "../../w"),
    ["a", "w"]
  ),
  "a configuration that is included": () => (
    git("init", "-q", "a"),
    mkdirSync(join(base, "w")),
    writeFileSync(join(base, "more"), "[core]\n\tworktree = ../../w\n"),
    git("-C", "a", "config", "include.path", join(base, "more")),
    ["a"]
  ),
  "a linked work tree": () => (
    git("init", "-q", "a"),
    git("-C", "a", "commit", "-q", "--allow-empty", "-m", "x"),
    git("-C", "a", "worktree", "add", "-q", "../w"),
    ["w", "a"]
  ),
  "behind a link": () => (git("init", "-q", "a"), symlinkSync("a", join(base, "link")), ["link"]),
  "a folder that is not there": () => ["a"],
};

test.each(Object.keys(SCENES))("the top of the work tree is where git says it is: %s", (name) => {
  for (const folder of SCENES[name]?.() ?? []) {
    const full = join(base, folder);
    expect(repositoryRoot(full), folder).toBe(asGitSays(full));
  }
});

test("variables for git are git's business", () => {
  git("init", "-q", "a");
  process.env["GIT_CEILING_DIRECTORIES"] = join(base, "a");
  try {
    mkdirSync(join(base, "a/b"));
    expect(repositoryRoot(join(base, "a/b"))).toBe(asGitSays(join(base, "a/b")));
  } finally {
    delete process.env["GIT_CEILING_DIRECTORIES"];
  }
});

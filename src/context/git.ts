import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";

/** git must not run anything a repository names: no hooks, no pagers, no external protocols, no questions. */
export const HARDENED: readonly string[] = [
  "-c",
  "core.hooksPath=/dev/null",
  "-c",
  "protocol.ext.allow=never",
  "-c",
  "core.fsmonitor=false",
  "-c",
  "safe.directory=*",
];

export const QUIET = { GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0", GIT_PAGER: "cat" } as const;

/**
 * A hook of a linked work tree runs with GIT_DIR set, by which git takes any folder for the top of the work tree: git shall look for
 * the repository itself. GIT_INDEX_FILE stays, for there is what a hook's commit is made of.
 */
function environment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, ...QUIET };
  if (env["GIT_WORK_TREE"] === undefined) delete env["GIT_DIR"];
  return env;
}

/** Runs git and returns its output; undefined when it fails, is missing, or takes longer than 30 s. */
export function git(folder: string, ...args: readonly string[]): Buffer | undefined {
  try {
    return execFileSync("git", [...HARDENED, "-C", folder, ...args], {
      env: environment(),
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 30_000,
      maxBuffer: 1 << 30,
    });
  } catch {
    return undefined;
  }
}

/** Top folder of the work tree that holds the folder; undefined outside of one. */
export function repositoryRoot(folder: string): string | undefined {
  const seen = plainRoot(folder);
  if (seen !== "ask") return seen;
  const root = git(folder, "rev-parse", "--show-toplevel")?.toString("utf8").replace(/\n$/, "");
  return root === undefined || root === "" ? undefined : root;
}

/**
 * What git would say where nothing is out of the ordinary: no variables for it, one file system, a `.git` folder that leaves the
 * work tree where it is. To start git takes as long as the rest of a run on one file.
 */
function plainRoot(folder: string): string | undefined {
  if (Object.keys(process.env).some((name) => /^GIT_(?:DIR|WORK_TREE|CEILING|COMMON_DIR|CONFIG)/.test(name)))
    return "ask";
  try {
    const start = realpathSync(folder);
    const { dev } = statSync(start);
    for (let at = start; ; at = dirname(at)) {
      // A repository without a work tree, or the inside of one.
      if (statSync(at).dev !== dev || isRepository(at)) return "ask";
      const inside = join(at, ".git");
      if (statSync(inside, { throwIfNoEntry: false }) !== undefined) return isPlain(inside) ? at : "ask";
      if (at === dirname(at)) return undefined;
    }
  } catch {
    return "ask";
  }
}

const isRepository = (folder: string): boolean =>
  ["HEAD", "objects", "refs"].every((name) => existsSync(join(folder, name)));

const isPlain = (repository: string): boolean =>
  isRepository(repository) &&
  !/worktree|include|bare\s*=\s*true/i.test(readFileSync(join(repository, "config"), "utf8"));

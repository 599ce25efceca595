import { execFileSync } from "node:child_process";

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

/** Runs git and returns its output; undefined when it fails, is missing, or takes longer than 30 s. */
export function git(folder: string, ...args: readonly string[]): Buffer | undefined {
  try {
    return execFileSync("git", [...HARDENED, "-C", folder, ...args], {
      env: { ...process.env, ...QUIET },
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
  const root = git(folder, "rev-parse", "--show-toplevel")?.toString("utf8").replace(/\n$/, "");
  return root === undefined || root === "" ? undefined : root;
}

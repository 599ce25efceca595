import { spawn } from "node:child_process";
import { HARDENED, QUIET } from "../context/git.js";

/** What git said is wrong, for people. Whoever shows it takes credentials out of it. */
export class GitError extends Error {}

export interface GitRun {
  /** Ends git, and what it has started. */
  readonly signal?: AbortSignal | undefined;
  /** On top of the process's own: credentials, identities. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Nothing runs that a repository brings: no submodules, no big-file filters, no clean-up that outlives us. */
const CLOSED = [
  ...HARDENED,
  ...["submodule.recurse=false", "fetch.recurseSubmodules=false", "gc.auto=0", "maintenance.auto=false"].flatMap(
    (setting) => ["-c", setting],
  ),
];

/** Bytes of stdout; more is an error. A listing of a million files has 100 MB. */
const MAXIMUM_OUTPUT = 256 << 20;

/** Runs git in a folder, without a shell; its stdout. @throws GitError: it failed, or was ended by the signal. */
export function runGit(folder: string, args: readonly string[], run: GitRun = {}): Promise<Buffer> {
  // A group of its own, so that its transports end with it; Ctrl-C is ours to handle.
  const child = spawn("git", [...CLOSED, "-C", folder, ...args], {
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
    env: { GIT_SSH_COMMAND: "ssh -o BatchMode=yes", ...process.env, ...QUIET, GIT_LFS_SKIP_SMUDGE: "1", ...run.env },
  });
  const end = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  };
  const what = `git ${args.find((arg) => /^[a-z-]+$/.test(arg) && !arg.startsWith("-")) ?? ""}`;
  return new Promise((resolve, reject) => {
    const output: Buffer[] = [];
    let bytes = 0;
    let complaint = "";
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MAXIMUM_OUTPUT) end();
      else output.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      complaint = (complaint + chunk.toString("utf8")).slice(-4_000);
    });
    // It may end before it has read all.
    child.stdin.on("error", () => undefined);
    child.on("error", (error) => {
      reject(new GitError(`git cannot be run (${error.message}). Install git 2.39 or newer.`));
    });
    child.on("close", (code) => {
      run.signal?.removeEventListener("abort", end);
      if (code === 0) resolve(Buffer.concat(output));
      else if (bytes > MAXIMUM_OUTPUT) reject(new GitError(`${what} says more than ${MAXIMUM_OUTPUT >> 20} MB`));
      else reject(new GitError(`${what}: ${said(complaint) ?? `it ended with ${code ?? "a signal"}`}`));
    });
    if (run.signal?.aborted === true) end();
    else run.signal?.addEventListener("abort", end);
    child.stdin.end(run.input ?? "");
  });
}

/** git's own word: the first line that names an error, else the last one. */
function said(text: string): string | undefined {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return lines.find((line) => /^(?:fatal|error):|\[(?:remote )?rejected\]/.test(line)) ?? lines.at(-1);
}

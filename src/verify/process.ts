import { spawn, type ChildProcess } from "node:child_process";

/** How a program ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Wall time. */
  readonly seconds: number;
}

/** The run was stopped (Ctrl-C). */
export class Stopped extends Error {}

/**
 * Runs a program without a shell and collects what it prints. Stopping kills it and throws Stopped; a program that is not
 * there ends with code 127.
 */
export async function run(program: string, args: readonly string[], stop?: AbortSignal): Promise<Ended> {
  if (stop?.aborted === true) throw new Stopped();
  const started = performance.now();
  const child = start(program, args, stop);
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8");
    child[name]?.on("data", (text: string) => {
      texts[name] += text;
    });
  }
  const code = await ended(child);
  if (isStopped(stop)) throw new Stopped();
  return { code, ...texts, seconds: (performance.now() - started) / 1000 };
}

/** A program whose output is read while it runs. */
export function start(program: string, args: readonly string[], stop?: AbortSignal): ChildProcess {
  // A group of its own: Ctrl-C reaches dockopt first, which ends the child and then cleans up.
  const child = spawn(program, [...args], {
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    env: { ...process.env, DOCKER_BUILDKIT: "1" },
  });
  const kill = (): void => {
    child.kill("SIGTERM");
  };
  stop?.addEventListener("abort", kill, { once: true });
  child.on("close", () => stop?.removeEventListener("abort", kill));
  return child;
}

export function ended(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.on("error", () => {
      resolve(127);
    });
    child.on("close", (code) => {
      resolve(code ?? 1);
    });
  });
}

const isStopped = (stop: AbortSignal | undefined): boolean => stop?.aborted === true;

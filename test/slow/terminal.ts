import { resolve } from "node:path";
import { spawn } from "@lydell/node-pty";

const BIN = resolve("bin/dockopt.js");
const PROMPT = /\]\? $/;

/** dockopt in a real pseudo-terminal of 80 columns, and what its user sees. */
export interface Terminal {
  /** Presses keys, each at a prompt of its own; returns what has been printed up to the next one, or to the end. */
  press(...keys: readonly string[]): Promise<string>;
  /** Presses keys without waiting for anything. */
  type(keys: string): void;
  resize(columns: number): void;
  /** All that was printed. */
  readonly screen: () => string;
  readonly exit: Promise<number>;
}

/** `after`: shell that runs when dockopt has ended, in the same terminal. */
export function openTerminal(
  args: readonly string[],
  cwd: string,
  { env = {}, after = "true" }: { readonly env?: Readonly<Record<string, string>>; readonly after?: string } = {},
): Terminal {
  const script = `node "$@"; code=$?; ${after}; exit $code`;
  const process_ = spawn("/bin/sh", ["-c", script, "sh", BIN, ...args], {
    cols: 80,
    rows: 24,
    cwd,
    env: { PATH: process.env["PATH"], TERM: "xterm", NO_COLOR: "1", ...env },
  });
  let screen = "";
  /** From where the present answer is printed. */
  let mark = 0;
  let wake = (): void => undefined;
  let ended = false;
  process_.onData((text) => {
    screen += text;
    wake();
  });
  const exit = new Promise<number>((done) => {
    process_.onExit(({ exitCode }) => {
      ended = true;
      wake();
      done(exitCode);
    });
  });
  const prompted = async (): Promise<void> => {
    while (!ended && !PROMPT.test(screen.slice(mark)))
      await new Promise<void>((done) => {
        wake = done;
      });
  };
  return {
    async press(...keys) {
      let from = 0;
      for (const key of keys) {
        await prompted();
        from = mark = screen.length;
        process_.write(key);
      }
      await prompted();
      return screen.slice(from).replaceAll("\r\n", "\n");
    },
    type: (keys) => {
      process_.write(keys);
    },
    resize: (columns) => {
      process_.resize(columns, 24);
    },
    screen: () => screen.replaceAll("\r\n", "\n"),
    exit,
  };
}

import { setImmediate } from "node:timers/promises";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Does what must not be cut off; Ctrl-C then ends the run as it would have at once. */
export async function undisturbed<T>(work: () => T): Promise<T> {
  let asked: NodeJS.Signals | undefined;
  const note = (signal: NodeJS.Signals): void => {
    asked = signal;
  };
  for (const signal of SIGNALS) process.on(signal, note);
  try {
    return work();
  } finally {
    // Node looks for signals once a turn; the first of these may still be the turn that `work` was done in.
    await setImmediate();
    await setImmediate();
    for (const signal of SIGNALS) process.off(signal, note);
    if (asked !== undefined) process.kill(process.pid, asked);
  }
}

import type { Transform } from "../../src/transform.js";
import type { Input } from "./inputs.js";
import type { Outcome } from "./engine-laws.js";
import { check } from "./laws.js";
import { gitApplies, rejected } from "./programs.js";

/** What is wrong with an input. */
export interface Trouble {
  /** The law that is broken, or where an error came from: the same for the same fault. */
  readonly law: string;
  readonly message: string;
}

export const BASH: Trouble = { law: "bash reads every script", message: "bash rejects a script of this input" };
export const GIT: Trouble = { law: "git applies the patch", message: "git does not make the text after of its patch" };
const SLOW: Trouble = { law: "no execution takes over 1 s", message: "this input takes over 1 s" };
const SLOW_MS = 1000;

/** What an execution comes to. One that takes long is tried once more, by the time of the processor: others use the machine as well. */
export function attempt(input: Input, transforms: readonly Transform[]): Outcome | Trouble {
  const started = performance.now();
  try {
    const outcome = check(input, transforms);
    if (performance.now() - started < SLOW_MS) return outcome;
    const before = process.cpuUsage();
    check(input, transforms);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 < SLOW_MS ? outcome : SLOW;
  } catch (error) {
    return { law: lawOf(error), message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** Everything that is wrong with one input, by bash and git as well. */
export function troubleOf(input: Input, transforms: readonly Transform[]): Trouble | undefined {
  const result = attempt(input, transforms);
  if ("law" in result) return result;
  if (rejected(result.scripts).length > 0) return BASH;
  return result.changes.length === 0 || gitApplies(result.changes) ? undefined : GIT;
}

/** The first line of what is said, or the error and the module that threw it. */
function lawOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [said = ""] = error.message.split("\n");
  if (said.startsWith("broken law: ")) return said.slice("broken law: ".length);
  const place = /((?:src|transforms|node_modules)\/[\w@/.-]+\.[cm]?[jt]s):/.exec(error.stack ?? "")?.[1] ?? "";
  return `${error.name} in ${place}: ${said.replace(/\d+|"[^]*?"|'[^]*?'/g, "_").slice(0, 100)}`;
}

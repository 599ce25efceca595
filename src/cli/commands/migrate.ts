import { LedgerError } from "../../migrate/ledger.js";
import { printable } from "../../report/terminal.js";
import { EXIT, UsageError } from "../exit.js";
import { nearest } from "../../syntax/validate.js";
import { apply } from "./migrate/apply.js";
import { plan } from "./migrate/plan.js";
import { review } from "./migrate/review.js";
import { status } from "./migrate/status.js";
import { worker } from "./migrate/worker.js";

const STEPS = { plan, review, apply, status, worker } as const;

/**
 * `dockopt migrate STEP ...`; `name` undefined: none of them was called, and `argv` begins with what was. Returns the exit code.
 * @throws UsageError
 */
export async function migrate(
  name: keyof typeof STEPS | undefined,
  argv: readonly string[],
  cwd: string,
  version: string,
): Promise<number> {
  if (name === undefined) throw new UsageError(noStep(argv[0] ?? ""));
  try {
    return await STEPS[name](argv, cwd, version);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    process.stderr.write(`dockopt: ${printable(error.message)}\n`);
    return EXIT.failure;
  }
}

function noStep(called: string): string {
  const near = nearest(called, Object.keys(STEPS));
  const said = called === "" ? "say which step" : `there is no step \`${called}\``;
  return `migrate: ${said}.${near === undefined ? ` There are: ${Object.keys(STEPS).join(", ")}.` : ` Did you mean ${near}?`}`;
}

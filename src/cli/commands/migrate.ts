import { LedgerError } from "../../migrate/ledger.js";
import { printable } from "../../report/terminal.js";
import { EXIT, UsageError } from "../arguments.js";
import { nearest } from "../../syntax/validate.js";
import { apply } from "./migrate/apply.js";
import { plan } from "./migrate/plan.js";
import { review } from "./migrate/review.js";
import { status } from "./migrate/status.js";
import { worker } from "./migrate/worker.js";

const STEPS = { plan, review, apply, status, worker } as const;

/** `dockopt migrate STEP ...`. Returns the exit code. @throws UsageError */
export async function migrate(argv: readonly string[], cwd: string, version: string): Promise<number> {
  const [name = "", ...rest] = argv;
  const step = Object.entries(STEPS).find(([known]) => known === name)?.[1];
  if (step === undefined) {
    const near = nearest(name, Object.keys(STEPS));
    const said = name === "" ? "say which step" : `there is no step \`${name}\``;
    throw new UsageError(
      `migrate: ${said}.${near === undefined ? ` There are: ${Object.keys(STEPS).join(", ")}.` : ` Did you mean ${near}?`}`,
    );
  }
  try {
    return await step(rest, cwd, version);
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    process.stderr.write(`dockopt: ${printable(error.message)}\n`);
    return EXIT.failure;
  }
}

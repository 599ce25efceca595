import { openState, type State } from "../../../migrate/state.js";
import { plainJson, printable } from "../../../report/terminal.js";
import { readArguments } from "../../arguments.js";
import { EXIT } from "../../exit.js";
import { statusOptions } from "../../migrate-options.js";
import { stateFolder } from "./settings.js";

/** Failures that are shown; json has all. */
const SHOWN = 20;

interface Status {
  readonly repositories: number;
  /** Repositories by what their plan says, and by what has become of it. */
  readonly planned: Readonly<Record<string, number>>;
  readonly applied: Readonly<Record<string, number>>;
  readonly failed: readonly { readonly repository: string; readonly phase: string; readonly reason: string }[];
}

/** `dockopt migrate status`. Returns the exit code. @throws UsageError, LedgerError */
export function status(argv: readonly string[], cwd: string): Promise<number> {
  const given = readArguments(argv, statusOptions);
  const state = openState(stateFolder(given, cwd), "read");
  const found = statusOf(state);
  state.close();
  process.stdout.write(
    given.text("format") === "json" ? plainJson(`${JSON.stringify({ version: 1, ...found }, null, 2)}\n`) : text(found),
  );
  return Promise.resolve(EXIT.fine);
}

function statusOf(state: State): Status {
  const [planned, applied] = [new Map<string, number>(), new Map<string, number>()];
  const count = (counts: Map<string, number>, key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
  const failed: Status["failed"][number][] = [];
  let repositories = 0;
  for (const known of state.ledger.all()) {
    repositories += 1;
    if (known.planned !== undefined) count(planned, known.planned.outcome);
    if (known.failed !== undefined) {
      const { phase, reason } = known.failed;
      failed.push({ repository: known.repository, phase, reason });
    } else if (known.planned?.outcome === "changed")
      count(applied, known.applied?.patch === known.planned.patch ? known.applied.state : "waiting");
  }
  return { repositories, planned: Object.fromEntries(planned), applied: Object.fromEntries(applied), failed };
}

function text({ repositories, planned, applied, failed }: Status): string {
  const counts = (of: Readonly<Record<string, number>>): string =>
    Object.entries(of)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, count]) => `${count} ${name}`)
      .join(", ") || "none";
  const lines = [
    `${repositories} repositories`,
    `planned: ${counts(planned)}`,
    `applied, of those that change: ${counts(applied)}`,
    `failed: ${failed.length}`,
    ...failed
      .slice(0, SHOWN)
      .map(({ repository, phase, reason }) => `  ${repository} (${phase}): ${reason.split("\n")[0] ?? ""}`),
    ...(failed.length > SHOWN ? [`  and ${failed.length - SHOWN} more (--format json has all)`] : []),
  ];
  return lines.map((line) => `${printable(line)}\n`).join("");
}

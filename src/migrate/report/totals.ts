import type { PlannedFile } from "../events.js";
import type { Outcome, Row, State } from "./model.js";

export interface Totals {
  readonly repositories: number;
  /** Dockerfiles. */
  readonly files: number;
  /** Dockerfiles that could not be read. */
  readonly unreadable: number;
  /** Every outcome, also those that did not occur. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** States that occur; "none" only of repositories with a patch. */
  readonly states: readonly { readonly name: State; readonly repositories: number }[];
  /** Most rewrites first. */
  readonly transforms: readonly { readonly name: string; readonly rewrites: number; readonly repositories: number }[];
  /** Most repositories first. */
  readonly ecosystems: readonly { readonly name: string; readonly repositories: number; readonly changed: number }[];
  readonly saving: Saving;
}

/** Expected seconds less per rebuild. */
export interface Saving {
  /** Of all repositories, each rebuilt once. */
  readonly sum: number;
  /** Of the repositories that save time. */
  readonly median: number;
  /** How many do. */
  readonly repositories: number;
  /** Changed repositories by their saving: up to `below` seconds; Infinity for the last. */
  readonly spread: readonly { readonly below: number; readonly repositories: number }[];
}

export const savingOf = ({ seconds }: PlannedFile): number => (seconds === null ? 0 : seconds.before - seconds.after);

const OUTCOMES: readonly Outcome[] = ["changed", "refused", "unchanged", "empty", "failed"];
const STATES: readonly State[] = "none opened updated open pushed written merged declined left moved failed".split(
  " ",
) as State[];
const BOUNDS = [1, 5, 15, 30, 60, Infinity];

export function totalsOf(rows: readonly Row[]): Totals {
  const count = (test: (row: Row) => boolean): number => rows.reduce((sum, row) => sum + (test(row) ? 1 : 0), 0);
  const outcomes = Object.fromEntries(OUTCOMES.map((name) => [name, count((row) => row.outcome === name)]));
  const states = STATES.map((name) => ({
    name,
    repositories: count((row) => row.state === name && (name !== "none" || row.patch !== null)),
  }));
  const files = rows.flatMap((row) => row.files);
  return {
    repositories: rows.length,
    files: files.length,
    unreadable: files.filter(({ problems }) => problems.length > 0).length,
    outcomes: outcomes as Totals["outcomes"],
    states: states.filter(({ repositories }) => repositories > 0),
    transforms: transformsOf(rows),
    ecosystems: ecosystemsOf(rows),
    saving: savingsOf(rows),
  };
}

function transformsOf(rows: readonly Row[]): Totals["transforms"] {
  const rewrites = tally(rows.flatMap((row) => row.files.flatMap((file) => file.applied.map((one) => one.transform))));
  const repositories = tally(rows.flatMap((row) => row.transforms));
  return [...rewrites]
    .map(([name, number]) => ({ name, rewrites: number, repositories: repositories.get(name) ?? 0 }))
    .sort((a, b) => b.rewrites - a.rewrites || (a.name < b.name ? -1 : 1));
}

function ecosystemsOf(rows: readonly Row[]): Totals["ecosystems"] {
  const changed = tally(rows.flatMap((row) => (row.outcome === "changed" ? row.ecosystems : [])));
  return [...tally(rows.flatMap((row) => row.ecosystems))]
    .map(([name, number]) => ({ name, repositories: number, changed: changed.get(name) ?? 0 }))
    .sort((a, b) => b.repositories - a.repositories || (a.name < b.name ? -1 : 1));
}

function tally(names: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const name of names) found.set(name, (found.get(name) ?? 0) + 1);
  return found;
}

function savingsOf(rows: readonly Row[]): Saving {
  const changed = rows.flatMap(({ outcome, saving }) => (outcome === "changed" ? [saving] : []));
  const saved = changed.filter((saving) => saving > 0).sort((a, b) => a - b);
  const middle = saved.length / 2;
  const median = ((saved[Math.ceil(middle) - 1] ?? 0) + (saved[Math.floor(middle)] ?? 0)) / 2;
  return {
    sum: changed.reduce((sum, saving) => sum + saving, 0),
    median,
    repositories: saved.length,
    spread: BOUNDS.map((below, index) => ({
      below,
      repositories: changed.filter((saving) => saving < below && saving >= (BOUNDS[index - 1] ?? -Infinity)).length,
    })),
  };
}

import type { Applied, Failed, Planned, PlannedFile } from "../events.js";
import { savingOf, totalsOf, type Totals } from "./totals.js";
import { refusalsOf, type RefusalGroup } from "./refusals.js";
import { shareGroups, type ShareFile, type ShareGroup } from "./share.js";

/** The latest that the ledger says of one repository: its plan, and what was done about it; or why it could not be planned. */
export type Latest =
  { readonly planned: Planned; readonly applied?: Applied | Failed | undefined } | { readonly failed: Failed };

export type Outcome = Planned["outcome"] | "failed";

/** What the code host has of it; "failed": applying did; "none": nothing was applied. */
export type State = Applied["state"] | "failed" | "none";

/** A repository, with the plan's parts as they were given: nothing of it is copied, and patches stay where they are. */
export interface Row {
  readonly repository: string;
  readonly url: string;
  readonly outcome: Outcome;
  readonly state: State;
  /** What was applied is an earlier plan's patch. */
  readonly earlier: boolean;
  readonly pull: Applied["pull"];
  /** Why planning or applying failed. */
  readonly failure: string | null;
  readonly commit: string | null;
  readonly base: string | null;
  /** SHA-256 of the patch. */
  readonly patch: string | null;
  readonly files: readonly PlannedFile[];
  /** Of what is applied, sorted. */
  readonly transforms: readonly string[];
  /** Sorted. */
  readonly ecosystems: readonly string[];
  /** Codes, sorted. */
  readonly refusals: readonly string[];
  readonly rewrites: number;
  /** Expected seconds that a rebuild takes less, all Dockerfiles together. */
  readonly saving: number;
}

export interface Review {
  /** Sorted by repository. */
  readonly rows: readonly Row[];
  readonly totals: Totals;
  readonly refusals: readonly RefusalGroup[];
  readonly shared: readonly ShareGroup[];
  /** Versions and settings that the plans were made with, sorted. */
  readonly rules: readonly string[];
}

/** Gathers a review; the order in which repositories come does not matter. Patches are not read. */
export async function collectReview(all: AsyncIterable<Latest> | Iterable<Latest>): Promise<Review> {
  const rows: Row[] = [];
  const leading: ShareFile[] = [];
  const rules = new Set<string>();
  for await (const latest of all) {
    const row = "failed" in latest ? failedRow(latest.failed) : plannedRow(latest.planned, latest.applied);
    rows.push(row);
    if ("planned" in latest) rules.add(latest.planned.rules);
    for (const file of row.files)
      if (file.leading !== null) leading.push({ repository: row.repository, path: file.path, leading: file.leading });
  }
  rows.sort((a, b) => (a.repository < b.repository ? -1 : a.repository > b.repository ? 1 : 0));
  return {
    rows,
    totals: totalsOf(rows),
    refusals: refusalsOf(rows),
    shared: shareGroups(leading),
    rules: [...rules].sort(),
  };
}

const failedRow = ({ repository, url, reason }: Failed): Row => ({
  repository,
  url,
  outcome: "failed",
  state: "none",
  earlier: false,
  pull: null,
  failure: reason,
  commit: null,
  base: null,
  patch: null,
  files: [],
  transforms: [],
  ecosystems: [],
  refusals: [],
  rewrites: 0,
  saving: 0,
});

function plannedRow(planned: Planned, applied: Applied | Failed | undefined): Row {
  const { repository, url, outcome, commit, base, patch, files } = planned;
  const done = applied?.event === "applied" ? applied : undefined;
  return {
    repository,
    url,
    outcome,
    state: applied === undefined ? "none" : (done?.state ?? "failed"),
    earlier: done !== undefined && done.patch !== patch,
    pull: done?.pull ?? null,
    failure: applied?.event === "failed" ? applied.reason : null,
    commit,
    base,
    patch,
    files,
    transforms: sorted(files.flatMap((file) => file.applied.map((one) => one.transform))),
    ecosystems: sorted(files.flatMap((file) => file.ecosystems)),
    refusals: sorted(files.flatMap((file) => file.refused.map((one) => one.code))),
    rewrites: files.reduce((sum, file) => sum + file.applied.length, 0),
    saving: files.reduce((sum, file) => sum + savingOf(file), 0),
  };
}

const sorted = (names: readonly string[]): readonly string[] => [...new Set(names)].sort();

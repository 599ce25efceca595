import { withCompanions } from "../context/overlay.js";
import type { Applied, Report } from "../engine/run.js";
import { expectedRebuild } from "../facts/cost/layers.js";
import { createFacts } from "../facts/facts.js";
import { apply, type Edit } from "../syntax/edit.js";
import { compose } from "../syntax/compose.js";
import { parse } from "../syntax/parse.js";
import type { CompanionEdit } from "../transform.js";
import type { Optimized } from "./optimize.js";
import type { FileChange } from "./result.js";

/** Rewrites that can be taken together, whichever others are taken or not. */
export interface Fix {
  readonly rewrites: readonly Applied[];
  /** Of the text before all rewrites. */
  readonly edits: readonly Edit[];
  /** What other files need along with it; paths as in `FileResult.changes`. */
  readonly files: readonly FileChange[];
}

/**
 * What an average rebuild costs, in seconds (`facts/cost/`): as it is, then after each of the rewrites.
 */
export function costsOf({ report, context, evidence }: Optimized): readonly number[] {
  let text = report.before;
  let files: readonly CompanionEdit[] = [];
  const costs = [costOf(text, files, context, evidence)];
  for (const one of report.applied) {
    text = apply(text, one.edits);
    files = [...files, ...one.files];
    costs.push(costOf(text, files, context, evidence));
  }
  return costs;
}

function costOf(
  text: string,
  files: readonly CompanionEdit[],
  context: Optimized["context"],
  evidence: Optimized["evidence"],
): number {
  const parsed = parse(text);
  return parsed.ok ? expectedRebuild(createFacts(parsed.document, withCompanions(context, files), evidence)) : 0;
}

/** What a file becomes when only these rewrites are wanted, by `Applied.key`. */
export type Replay = (chosen: (key: string) => boolean) => {
  readonly report: Report;
  readonly files: readonly FileChange[];
};

/** Every choice among so many is tried; what is more is joined. */
const MOST_FIXES = 5;

/**
 * The rewrites of a report in parts that people may take or leave one by one. Parts are joined until the engine, asked for any choice
 * among them and nothing else, comes to just the edits of that choice: so each stands for itself.
 */
export function fixesOf(report: Report, replay: Replay): readonly Fix[] {
  const { applied, before } = report;
  if (applied.length === 0) return [];
  const composed = compose(
    before,
    applied.map((one) => one.edits),
  );
  // Rewrites that change the same place, or the same other file, or that look alike.
  let groups: readonly (readonly number[])[] = applied.map((_, index) => [index]);
  for (const { passes } of composed) groups = joined(groups, (index) => passes.has(index));
  for (const one of applied) {
    groups = joined(groups, (index) => applied[index]?.key === one.key);
    for (const { path } of one.files)
      groups = joined(groups, (index) => applied[index]?.files.some((file) => file.path === path) === true);
  }
  while (groups.length > MOST_FIXES) groups = joined(groups, (index) => groups.slice(-2).flat().includes(index));
  const editsOf = (indices: readonly number[]): readonly Edit[] =>
    composed.filter(({ passes }) => indices.some((index) => passes.has(index)));
  const replayed = (indices: readonly number[]): ReturnType<Replay> => {
    const keys = new Set(indices.map((index) => applied[index]?.key));
    return replay((key) => keys.has(key));
  };
  const stands = (indices: readonly number[]): boolean =>
    replayed(indices).report.after === apply(before, editsOf(indices));
  for (let failing = failingChoice(groups, stands); failing !== undefined; failing = failingChoice(groups, stands)) {
    // Either they disturb each other, or the only one needs what its neighbour does.
    const at = groups.findIndex((group) => group === failing[0]);
    const neighbour = groups[at - 1] ?? groups[at + 1];
    const together = (
      failing.length > 1 ? failing : [...failing, ...(neighbour === undefined ? [] : [neighbour])]
    ).flat();
    groups = joined(groups, (index) => together.includes(index));
  }
  return groups
    .map((indices) => ({
      rewrites: indices.flatMap((index) => applied[index] ?? []),
      edits: editsOf(indices),
      files: replayed(indices).files,
    }))
    .filter((fix) => fix.edits.length > 0 || fix.files.length > 0);
}

/** Makes one group of all that hold a chosen index. */
function joined(
  groups: readonly (readonly number[])[],
  chosen: (index: number) => boolean,
): readonly (readonly number[])[] {
  const [hit, rest] = [groups.filter((group) => group.some(chosen)), groups.filter((group) => !group.some(chosen))];
  return hit.length < 2
    ? groups
    : [...rest, hit.flat().sort((a, b) => a - b)].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
}

/** A choice of groups, the smallest first, that does not come out as its edits say; all together always do. */
function failingChoice(
  groups: readonly (readonly number[])[],
  stands: (indices: readonly number[]) => boolean,
): readonly (readonly number[])[] | undefined {
  const choices = Array.from({ length: 2 ** groups.length - 2 }, (_, bits) =>
    groups.filter((_, index) => (((bits + 1) >> index) & 1) === 1),
  ).sort((a, b) => a.length - b.length);
  return choices.find((choice) => !stands(choice.flat()));
}

import type { Applied, Report } from "../engine/run.js";
import type { StageLayers } from "../facts/cost/layers.js";
import type { FileResult } from "../project/result.js";
import { compose } from "../syntax/compose.js";
import type { Edit } from "../syntax/edit.js";
import type { Span } from "../syntax/nodes.js";
import { placesOf } from "./places.js";

/** What dockopt has to say of one version of a text. */
export interface Reading {
  readonly text: string;
  /** What `dockopt --write` would do. */
  readonly safe: FileResult;
  /** With what is less safe, as far as it is asked for; undefined: it is not. */
  readonly more: FileResult | undefined;
  /** Names of the transforms that were asked. */
  readonly asked: readonly string[];
  /** Paths in the results are seen from here. */
  readonly folder: string;
  readonly layers: () => readonly StageLayers[];
}

/** A rewrite that can be had. */
export interface Finding {
  readonly rewrite: Applied;
  /** The instruction it is about, in the text as it is. */
  readonly place: Span;
  /** Seconds of an average rebuild before it and with it. */
  readonly costs: readonly [before: number, after: number];
}

/** The safe rewrites, then those that are less safe. The safe ones stand in both results: they are those of the first. */
export function findingsOf({ safe, more }: Reading): readonly Finding[] {
  const lessSafe = more === undefined ? [] : findingsIn(more).filter(({ rewrite }) => rewrite.safety !== "safe");
  return [...findingsIn(safe), ...lessSafe];
}

function findingsIn({ report, insight }: FileResult): readonly Finding[] {
  if (report === undefined || report.applied.length === 0) return [];
  const places = placesOf(report);
  const costs = insight.costs();
  return report.applied.map((rewrite, index) => ({
    rewrite,
    place: places[index] ?? { start: 0, end: 0 },
    costs: [costs[index] ?? 0, costs[index + 1] ?? 0],
  }));
}

/** All rewrites of a report as edits of the text as it is. */
export const editsOf = ({ before, applied }: Report): readonly Edit[] =>
  compose(
    before,
    applied.map((one) => one.edits),
  );

/** Do they share a character, or an edge? */
export const touches = (one: Span, other: Span): boolean => one.start <= other.end && other.start <= one.end;

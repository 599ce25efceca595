import type { Report } from "../engine/run.js";
import type { Fix } from "./insight.js";

/** Text of a file before and after; `before` undefined: it is new. Paths are relative to where `git apply` is run. */
export interface FileChange {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string;
}

/** What became of one input, for every format. */
export interface FileResult {
  /** As shown to people and in patches. */
  readonly path: string;
  /** undefined: it could not be read; `error` says why. */
  readonly report: Report | undefined;
  readonly error: string | undefined;
  /** Which build contexts were taken and why; several where builds differ; none where none is known. */
  readonly contexts: readonly {
    readonly folder: string;
    readonly why: string;
    readonly missing: readonly string[];
    readonly problem: string | undefined;
  }[];
  /** The Dockerfile and its companions, those that change; paths as in `path`. */
  readonly changes: readonly FileChange[];
  /** What the formats want to know beyond that; computed when asked, once. */
  readonly insight: Insight;
}

export interface Insight {
  /** Seconds of an average rebuild: as it is, then after each of the rewrites. */
  readonly costs: () => readonly number[];
  /** What they rest on: commits whose changes tell the odds (undefined: these are assumed), a recorded build that tells the seconds. */
  readonly basis: () => { readonly commits: number | undefined; readonly timed: boolean };
  /** The rewrites in parts that stand for themselves. */
  readonly fixes: () => readonly Fix[];
}

/** An input that could not be read. */
export const unread = (path: string, error: string): FileResult => ({
  path,
  report: undefined,
  error,
  contexts: [],
  changes: [],
  insight: { costs: () => [], basis: () => ({ commits: undefined, timed: false }), fixes: () => [] },
});

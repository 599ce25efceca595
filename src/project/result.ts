import type { Report } from "../engine/run.js";

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
}

import type { Report } from "../engine/run.js";
import type { FileChange } from "./diff.js";

/** What became of one input, for every format. */
export interface FileResult {
  /** As shown to people and in patches. */
  readonly path: string;
  /** undefined: it could not be read; `error` says why. */
  readonly report: Report | undefined;
  readonly error: string | undefined;
  /** Which build context was taken and why; undefined: none. */
  readonly context:
    | {
        readonly folder: string;
        readonly why: string;
        readonly missing: readonly string[];
        readonly problem: string | undefined;
      }
    | undefined;
  /** The Dockerfile and its companions, those that change; paths as in `path`. */
  readonly changes: readonly FileChange[];
}

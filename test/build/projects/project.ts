import type { Safety } from "../../../src/transform.js";
import type { Files } from "../../../scripts/bench/files.js";

/** A small but real project, built before and after its rewrite. */
export interface Project {
  readonly name: string;
  readonly dockerfile: string;
  readonly files: Files;
  /** Transforms that have to do something. */
  readonly by: readonly string[];
  /** A rebuild after a source edit has to be faster; a number: so many times at least. */
  readonly faster?: boolean | number;
  /** Default: safe. */
  readonly safety?: Safety;
}

export const SPLIT = ["split-manifest-copy"];
export const HOIST = ["hoist-stable-instructions"];
export const MERGE = ["merge-run-chains"];
export const CACHES = ["mount-package-caches"];

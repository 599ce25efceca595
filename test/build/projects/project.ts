import type { Safety } from "../../../src/transform.js";
import type { Files } from "../../../scripts/bench/files.js";

/** An image with a family's tools, made once for all of its projects. As a tag of an official image, what that one sets is known of it. */
export interface Base {
  readonly tag: string;
  readonly dockerfile: string;
}

/** A small but real project, built before and after its rewrite. */
export interface Project {
  readonly name: string;
  readonly dockerfile: string;
  readonly files: Files;
  /** Transforms that have to do something. */
  readonly by: readonly string[];
  /** A rebuild after a source edit has to be faster; a number: so many times at least. */
  readonly faster?: true | number;
  /** Default: safe. */
  readonly safety?: Safety;
  /** What its stages are FROM, where nobody has it. */
  readonly base?: Base;
  /** Paths in the image that the rewrite leaves out by design; all else is the same. */
  readonly lacks?: readonly string[];
  /** What the rebuilds change. Default: a source file. */
  readonly touch?: string;
}

export const SPLIT = ["split-manifest-copy"];
export const HOIST = ["hoist-stable-instructions"];
export const MERGE = ["merge-run-chains"];
export const CACHES = ["mount-package-caches"];

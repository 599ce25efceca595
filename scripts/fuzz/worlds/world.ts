import type { Rules } from "../grammar.js";

/** An ecosystem as a project uses it: words of its Dockerfile, and rules for the files of its context by path. */
export interface World {
  readonly words: Rules;
  readonly files: Readonly<Record<string, readonly string[]>>;
}

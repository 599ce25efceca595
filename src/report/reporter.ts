import type { Transform } from "../transform.js";
import type { Told } from "./findings.js";
import type { Colors } from "./terminal.js";

/** What formats need beside the results. */
export interface Setting {
  /** dockopt's. */
  readonly version: string;
  /** Absolute; paths of results are seen from here. */
  readonly cwd: string;
  readonly colors: Colors;
  /** Columns of the text format. */
  readonly width: number;
  /** Those that were asked for. */
  readonly transforms: readonly Transform[];
  /** Inputs that were not found: "path: what is wrong. What to do." */
  readonly problems: readonly string[];
}

/** A report under way: what is returned is to be written at once. */
export interface Reporter {
  readonly add: (told: Told) => string;
  readonly end: () => string;
}

/** A report that is written when all is known. What a file comes to is kept; the file itself is not. */
export function gathered<T>(of: (told: Told) => T, write: (all: readonly T[]) => string): Reporter {
  const all: T[] = [];
  return {
    add: (told) => {
      all.push(of(told));
      return "";
    },
    end: () => write(all),
  };
}

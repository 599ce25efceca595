import type { Example } from "./example.js";

/** What the fixtures tell people, by the name of a transform or an ecosystem. Made when dockopt is built (scripts/shown.ts). */
export interface Shown {
  readonly examples: Readonly<Record<string, Example>>;
  /** A reason by the code of the refusal; those of "" concern a whole file, whatever the transform. */
  readonly reasons: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

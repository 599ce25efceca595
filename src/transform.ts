import type { Facts } from "./facts/facts.js";
import type { Edit } from "./syntax/edit.js";
import type { Document, Span } from "./syntax/nodes.js";

/**
 * - safe: the image stays the same (config and file tree, times aside), or differs only as the transform's docs say.
 * - suggested: right in all cases we know, but rests on something the files do not prove.
 * - unsafe: changes what the image contains or does.
 */
export type Safety = (typeof LEVELS)[number];

/** From the strictest. */
export const LEVELS = ["safe", "suggested", "unsafe"] as const;

/** A change to another file that belongs to the proposal, e.g. a line in .dockerignore. `path` is relative to the context root. */
export interface CompanionEdit {
  readonly path: string;
  /** The file's text before; undefined when the file does not exist yet. */
  readonly before: string | undefined;
  readonly after: string;
}

/** Applied as a whole or not at all. */
export interface Proposal {
  /** The instruction it is about. */
  readonly at: Span;
  /** One sentence for people: what and why. */
  readonly message: string;
  readonly edits: readonly Edit[];
  readonly files?: readonly CompanionEdit[];
  /** May lower the transform's safety, never raise it. */
  readonly safety?: Safety;
  /** What a reviewer should know: why it is not safer, which assumption it rests on. */
  readonly notes?: readonly string[];
}

/** Why something that looks improvable was left alone. */
export interface Refusal {
  readonly at: Span;
  /** A full reason with file and value: "package.json: postinstall runs `node scripts/setup.js`, which is source". */
  readonly reason: string;
  /** Stable identifier for statistics: "lifecycle-script". */
  readonly code: string;
}

export interface Transform {
  /** verb-object, kebab-case; also the file's and the fixture folder's name. */
  readonly name: string;
  /** One imperative line of at most 72 characters. */
  readonly summary: string;
  /** Markdown: why; when it does nothing; what makes it less safe. */
  readonly docs: string;
  readonly safety: Safety;
  /** Only when it is asked for by name: a matter of taste. */
  readonly optIn?: true;
  readonly requires?: readonly ("context" | "history")[];
  /** Rules of hadolint that ask for the same: its comments that ignore them are heeded. */
  readonly hadolint?: readonly string[];
  /** Pure and synchronous. */
  propose(document: Document, facts: Facts): Iterable<Proposal | Refusal>;
}

export function defineTransform(transform: Transform): Transform {
  return transform;
}

export function isRefusal(outcome: Proposal | Refusal): outcome is Refusal {
  return "reason" in outcome;
}

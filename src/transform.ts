/** `dockopt/transform`: all that the author of a transform, an ecosystem or a plug-in imports (docs/plugins.md). */
import type { Ecosystem } from "./ecosystems/ecosystem.js";
import type { GivenCode } from "./refusals.js";
import type { Facts } from "./facts/facts.js";
import type { Edit } from "./syntax/edit.js";
import type { Document, Span } from "./syntax/nodes.js";

export type { Context, EntryKind } from "./context/context.js";
export {
  isRefused,
  type Ecosystem,
  type Inputs,
  type InputsRefusal,
  type Install,
  type Output,
  type Ran,
  type Site,
  type ToolCache,
} from "./ecosystems/ecosystem.js";
export type { Copy } from "./facts/copies.js";
export type { Effects } from "./facts/effects.js";
export type { CommandFact, Facts } from "./facts/facts.js";
export { readInputs, type Read } from "./facts/install-inputs.js";
export { isWithin, resolvePath } from "./facts/paths.js";
export type { State } from "./facts/state.js";
export { hasOption, optionText, readArgs, type Args } from "./shell/args.js";
export type { Assignment, Command, ListItem, Redirect, Script, ShellWord } from "./shell/script.js";
export { insert, move, remove, replace, type Edit } from "./syntax/edit.js";
export type {
  CopyInstruction,
  Document,
  Flag,
  FromInstruction,
  Instruction,
  PairsInstruction,
  RunInstruction,
  Span,
  Stage,
  Word,
} from "./syntax/nodes.js";

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
  /** "lifecycle-script"; a plug-in's own: "acme/no-mirror". */
  readonly code: GivenCode;
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
  /** The plug-in that it comes from, as people named it; dockopt says so. */
  readonly plugin?: string;
  /** Pure and synchronous. */
  propose(document: Document, facts: Facts): Iterable<Proposal | Refusal>;
}

export function defineTransform(transform: Transform): Transform {
  return transform;
}

export function defineEcosystem(ecosystem: Ecosystem): Ecosystem {
  return ecosystem;
}

/** The version of what this file offers. It rises when a plug-in would have to change. */
export const API = 1;

/** What a plug-in's module exports as its default. */
export interface Plugin {
  /** For people: "helm". */
  readonly name: string;
  readonly transforms?: readonly Transform[];
  readonly ecosystems?: readonly Ecosystem[];
  /** The API that it was written for. Default: that of the dockopt that loads it. */
  readonly api?: number;
}

/** Says which API it was written for, beside giving it its type. */
export function definePlugin(plugin: Omit<Plugin, "api">): Plugin {
  return { ...plugin, api: API };
}

export function isRefusal(outcome: Proposal | Refusal): outcome is Refusal {
  return "reason" in outcome;
}

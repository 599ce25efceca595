import { resolve } from "node:path";
import type { Applied, Options } from "../../engine/run.js";
import type { Opened } from "../../project/contexts.js";
import { optimizeFile, type Optimized } from "../../project/optimize.js";
import type { FileChange, FileResult } from "../../project/result.js";
import { partsOf } from "./parts.js";

/** A Dockerfile as it was read; `shown`: its path as people see it. */
export interface Source {
  readonly shown: string;
  readonly text: string;
  readonly opened: Opened | undefined;
  readonly options: Options;
}

/** What a file comes to with the rewrites that are wanted. */
export interface Standing {
  readonly result: FileResult;
  readonly readings: readonly Optimized[];
  /** From what was read to what would be written; the Dockerfile first, if it changes. */
  readonly changes: readonly FileChange[];
}

/** What is asked about: rewrites that change the same place, and all that they bring along. */
export interface Hunk {
  readonly path: string;
  readonly rewrites: readonly Applied[];
  /** 1-based, among those of the file: what is decided, this one, what follows as far as it is known. */
  readonly number: number;
  readonly total: number;
  /** As the file is with what has been accepted, and with this as well. */
  readonly now: Standing;
  readonly next: Standing;
  /** From `now` to `next`. */
  readonly changes: readonly FileChange[];
}

export type Answer =
  | { readonly kind: "yes" | "no" | "all" | "none" | "split" }
  /** The file's text, written by the user in place of `next`. */
  | { readonly kind: "edit"; readonly text: string };

/** An answer, and the rewrites that it is about, by `Applied.key`. */
type Decision = (
  | { readonly kind: "accept" | "decline" | "split" | "close" }
  /** `companions`: what the file brings along so far. */
  | { readonly kind: "edit"; readonly text: string; readonly companions: readonly FileChange[] }
) & { readonly file: number; readonly keys: readonly string[] };

/** What the answers say of one file. */
interface Wishes {
  /** What the engine starts from: the text that was read, or that was edited last, with what belongs to it. */
  readonly text: string;
  readonly companions: readonly FileChange[];
  readonly accepted: ReadonlySet<string>;
  readonly declined: ReadonlySet<string>;
  readonly split: ReadonlySet<string>;
  readonly closed: boolean;
  readonly decided: number;
}

/** Rewrites by `Applied.key`: these and no others, or all but these. */
type Wanted = { readonly only: ReadonlySet<string> } | { readonly but: ReadonlySet<string> };

/** The Dockerfiles that are asked about, and how. */
export interface Files {
  readonly count: number;
  /** undefined: it cannot be read. Called once for each file, when it is its turn. */
  readonly source: (file: number) => Source | undefined;
  /** Told how each file looks before its first question. */
  readonly begun: (result: FileResult, file: number) => void;
  /** Where people see paths from. */
  readonly cwd: string;
}

/**
 * The questions of `--interactive` and what follows from the answers; asks nothing itself. Every text comes from the engine, which is
 * asked for the accepted rewrites and no others: so each is as right as if dockopt had made just these. Files are taken in their order;
 * each sees the ignore files as those before it will leave them.
 */
export class Session {
  readonly #log: Decision[] = [];
  /** What the files become that nothing more is asked about. */
  readonly #done: (Standing | undefined)[] = [];
  readonly #sources: (Source | undefined)[] = [];
  /** What the engine has said of the file at hand, by what it was asked. */
  readonly #known = new Map<string, Standing>();
  readonly #setting: Files;

  constructor(setting: Files) {
    this.#setting = setting;
  }

  /** What to decide next; undefined: nothing is left. */
  question(): Hunk | undefined {
    while (this.#done.length < this.#setting.count) {
      const file = this.#done.length;
      const source = this.#source(file);
      const hunk = source === undefined ? undefined : this.#hunk(file, source);
      if (hunk !== undefined) return hunk;
      this.#done.push(this.#accepted(file));
      this.#known.clear();
    }
    return undefined;
  }

  /** To what `question` has just asked. */
  answer(hunk: Hunk, answer: Answer): void {
    const file = this.#done.length;
    const keys = hunk.rewrites.map((one) => one.key);
    switch (answer.kind) {
      case "yes":
        this.#log.push({ kind: "accept", file, keys });
        break;
      case "no":
        this.#log.push({ kind: "decline", file, keys });
        break;
      case "split":
        this.#log.push({ kind: "split", file, keys });
        break;
      case "none":
        this.#log.push({ kind: "close", file, keys: [] });
        break;
      case "all":
        this.#log.push({ kind: "accept", file, keys: this.#open(file).map((one) => one.key) });
        break;
      case "edit":
        this.#log.push({ kind: "edit", file, keys, text: answer.text, companions: companionsOf(hunk.next) });
    }
  }

  get canUndo(): boolean {
    return this.#log.length > 0;
  }

  /** Takes back the last answer; its question comes again. */
  undo(): void {
    const last = this.#log.pop();
    if (last !== undefined) this.#done.length = last.file;
  }

  /** Files that no question has come to. */
  get unseen(): number {
    return Math.max(0, this.#setting.count - this.#done.length - 1);
  }

  /** What each file that was looked at becomes by the answers so far, in order; those that could not be read are left out. */
  outcome(): readonly Standing[] {
    const last = this.#done.length < this.#setting.count ? [this.#accepted(this.#done.length)] : [];
    return [...this.#done, ...last].flatMap((one) => one ?? []);
  }

  #source(file: number): Source | undefined {
    if (file >= this.#sources.length) {
      const source = this.#setting.source(file);
      this.#sources[file] = source;
      if (source !== undefined) this.#setting.begun(this.#run(file, source, { but: new Set() }).result, file);
    }
    return this.#sources[file];
  }

  #hunk(file: number, source: Source): Hunk | undefined {
    const { accepted, declined, split, closed, decided } = this.#wishes(file, source);
    if (closed) return undefined;
    const { report } = this.#run(file, source, { but: declined }).result;
    const parts = report === undefined ? [] : partsOf(report, (key) => split.has(key));
    const open = parts.map((part) => part.filter((one) => !accepted.has(one.key))).filter((part) => part.length > 0);
    // The engine comes to the first open rewrite by accepted ones alone: so this one is surely made.
    const [first] = open;
    if (first === undefined) return undefined;
    const asked = new Set(first.map((one) => one.key));
    const now = this.#run(file, source, { only: accepted });
    const next = this.#run(file, source, { only: new Set([...accepted, ...asked]) });
    return {
      path: source.shown,
      rewrites: next.result.report?.applied.filter((one) => asked.has(one.key)) ?? [],
      number: decided + 1,
      total: decided + open.length,
      now,
      next,
      changes: between(now.changes, next.changes),
    };
  }

  /** Rewrites of a file that are neither accepted nor declined. */
  #open(file: number): readonly Applied[] {
    const source = this.#source(file);
    if (source === undefined) return [];
    const { accepted, declined } = this.#wishes(file, source);
    const { report } = this.#run(file, source, { but: declined }).result;
    return report?.applied.filter((one) => !accepted.has(one.key)) ?? [];
  }

  #accepted(file: number): Standing | undefined {
    const source = this.#source(file);
    if (source === undefined) return undefined;
    const { accepted } = this.#wishes(file, source);
    return this.#run(file, source, { only: accepted });
  }

  #wishes(file: number, source: Source): Wishes {
    const none: Wishes = {
      text: source.text,
      companions: [],
      accepted: new Set(),
      declined: new Set(),
      split: new Set(),
      closed: false,
      decided: 0,
    };
    return this.#log.filter((one) => one.file === file).reduce(withDecision, none);
  }

  #run(file: number, source: Source, wanted: Wanted): Standing {
    const { cwd } = this.#setting;
    const { text, companions } = this.#wishes(file, source);
    const earlier = [...this.#done.slice(0, file).flatMap(companionsOf), ...companions];
    const pending = new Map(earlier.map(({ path, after }) => [resolve(cwd, path), after]));
    const isWanted = ({ key }: Applied): boolean => ("only" in wanted ? wanted.only.has(key) : !wanted.but.has(key));
    const question = JSON.stringify([
      file,
      text,
      [...pending],
      Object.entries(wanted).map(([how, keys]) => [how, ...keys]),
    ]);
    const known = this.#known.get(question);
    if (known !== undefined) return known;
    const { shown, opened, options } = source;
    const { result, readings } = optimizeFile({ shown, text, opened }, { ...options, wanted: isWanted }, cwd, pending);
    const after = result.report?.after ?? text;
    const own = after === source.text ? [] : [{ path: shown, before: source.text, after }];
    const others = result.changes.filter((change) => change.path !== shown);
    const standing = { result, readings, changes: [...own, ...merged([...companions, ...others])] };
    this.#known.set(question, standing);
    return standing;
  }
}

function withDecision(wishes: Wishes, decision: Decision): Wishes {
  const { keys } = decision;
  const added = (set: ReadonlySet<string>): ReadonlySet<string> => new Set([...set, ...keys]);
  const decided = wishes.decided + 1;
  switch (decision.kind) {
    case "accept":
      return { ...wishes, decided, accepted: added(wishes.accepted) };
    case "decline":
      return { ...wishes, decided, declined: added(wishes.declined) };
    case "split":
      return { ...wishes, split: added(wishes.split) };
    case "close":
      return { ...wishes, decided, closed: true };
    case "edit": {
      // What was accepted is part of the text now, and what the user has rewritten is not done again.
      const { text, companions } = decision;
      return { ...wishes, decided, text, companions, accepted: new Set(), declined: added(wishes.declined) };
    }
  }
}

const companionsOf = (standing: Standing | undefined): readonly FileChange[] =>
  standing?.changes.filter((change) => change.path !== standing.result.path) ?? [];

/** Several changes of one file become one, from the first text to the last. */
function merged(changes: readonly FileChange[]): readonly FileChange[] {
  const byPath = new Map<string, FileChange>();
  for (const change of changes) {
    const earlier = byPath.get(change.path);
    byPath.set(change.path, earlier === undefined ? change : { ...change, before: earlier.before });
  }
  return [...byPath.values()];
}

/** What differs between two states of the same files, each told by its changes since they were read. */
function between(old: readonly FileChange[], now: readonly FileChange[]): readonly FileChange[] {
  return [...new Set([...now, ...old].map((one) => one.path))].flatMap((path) => {
    const [was, is] = [old, now].map((changes) => changes.find((one) => one.path === path));
    const before = was === undefined ? is?.before : was.after;
    const after = (is === undefined ? was?.before : is.after) ?? "";
    return before === after ? [] : [{ path, before, after }];
  });
}

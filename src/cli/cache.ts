import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { serialize } from "node:v8";
import type { Project } from "../project/contexts.js";
import { display } from "../project/optimize.js";
import type { FileResult } from "../project/result.js";
import type { Input } from "./process.js";
import type { FolderProject, Question } from "./project.js";
import type { FileSettings } from "./settings.js";
import { UsageError } from "./exit.js";
import { writeAll } from "./write.js";

/** What came of the files of earlier runs, as long as all that they were judged by is as it was. */
export interface FileCache {
  /**
   * What is known of an input; undefined: nothing can be kept of it (text from stdin, plug-ins, whose code may do anything). `pending`: ignore
   * files by absolute path, as they will be written.
   */
  find(input: Input, settings: FileSettings, pending: ReadonlyMap<string, string>): Found | undefined;
  /** @throws WriteError */
  readonly save: () => void;
}

/** What came of a Dockerfile. */
interface Known {
  /** Files that would change, as people see them. */
  readonly changes: readonly string[];
  /** Ignore files among them, by absolute path, and what they would hold. */
  readonly pending: readonly (readonly [path: string, text: string])[];
}

interface Found {
  readonly shown: string;
  /** What came of it; undefined: that has to be found out, with `project`, which notes what is asked. */
  readonly known: Known | undefined;
  readonly project: Project;
  keep(result: FileResult): void;
}

/** A question, and the digest of its answer. */
type Asked = readonly [...Question, digest: string];

interface Entry extends Known {
  /** Of its text and of what is in force for it. */
  readonly key: string;
  /** All that was asked on the way: positions in the table of questions, which entries share. */
  readonly asked: readonly number[];
  /** Of what was to be written to ignore files. */
  readonly seen: string;
}

interface Stored {
  readonly "dockopt-cache": string;
  readonly questions: readonly Asked[];
  readonly entries: Readonly<Record<string, Entry>>;
}

const digestOf = (value: unknown): string => createHash("sha256").update(serialize(value)).digest("base64");

/** @throws UsageError when the file holds something else. */
export function openCache(file: string, version: string, project: FolderProject, cwd: string): FileCache {
  const path = resolve(cwd, file);
  const before = existsSync(path) ? readFileSync(path, "utf8") : undefined;
  const old = before === undefined ? undefined : readStored(file, before, version);
  const entries = new Map(Object.entries(old?.entries ?? {}));
  const questions = [...(old?.questions ?? [])];
  const positions = new Map(questions.map((one, index) => [one.join("\0"), index]));
  // Many Dockerfiles ask the same: it is looked up once.
  const answers = new Map<string, string>();
  const isStill = (position: number): boolean => {
    const [about, folder, name, digest] = questions[position] ?? ["kind", "", "", ""];
    const question = [about, folder, name].join("\0");
    const now = answers.get(question) ?? digestOf(project.ask(about, folder, name));
    answers.set(question, now);
    return now === digest;
  };
  const watch = (asked: Set<number>): Project =>
    project.watched((about, folder, name, answer) => {
      const one: Asked = [about, folder, name, digestOf(answer)];
      const position = positions.get(one.join("\0")) ?? questions.push(one) - 1;
      positions.set(one.join("\0"), position);
      asked.add(position);
    });
  return {
    find(input, settings, pending) {
      const inForce = settingsKey(settings);
      const bytes = "problem" in input || "text" in input ? undefined : bytesOf(resolve(cwd, input.path));
      if (inForce === undefined || bytes === undefined || input.path === undefined) return undefined;
      const full = resolve(cwd, input.path);
      const key = digestOf([bytes, inForce, version]);
      const before = [...pending];
      // What earlier inputs write to an ignore file is part of what those see that ask for it.
      const seenBy = (asked: readonly number[]): string => {
        const folders = new Set(asked.map((position) => questions[position]?.[1]));
        return digestOf(before.filter(([one]) => folders.has(dirname(one))));
      };
      const entry = entries.get(full);
      const holds = entry?.key === key && entry.seen === seenBy(entry.asked) && entry.asked.every(isStill);
      const asked = new Set<number>();
      return {
        shown: display(full, cwd),
        known: holds ? entry : undefined,
        project: watch(asked),
        keep({ path: shown, report, changes }) {
          // Another day it may be quicker.
          if (report?.refused.some(({ code }) => code === "too-slow") === true) return;
          const companions = changes.filter((change) => change.path !== shown);
          entries.set(full, {
            key,
            asked: [...asked],
            seen: seenBy([...asked]),
            changes: changes.map((change) => change.path),
            pending: companions.map((change) => [resolve(cwd, change.path), change.after]),
          });
        },
      };
    },
    save: () => {
      const after = printStored(version, questions, entries);
      // Of runs at the same time, the last one's counts.
      const now = existsSync(path) ? readFileSync(path, "utf8") : undefined;
      if (after !== now) writeAll([{ path, before: now, after }]);
    },
  };
}

function bytesOf(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch {
    // Who reads it next says why not.
    return undefined;
  }
}

const keys = new WeakMap<FileSettings, string>();

/** What is in force, as far as it decides what becomes of a Dockerfile; undefined with plug-ins. */
function settingsKey(settings: FileSettings): string | undefined {
  const { engine, context, values } = settings;
  const { transforms, safety, evidence } = engine;
  if (evidence?.ecosystems !== undefined || transforms.some(({ plugin }) => plugin !== undefined)) return undefined;
  const key = keys.get(settings) ?? digestOf([transforms.map(({ name }) => name), safety, evidence, context, values]);
  keys.set(settings, key);
  return key;
}

/** What another version has kept is not used. */
function readStored(file: string, text: string, version: string): Stored | undefined {
  const wrong = new UsageError(`--cache ${file}: it is not a cache of dockopt. Name another file, or remove it.`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw wrong;
  }
  if (typeof value !== "object" || value === null || !("dockopt-cache" in value)) throw wrong;
  return value["dockopt-cache"] === version && isStored(value) ? value : undefined;
}

const isText = (value: unknown): value is string => typeof value === "string";
const areAll = (value: unknown, is: (one: unknown) => boolean): boolean => Array.isArray(value) && value.every(is);

function isStored(value: object): value is Stored {
  const { questions, entries } = value as Readonly<Record<keyof Stored, unknown>>;
  const isEntry = (one: unknown): boolean => {
    const { key, asked, seen, changes, pending } = (one ?? {}) as Readonly<Record<keyof Entry, unknown>>;
    const texts = isText(key) && isText(seen) && areAll(changes, isText);
    return texts && areAll(asked, Number.isInteger) && areAll(pending, (pair) => areAll(pair, isText));
  };
  return (
    areAll(questions, (one) => areAll(one, isText)) &&
    typeof entries === "object" &&
    entries !== null &&
    Object.values(entries).every(isEntry)
  );
}

/** Without Dockerfiles that are gone, and what only they have asked. */
function printStored(version: string, questions: readonly Asked[], entries: ReadonlyMap<string, Entry>): string {
  const kept = [...entries].filter(([path]) => existsSync(path)).sort(([a], [b]) => (a < b ? -1 : 1));
  const used = [...new Set(kept.flatMap(([, { asked }]) => asked))].sort((a, b) => a - b);
  const places = new Map(used.map((position, index) => [position, index]));
  const stored: Stored = {
    "dockopt-cache": version,
    questions: used.flatMap((position) => questions.slice(position, position + 1)),
    entries: Object.fromEntries(
      kept.map(([path, entry]) => [
        path,
        { ...entry, asked: entry.asked.map((position) => places.get(position) ?? 0) },
      ]),
    ),
  };
  return JSON.stringify(stored);
}

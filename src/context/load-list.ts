import type { Context, EntryKind } from "./context.js";
import { clean } from "./go-match.js";
import { contextFrom, type RawTree, type ReadResult } from "./tree.js";

/** One path of a list; directories are implied by their files. */
export interface ListedEntry {
  readonly path: string;
  /** Symlink target, or a reader; a plain file has none. */
  readonly link?: string | (() => string | undefined);
  /** undefined: not known. */
  readonly executable?: boolean;
  /** Bytes; undefined: as many as the text has, when that is given. */
  readonly size?: number;
  /** false: a local leftover; null: not known. Default: committed. */
  readonly tracked?: boolean | null;
  /** Text, or a reader; undefined: the content is not known. */
  readonly text?: string | (() => string | undefined);
}

/** A context from a list of paths: a code host's tree, an index, a test. */
export function contextFromList(entries: Iterable<ListedEntry>, description = "list", dockerfile?: string): Context {
  return contextFrom(treeFromList(entries, description), dockerfile);
}

/** A context from texts by their paths: `{ "package.json": "{}" }`. */
export function contextFromFiles(files: Readonly<Record<string, string>>, dockerfile?: string): Context {
  return contextFromList(
    Object.entries(files).map(([path, text]) => ({ path: clean(`/${path}`).slice(1), text })),
    "files",
    dockerfile,
  );
}

export function treeFromList(entries: Iterable<ListedEntry>, description: string): RawTree {
  const byPath = new Map<string, ListedEntry>();
  const names = new Map<string, Set<string>>([["", new Set()]]);
  const committed = new Set<string>([""]);
  const doubtful = new Set<string>();
  for (const entry of entries) {
    byPath.set(entry.path, entry);
    const status = entry.tracked === null ? doubtful : entry.tracked === false ? undefined : committed;
    for (let path = entry.path; path !== "" && status?.has(path) === false; path = parentOf(path)) status.add(path);
    for (let path = entry.path; path !== "";) {
      const parent = parentOf(path);
      const siblings = names.get(parent) ?? new Set<string>();
      names.set(parent, siblings);
      const name = path.slice(path.lastIndexOf("/") + 1);
      if (siblings.has(name)) break;
      siblings.add(name);
      path = parent;
    }
  }
  const kind = (path: string): EntryKind | undefined => {
    const entry = byPath.get(path);
    if (entry !== undefined) return entry.link === undefined ? "file" : "symlink";
    return names.has(path) ? "directory" : undefined;
  };
  return {
    description,
    kind,
    list: (directory) => [...(names.get(directory) ?? [])].sort(),
    link(path) {
      const link = byPath.get(path)?.link;
      return typeof link === "function" ? link() : link;
    },
    read(path): ReadResult {
      const text = byPath.get(path)?.text;
      const read = typeof text === "function" ? text() : text;
      if (read !== undefined) return { text: read };
      return { problem: byPath.has(path) ? "its content is not known" : "not in the build context" };
    },
    executable: (path) => byPath.get(path)?.executable,
    size(path) {
      const { size, text } = byPath.get(path) ?? {};
      return size ?? (typeof text === "string" ? bytesOf(text) : undefined);
    },
    tracked: (path) => committed.has(path) || (doubtful.has(path) ? undefined : false),
  };
}

const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf("/"), 0));

/** Of UTF-8, without help of Node or a browser. */
function bytesOf(text: string): number {
  let bytes = 0;
  for (const c of text) {
    const point = c.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
}

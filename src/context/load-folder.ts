import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, type Stats } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import type { Context, EntryKind } from "./context.js";
import { git } from "./git.js";
import { traced, type Tell } from "./trace.js";
import { contextFrom, type RawTree, type ReadResult } from "./tree.js";

/** No manifest is larger, and each is read many times; what is larger is not read. */
const MAXIMUM_BYTES = 16 * 1024 * 1024;

/**
 * A folder as build context; directories are read when asked. `dockerfile`: path of the Dockerfile, for `<Dockerfile>.dockerignore`,
 * which lies beside it, also outside of the context. @throws Error of node:fs when the folder is not there or no folder.
 */
export const loadFolder = (folder: string, dockerfile?: string): Context => createLoader().context(folder, dockerfile);

/** Loads folders, and keeps which files there are: for many Dockerfiles that nobody else changes meanwhile. */
export interface FolderLoader {
  /** As `loadFolder`; `tell`: is told of all that is asked of the files of a folder. */
  context(folder: string, dockerfile?: string, tell?: (folder: string) => Tell): Context;
  files(folder: string): RawTree;
}

export function createLoader(): FolderLoader {
  const trees = new Map<string, RawTree>();
  const files = (folder: string): RawTree => {
    const tree = trees.get(folder) ?? openFolder(folder);
    trees.set(folder, tree);
    return tree;
  };
  return {
    files,
    context(folder, dockerfile, tell) {
      const seen = (one: string): RawTree => (tell === undefined ? files(one) : traced(files(one), tell(one)));
      const tree = seen(folder);
      if (dockerfile === undefined) return contextFrom(tree);
      const path = join(realpathOf(dirname(dockerfile)), basename(dockerfile));
      const inside = relative(realpathSync(folder), path).split(sep).join("/");
      if (!inside.startsWith("../") && !isAbsolute(inside)) return contextFrom(tree, inside);
      // Text from stdin may be said to belong to a folder that is not there.
      if (statOf(dirname(path)) === undefined) return contextFrom(tree);
      const [beside, name] = [seen(dirname(path)), `${basename(path)}.dockerignore`];
      if (beside.kind(name) !== "file") return contextFrom(tree);
      const read = beside.read(name);
      if ("problem" in read) throw new Error(`${name}: ${read.problem}`);
      return contextFrom(tree).withIgnoreFile({ path: `${inside}.dockerignore`, text: read.text });
    },
  };
}

function openFolder(folder: string): RawTree {
  const root = realpathSync(folder);
  readdirSync(root);
  return folderTree(root, `folder ${folder}`);
}

function realpathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function folderTree(root: string, description: string): RawTree {
  const kinds = new Map<string, EntryKind | undefined>();
  const lists = new Map<string, readonly string[]>();
  let committed: { readonly has: (path: string) => boolean } | undefined | null = null;
  const list = (directory: string): readonly string[] => {
    let names = lists.get(directory);
    if (names === undefined) {
      names = directory === "" || kind(directory) === "directory" ? readNames(root, directory, kinds) : [];
      lists.set(directory, names);
    }
    return names;
  };
  const kind = (path: string): EntryKind | undefined => {
    if (/^\.\.(?:\/|$)/.test(path)) return undefined;
    if (!kinds.has(path)) {
      // Behind a link there is nothing: the builder sends the link alone.
      const slash = path.lastIndexOf("/");
      const isReached = slash < 0 || kind(path.slice(0, slash)) === "directory";
      kinds.set(path, isReached ? kindOf(statOf(join(root, path))) : undefined);
    }
    return kinds.get(path);
  };
  return {
    description,
    kind,
    list,
    link: (path) => attempt(() => readlinkSync(join(root, path))),
    read: (path) => readText(root, path),
    executable(path) {
      const stat = statOf(join(root, path));
      return stat === undefined ? undefined : (stat.mode & 0o111) !== 0;
    },
    size(path) {
      const stat = statOf(join(root, path));
      return stat === undefined || stat.isDirectory() ? undefined : stat.size;
    },
    tracked(path) {
      if (committed === null) committed = readTracked(root);
      return committed?.has(path);
    },
  };
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function statOf(path: string): Stats | undefined {
  return attempt(() => lstatSync(path));
}

function kindOf(stat: Pick<Stats, "isDirectory" | "isFile" | "isSymbolicLink"> | undefined): EntryKind | undefined {
  if (stat === undefined) return undefined;
  if (stat.isSymbolicLink()) return "symlink";
  return stat.isDirectory() ? "directory" : stat.isFile() ? "file" : undefined;
}

/** An unreadable directory counts as empty. The entries' kinds come along, which saves a stat for each. */
function readNames(root: string, directory: string, kinds: Map<string, EntryKind | undefined>): readonly string[] {
  const entries = attempt(() => readdirSync(join(root, directory), { withFileTypes: true })) ?? [];
  for (const entry of entries) kinds.set(directory === "" ? entry.name : `${directory}/${entry.name}`, kindOf(entry));
  return entries.map((entry) => entry.name).sort();
}

function readText(root: string, path: string): ReadResult {
  const full = join(root, path);
  const stat = statOf(full);
  if (stat === undefined || !stat.isFile()) return { problem: "it cannot be found" };
  if (stat.size > MAXIMUM_BYTES) return { problem: `it is larger than ${MAXIMUM_BYTES / 1024 / 1024} MB` };
  // A parent may have become a link in the meantime.
  const real = attempt(() => realpathSync(full));
  if (real === undefined || relative(root, real).startsWith(".."))
    return { problem: "it leads out of the build context" };
  const bytes = attempt(() => readFileSync(full));
  if (bytes === undefined) return { problem: "it cannot be read" };
  const text = attempt(() => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  return text === undefined ? { problem: "it is not UTF-8" } : { text };
}

function readTracked(root: string): { readonly has: (path: string) => boolean } | undefined {
  const output = git(root, "ls-files", "-z", "--", ".");
  if (output === undefined) return undefined;
  const files = output.toString("utf8").split("\0");
  const known = new Set<string>(files);
  for (const file of files)
    for (let slash = file.indexOf("/"); slash >= 0; slash = file.indexOf("/", slash + 1))
      known.add(file.slice(0, slash));
  return known;
}

import { dirname, join, relative } from "node:path";
import { readProject, type ProjectBuilds, type ProjectFiles } from "../builds/project.js";
import type { Context, EntryKind } from "../context/context.js";
import { treeFromList, type ListedEntry } from "../context/load-list.js";
import { contextFrom, type RawTree } from "../context/tree.js";
import type { Project } from "../project/contexts.js";
import type { TreeEntry } from "./clone.js";

/** Where the files of a revision seem to lie. */
export const ROOT = "/";

/** A revision that git holds, as a project; nothing of it is on disk. */
export interface Revision {
  readonly project: Project;
  readonly builds: ProjectBuilds;
  /** Paths of plain files, relative. */
  readonly files: readonly string[];
  /** Text of a plain file; undefined: it cannot be read. */
  text(path: string): string | undefined;
  /** The submodules at or below a folder; what they hold is not known. */
  submodules(folder: string): readonly string[];
}

/** `read`: text of a blob by its hash; undefined: it cannot be read. */
export function openRevision(entries: readonly TreeEntry[], read: (hash: string) => string | undefined): Revision {
  const plain = new Map(entries.filter(({ mode }) => mode.startsWith("100")).map((one) => [one.path, one.hash]));
  const modules = entries.filter(({ mode }) => mode === "160000").map(({ path }) => path);
  const tree = treeFromList(listed(entries, read), "git");
  const files = filesOf(
    tree,
    entries.map((one) => one.path),
  );
  const builds = readProject(ROOT, files);
  return {
    builds,
    files: [...plain.keys()],
    text(path) {
      const hash = plain.get(path);
      return hash === undefined ? undefined : read(hash);
    },
    submodules: (folder) => modules.filter((path) => folder === "" || path === folder || path.startsWith(`${folder}/`)),
    project: {
      buildsOf: (dockerfile) => builds.builds.filter((build) => build.dockerfile === dockerfile),
      parents,
      open: (folder, dockerfile) => openFolder(tree, folder, dockerfile),
      // A single commit is there.
      history: () => undefined,
    },
  };
}

function* listed(entries: readonly TreeEntry[], read: (hash: string) => string | undefined): Generator<ListedEntry> {
  // A build starts from a checkout, which has this folder.
  yield { path: ".git/HEAD", tracked: false };
  for (const { mode, hash, path } of entries) {
    if (mode === "120000") yield { path, link: () => read(hash) };
    else if (mode.startsWith("100")) yield { path, text: () => read(hash), executable: mode === "100755" };
  }
}

/** A folder and those above it. */
function parents(folder: string): readonly string[] {
  const own = [folder];
  for (let path = folder; path !== ROOT; path = dirname(path)) own.push(dirname(path));
  return own;
}

function openFolder(tree: RawTree, folder: string, dockerfile: string): Context {
  const top = relative(ROOT, folder);
  if (top !== "" && tree.kind(top) !== "directory") throw new Error(`${folder} is no folder`);
  const below = subtree(tree, top);
  const inside = relative(folder, dockerfile);
  if (!inside.startsWith("../")) return contextFrom(below, inside);
  const own = tree.read(relative(ROOT, `${dockerfile}.dockerignore`));
  const context = contextFrom(below);
  return "text" in own ? context.withIgnoreFile({ path: `${inside}.dockerignore`, text: own.text }) : context;
}

function subtree(tree: RawTree, top: string): RawTree {
  const at = (path: string): string => (top === "" ? path : path === "" ? top : `${top}/${path}`);
  return {
    description: top === "" ? tree.description : `${tree.description}:${top}`,
    kind: (path) => tree.kind(at(path)),
    list: (path) => tree.list(at(path)),
    read: (path) => tree.read(at(path)),
    link: (path) => tree.link(at(path)),
    executable: (path) => tree.executable(at(path)),
    size: (path) => tree.size(at(path)),
    tracked: (path) => tree.tracked(at(path)),
  };
}

/** Links to follow before it counts as a loop. */
const HOPS = 40;

function filesOf(tree: RawTree, paths: readonly string[]): ProjectFiles {
  const real = (path: string): string | undefined => {
    let hops = 0;
    let current = "";
    const left = relative(ROOT, path).split("/");
    for (let part = left.shift(); part !== undefined; part = left.shift()) {
      if (part === "" || part === ".") continue;
      const next = part === ".." ? dirnameOf(current) : current === "" ? part : `${current}/${part}`;
      const link = next === "" || tree.kind(next) !== "symlink" ? undefined : tree.link(next);
      if (link === undefined) {
        if (next !== "" && tree.kind(next) === undefined) return undefined;
        current = next;
      } else if (link.startsWith("/") || ++hops > HOPS) return undefined;
      else left.unshift(...link.split("/"));
    }
    return join(ROOT, current);
  };
  const kindAt = (path: string): EntryKind | undefined => {
    const target = real(path);
    return target === undefined ? undefined : target === ROOT ? "directory" : tree.kind(relative(ROOT, target));
  };
  return {
    names: () => paths,
    real,
    kind(path) {
      const kind = kindAt(path);
      return kind === "directory" ? "folder" : kind === "file" ? "file" : undefined;
    },
    text(path, maximumBytes) {
      const target = real(path);
      const read = target === undefined ? undefined : tree.read(relative(ROOT, target));
      return read !== undefined && "text" in read && read.text.length <= maximumBytes ? read.text : undefined;
    },
  };
}

const dirnameOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf("/"), 0));

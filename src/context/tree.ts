import type { Context, EntryKind } from "./context.js";
import { ignores, parseIgnore, type IgnoreFile } from "./dockerignore.js";
import { clean, hasWildcard, match } from "./go-match.js";

export type ReadResult = { readonly text: string } | { readonly problem: string };

/** Raw files, before ignore rules; what a loader supplies. Paths as in Context; calls are lazy and memoised by the loader. */
export interface RawTree {
  readonly description: string;
  kind(path: string): EntryKind | undefined;
  /** Names in a directory, sorted. */
  list(directory: string): readonly string[];
  read(path: string): ReadResult;
  /** Target of a symlink as written; undefined when it is none or not known. */
  link(path: string): string | undefined;
  executable(path: string): boolean | undefined;
  size(path: string): number | undefined;
  tracked(path: string): boolean | undefined;
}

/**
 * The build context over raw files. `<Dockerfile>.dockerignore` wins over the root's .dockerignore, as in BuildKit.
 * `dockerfile` is relative to the root; undefined when it lies outside.
 */
export function contextFrom(tree: RawTree, dockerfile?: string): Context {
  for (const path of [dockerfile === undefined ? "" : `${dockerfile}.dockerignore`, ".dockerignore"]) {
    if (path === "" || tree.kind(path) !== "file") continue;
    const read = tree.read(path);
    return makeContext(
      tree,
      { path, text: "text" in read ? read.text : "" },
      "problem" in read ? `${path}: ${read.problem}` : undefined,
    );
  }
  return makeContext(tree, undefined, undefined);
}

function makeContext(tree: RawTree, ignoreFile: Context["ignoreFile"], unread: string | undefined): Context {
  const parsed: IgnoreFile = parseIgnore(ignoreFile?.text ?? "");
  const [bad] = parsed.problems;
  const memo = new Map<string, boolean>();
  const ignored = (path: string): boolean => {
    if (path === "" || parsed.patterns.length === 0) return false;
    let known = memo.get(path);
    if (known === undefined) {
      known = ignores(parsed, path);
      memo.set(path, known);
    }
    return known;
  };
  // An ignored directory is still there when something below it is not: its files are sent, and their parents with them.
  const kind = (path: string): EntryKind | undefined => {
    const raw = path === "" ? "directory" : tree.kind(path);
    if (raw === undefined || !ignored(path)) return raw;
    return raw === "directory" && parsed.patterns.some((pattern) => pattern.negated) && hasVisible(path)
      ? raw
      : undefined;
  };
  const hasVisible = (directory: string): boolean =>
    tree.list(directory).some((name) => kind(join(directory, name)) !== undefined);
  const list = (directory: string): readonly string[] =>
    tree.list(directory).filter((name) => kind(join(directory, name)) !== undefined);
  function* files(directory = ""): Generator<string> {
    for (const name of list(directory)) {
      const path = join(directory, name);
      if (tree.kind(path) === "directory") yield* files(path);
      else yield path;
    }
  }
  const context: Context = {
    description: tree.description,
    ignoreFile,
    ignoreProblem:
      unread ??
      (bad === undefined ? undefined : `${ignoreFile?.path ?? ".dockerignore"}: \`${bad}\` is no valid pattern`),
    withIgnoreFile: (file) => makeContext(tree, file, undefined),
    kind,
    rawKind: (path) => (path === "" ? "directory" : tree.kind(path)),
    ignores: ignored,
    list,
    files,
    read(path) {
      const target = followLinks(tree, path);
      // What lies behind a link is there when the link is.
      const isThere = kind(firstLink(tree, path) ?? path) !== undefined;
      if (target === undefined || !isThere) return { problem: "not in the build context" };
      return ignored(target) ? { problem: "left out by .dockerignore" } : tree.read(target);
    },
    executable: (path) => tree.executable(path),
    size: (path) => tree.size(path),
    match: (source) => matchSource(context, source),
    tracked: (path) => tree.tracked(path),
  };
  // Whoever is given it, a plug-in too, sees what all others see.
  return Object.freeze(context);
}

const join = (directory: string, name: string): string => (directory === "" ? name : `${directory}/${name}`);

/** The path a builder ends up at behind symlinks; undefined: a loop, or out of the context. */
function followLinks(tree: RawTree, path: string): string | undefined {
  let current = path;
  for (let hops = 0; hops < 40; hops++) {
    const link = firstLink(tree, current);
    if (link === undefined) return current;
    const target = tree.link(link);
    if (target === undefined || target.startsWith("/")) return undefined;
    const parent = link.includes("/") ? link.slice(0, link.lastIndexOf("/")) : "";
    const next = clean(join(parent, target) + current.slice(link.length));
    if (next === ".." || next.startsWith("../")) return undefined;
    current = next;
  }
  return undefined;
}

function firstLink(tree: RawTree, path: string): string | undefined {
  for (let slash = path.indexOf("/"); ; slash = path.indexOf("/", slash + 1)) {
    const part = slash < 0 ? path : path.slice(0, slash);
    if (tree.kind(part) === "symlink") return part;
    if (slash < 0) return undefined;
  }
}

/** BuildKit cleans a source against the context's root, so that ".." cannot climb out, then walks for wildcards. */
function matchSource(context: Context, source: string): string[] {
  const path = clean(`/${source}`).slice(1);
  if (!hasWildcard(path)) {
    const plain = path.replace(/\\(.)/g, "$1");
    return context.kind(plain) === undefined ? [] : [plain];
  }
  let found = [""];
  for (const part of path.split("/")) {
    found = found.flatMap((directory) =>
      hasWildcard(part)
        ? context
            .list(directory)
            .filter((name) => match(part, name) === true)
            .map((name) => join(directory, name))
        : [join(directory, part.replace(/\\(.)/g, "$1"))],
    );
  }
  return found.filter((one) => context.kind(one) !== undefined).sort();
}

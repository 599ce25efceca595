import { lstatSync, realpathSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import type { Remark } from "../builds/build.js";
import type { Finder } from "../builds/find.js";
import { matchParts } from "../config/globs.js";
import { listedNames, walkedNames } from "../context/load-names.js";
import { isDockerfile } from "../project/names.js";

/** What the arguments name. */
export interface Found {
  /** Paths as the user would write them, each once, sorted within an argument. */
  readonly files: readonly string[];
  /** "path: what is wrong. What to do." */
  readonly problems: readonly string[];
  /** What the builds in the folders lead to that is no file. */
  readonly notes: readonly Remark[];
}

/** Files are taken as named; folders are searched, ignored files left out; what is neither is tried as a glob. */
export function findFiles(paths: readonly string[], cwd: string, finder: Finder): Found {
  const files = new Map<string, string>();
  const problems: string[] = [];
  const notes = new Set<Remark>();
  for (const path of paths) {
    const kind = kindOf(resolve(cwd, path));
    let found: readonly string[];
    if (kind === "folder") {
      found = searchFolder(path, cwd, finder, problems);
      for (const note of finder.below(resolve(cwd, path)).notes) notes.add(note);
    } else if (kind !== undefined) found = [path];
    else found = /[*?[]/.test(path) ? expandGlob(path, cwd) : [];
    if (kind === undefined && found.length === 0)
      problems.push(`${path}: there is no such file or folder. Check the path.`);
    for (const file of [...found].sort())
      files.set(realpathOf(resolve(cwd, file)), files.get(realpathOf(resolve(cwd, file))) ?? file);
  }
  return { files: [...files.values()], problems, notes: [...notes] };
}

/** What cannot be looked at (a link to itself) is tried as a file, and told of then. */
function kindOf(path: string): "file" | "folder" | undefined {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat === undefined ? undefined : stat.isDirectory() ? "folder" : "file";
  } catch {
    return "file";
  }
}

function realpathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** git knows what .gitignore leaves out; outside a work tree every folder but .git and node_modules is walked. */
function searchFolder(folder: string, cwd: string, finder: Finder, problems: string[]): readonly string[] {
  const full = resolve(cwd, folder);
  const unread = (path: string): void => {
    problems.push(`${path}: the folder cannot be read. Check its permissions.`);
  };
  const names = listedNames(full) ?? walkedNames(full, unread);
  // Whatever its name, what a build calls a Dockerfile is one.
  const real = realpathOf(full);
  const built = new Set(finder.below(full).dockerfiles.map((path) => relative(real, path).split(sep).join("/")));
  return names
    .filter((name) => built.has(name) || isDockerfile(name.slice(name.lastIndexOf("/") + 1)))
    .filter((name) => lstatSync(join(full, name), { throwIfNoEntry: false })?.isFile() === true)
    .map((name) => (folder === "." ? name : join(folder, name)));
}

/** `*`, `?`, `[..]` within a name, `**` over folders. */
function expandGlob(pattern: string, cwd: string): readonly string[] {
  const parts = pattern.split("/");
  const fixed = parts.findIndex((part) => /[*?[]/.test(part));
  const base = parts.slice(0, fixed).join("/");
  const root = resolve(cwd, pattern.startsWith("/") && base === "" ? "/" : base);
  const wanted = parts.slice(fixed);
  return walkedNames(root, () => undefined)
    .filter((path) => matchParts(wanted, path.split("/")))
    .map((path) => (base === "" && !pattern.startsWith("/") ? path : `${base}/${path}`));
}

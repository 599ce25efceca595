import { readdirSync, type Dirent } from "node:fs";
import { join } from "node:path";
import { git } from "./git.js";

/** How far a folder is looked into that no repository lists. */
export interface Limits {
  readonly depth: number;
  readonly entries: number;
}

/** Files that a repository does not ignore, those that are not added yet included; relative to the folder. undefined: no repository. */
export function listedNames(folder: string, ...pathspecs: readonly string[]): readonly string[] | undefined {
  const options = ["-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  const listed = git(folder, "ls-files", ...options, "--", ...(pathspecs.length === 0 ? ["."] : pathspecs));
  return listed
    ?.toString("utf8")
    .split("\0")
    .filter((name) => name !== "");
}

/** Every file below a folder but those of .git and node_modules; links are not entered. `unread` is told what cannot be read. */
export function walkedNames(
  root: string,
  unread: (folder: string) => void,
  limits: Limits = { depth: Infinity, entries: Infinity },
): readonly string[] {
  const names: string[] = [];
  let left = limits.entries;
  const walk = (below: string, depth: number): void => {
    let entries: Dirent[];
    try {
      entries = readdirSync(join(root, below), { withFileTypes: true });
    } catch {
      unread(join(root, below));
      return;
    }
    for (const entry of entries) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      if (left-- <= 0) return;
      if (!entry.isDirectory()) names.push(path);
      else if (depth > 0 && entry.name !== ".git" && entry.name !== "node_modules") walk(path, depth - 1);
    }
  };
  walk("", limits.depth);
  return names;
}

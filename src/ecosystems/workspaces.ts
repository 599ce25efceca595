import type { Context } from "../context/context.js";
import { clean, match } from "../context/go-match.js";
import type { InputsRefusal } from "./ecosystem.js";
import { readPackageJson, type PackageJson } from "./package-json.js";

/**
 * The members that workspace patterns name, below `folder`: every folder with a package.json that the filtered context has.
 * Patterns: `packages/*`, `**`, `!excluded`; what is left out by .dockerignore is no member, before and after.
 */
export function readMembers(
  patterns: readonly string[],
  folder: string,
  context: Context,
): readonly PackageJson[] | InputsRefusal {
  const folders = new Set<string>();
  for (const pattern of patterns) {
    const negated = pattern.startsWith("!");
    const parts = clean(negated ? pattern.slice(1) : pattern).split("/");
    if (parts[0] === "..")
      return {
        code: "workspace-outside",
        reason: `the workspace pattern \`${pattern}\` leads out of ${folder === "" ? "the build context" : folder}`,
      };
    if (parts.some((part) => /[{}()]/.test(part)))
      return { code: "workspace-pattern", reason: `the workspace pattern \`${pattern}\` is not understood` };
    const matched = foldersMatching(folder, parts, context);
    for (const one of matched) {
      if (negated) folders.delete(one);
      else folders.add(one);
    }
  }
  folders.delete(folder);
  const members: PackageJson[] = [];
  for (const one of [...folders].sort()) {
    const path = `${one}/package.json`;
    if (context.kind(path) === undefined) continue;
    const member = readPackageJson(path, context);
    if ("reason" in member) return member;
    members.push(member);
  }
  return members;
}

/** The folders below `folder` that a pattern, taken apart at its slashes, names. */
export function foldersMatching(folder: string, parts: readonly string[], context: Context): string[] {
  let found = new Set([folder]);
  // Each folder once for each part: several `**` reach one in many ways.
  for (const part of parts) {
    if (part === ".") continue;
    if (part === "**") {
      for (const one of found) for (const path of directoriesIn(one, context)) found.add(path);
      continue;
    }
    const next = new Set<string>();
    for (const one of found) {
      if (/[*?[]/.test(part)) {
        for (const path of directoriesIn(one, context))
          if (match(part, path.slice(path.lastIndexOf("/") + 1)) === true) next.add(path);
      } else {
        const path = one === "" ? part : `${one}/${part}`;
        if (context.kind(path) === "directory") next.add(path);
      }
    }
    found = next;
  }
  return [...found];
}

const directoriesIn = (folder: string, context: Context): readonly string[] =>
  context
    .list(folder)
    .filter((name) => name !== "node_modules" && name !== ".git")
    .map((name) => (folder === "" ? name : `${folder}/${name}`))
    .filter((path) => context.kind(path) === "directory");

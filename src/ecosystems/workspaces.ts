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
    const matched = expand(folder, parts, context);
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

/** The folders below `folder` that a pattern, cut at its slashes, matches. */
export function expand(folder: string, parts: readonly string[], context: Context): string[] {
  const [part, ...rest] = parts;
  if (part === undefined) return [folder];
  if (part === ".") return expand(folder, rest, context);
  const below = (name: string): string => (folder === "" ? name : `${folder}/${name}`);
  const directories = (): string[] =>
    context
      .list(folder)
      .filter((name) => name !== "node_modules" && name !== ".git")
      .map(below)
      .filter((path) => context.kind(path) === "directory");
  if (part === "**")
    return [...expand(folder, rest, context), ...directories().flatMap((path) => expand(path, parts, context))];
  if (!/[*?[]/.test(part)) return context.kind(below(part)) === "directory" ? expand(below(part), rest, context) : [];
  return directories()
    .filter((path) => match(part, path.slice(path.lastIndexOf("/") + 1)) === true)
    .flatMap((path) => expand(path, rest, context));
}

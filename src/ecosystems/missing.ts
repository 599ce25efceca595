import type { Context } from "../context/context.js";

/** Why a context path is not there: "web/package.json lies behind the link web, ..." */
export function whyMissing(path: string, context: Context): string {
  const parents = path.split("/").map((_, index, parts) => parts.slice(0, index).join("/"));
  const link = parents.find((parent) => context.rawKind(parent) === "symlink");
  if (link !== undefined) return `${path} lies behind ${link}, which is a symbolic link, and is copied as one`;
  return context.rawKind(path) === undefined
    ? `${path} is not in the build context`
    : `${path} is left out by .dockerignore`;
}

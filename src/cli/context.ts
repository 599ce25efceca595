import { realpathSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Context } from "../context/context.js";
import { repositoryRoot } from "../context/git.js";
import { loadFolder } from "../context/load-folder.js";
import { locateContext } from "../context/locate.js";
import { parse } from "../syntax/parse.js";

export interface OpenedContext {
  readonly context: Context;
  /** Absolute. */
  readonly folder: string;
  readonly why: string;
  readonly missing: readonly string[];
}

/** The build context of a Dockerfile: the folder given, or the one that holds what its COPYs name. */
export function openContext(dockerfile: string, source: string, given: string | undefined, cwd: string): OpenedContext {
  const path = resolve(cwd, dockerfile);
  if (given !== undefined) {
    const folder = resolve(cwd, given);
    const context = loadFolder(folder, path);
    return { context, folder, why: "given with --context", missing: missingIn(context, sourcesOf(source)) };
  }
  // A Dockerfile that is a symlink belongs where it is named, as the builder is told.
  const located = locateContext(candidates(dirname(path)), sourcesOf(source), (folder) => loadFolder(folder, path));
  return { context: located.context, folder: located.folder, why: located.why, missing: located.missing };
}

/** The Dockerfile's folder and its parents up to the repository's root. */
function candidates(folder: string): readonly string[] {
  const root = repositoryRoot(folder);
  const own = realpathSync(folder);
  const below = root === undefined ? undefined : relative(root, own);
  if (root === undefined || below === undefined || below === "" || below.startsWith("..")) return [folder];
  const parts = below.split(sep);
  return [folder, ...parts.slice(1).map((_, index) => join(root, ...parts.slice(0, parts.length - 1 - index))), root];
}

const missingIn = (context: Context, sources: readonly string[]): readonly string[] =>
  sources.filter((source) => context.match(source).length === 0);

/** What COPY and ADD take from the build context, as far as it is written out. */
function sourcesOf(source: string): readonly string[] {
  const result = parse(source);
  if (!result.ok) return [];
  return result.document.instructions.flatMap((one) =>
    (one.kind === "COPY" || one.kind === "ADD") && one.from === undefined
      ? one.sources.map((word) => word.text).filter((text) => !/^[a-z+]+:\/\/|^git@|\$/.test(text))
      : [],
  );
}

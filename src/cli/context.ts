import { realpathSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { Finder, FoundBuild } from "../builds/find.js";
import type { Context } from "../context/context.js";
import { repositoryRoot } from "../context/git.js";
import { loadFolder } from "../context/load-folder.js";
import { locateContext } from "../context/locate.js";
import { parse } from "../syntax/parse.js";
import { describeBuilds } from "./builds.js";

export interface OpenedContext {
  readonly context: Context;
  /** Absolute. */
  readonly folder: string;
  readonly why: string;
  readonly missing: readonly string[];
}

/** What a Dockerfile is built from. */
export interface Opened {
  /** Each folder that is its build context; several where builds differ; none where that of a build cannot be read. */
  readonly contexts: readonly OpenedContext[];
  /** Those that name it. */
  readonly builds: readonly FoundBuild[];
}

/**
 * The build contexts of a Dockerfile: the folder given, or those of the builds that name it, or the folder that holds what its COPYs
 * name. @throws Error of node:fs when the folder cannot be read.
 */
export function openContexts(
  dockerfile: string,
  source: string,
  given: string | undefined,
  cwd: string,
  finder: Finder,
): Opened {
  const path = resolve(cwd, dockerfile);
  const builds = finder.buildsOf(path);
  const sources = sourcesOf(source);
  const open = (folder: string, why: string): OpenedContext => {
    const context = loadFolder(folder, path);
    return { context, folder, why, missing: sources.filter((one) => context.match(one).length === 0) };
  };
  if (given !== undefined) return { builds, contexts: [open(resolve(cwd, given), "given with --context")] };
  if (builds.some((build) => build.unreadable !== undefined)) return { builds, contexts: [] };
  const folders = [...new Set(builds.map((build) => build.context))];
  if (folders.length > 0) {
    const why = (folder: string): string =>
      describeBuilds(
        builds.filter((build) => build.context === folder),
        cwd,
      );
    return { builds, contexts: folders.map((folder) => open(folder, why(folder))) };
  }
  // A Dockerfile that is a symlink belongs where it is named, as the builder is told.
  return {
    builds,
    contexts: [locateContext(candidates(dirname(path)), sources, (folder) => loadFolder(folder, path))],
  };
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

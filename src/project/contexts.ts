import { dirname } from "node:path";
import type { FoundBuild } from "../builds/project.js";
import type { Context } from "../context/context.js";
import type { History } from "../context/history.js";
import { locateContext } from "../context/locate.js";
import { parse } from "../syntax/parse.js";
import { describeBuilds } from "./builds.js";

/** The files that a Dockerfile lies among: a folder of this machine, or a revision that git holds. Paths are absolute. */
export interface Project {
  buildsOf(dockerfile: string): readonly FoundBuild[];
  /** A folder and its parents, up to the root of the repository. */
  parents(folder: string): readonly string[];
  /** A folder as build context of the Dockerfile. @throws Error when it cannot be read. */
  open(folder: string, dockerfile: string): Context;
  /** The commits that touch a folder; undefined: too few to tell how often its files change. */
  history(folder: string): History | undefined;
}

export interface OpenedContext {
  readonly context: Context;
  /** Absolute. */
  readonly folder: string;
  readonly why: string;
  readonly missing: readonly string[];
  readonly history: () => History | undefined;
}

/** A folder that somebody has named as the build context: `by` the option or the place in a configuration. */
export interface GivenContext {
  /** Absolute. */
  readonly folder: string;
  readonly by: string;
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
 * name. Paths are absolute; `cwd` is where people see them from. @throws what `Project.open` does.
 */
export function openContexts(
  dockerfile: string,
  source: string,
  given: GivenContext | undefined,
  cwd: string,
  project: Project,
): Opened {
  const builds = project.buildsOf(dockerfile);
  const sources = sourcesOf(source);
  const history = (folder: string) => () => project.history(folder);
  const open = (folder: string, why: string): OpenedContext => {
    const context = project.open(folder, dockerfile);
    const missing = sources.filter((one) => context.match(one).length === 0);
    return { context, folder, why, missing, history: history(folder) };
  };
  if (given !== undefined) return { builds, contexts: [open(given.folder, `given with ${given.by}`)] };
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
  const located = locateContext(project.parents(dirname(dockerfile)), sources, (folder) =>
    project.open(folder, dockerfile),
  );
  return { builds, contexts: [{ ...located, history: history(located.folder) }] };
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

import { readFileSync, realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { repositoryRoot } from "../context/git.js";
import { listedNames, walkedNames } from "../context/load-names.js";
import type { Remark } from "./build.js";
import { isInside, readProject, type FoundBuild, type ProjectBuilds, type ProjectFiles } from "./project.js";

/** Who builds which Dockerfile, by the compose and bake files of the repositories that are asked about. Runs nothing that they name. */
export interface Finder {
  /** The builds of a Dockerfile, given by its absolute path. */
  buildsOf(dockerfile: string): readonly FoundBuild[];
  /** Dockerfiles below a folder that builds name (absolute), and what the files there say that leads to none. */
  below(folder: string): { readonly dockerfiles: readonly string[]; readonly notes: readonly Remark[] };
  /** What cannot be read in the compose and bake files looked at so far. */
  problems(): readonly Remark[];
}

/** How far a folder is looked into that is no repository. */
const LIMITS = { depth: 6, entries: 20_000 } as const;

/** Looks at each repository once. Outside of one, the working directory is the bound. */
export function createFinder(cwd: string): Finder {
  const roots = new Map<string, string>();
  const projects = new Map<string, ProjectBuilds>();
  const projectOf = (folder: string): ProjectBuilds | undefined => {
    const own = realOf(folder);
    if (own === undefined) return undefined;
    const root = roots.get(own) ?? rootOf(own, realOf(cwd));
    roots.set(own, root);
    const project = projects.get(root) ?? readProject(root, FOLDER);
    projects.set(root, project);
    return project;
  };
  return {
    buildsOf(dockerfile) {
      const real = realOf(dockerfile) ?? dockerfile;
      return projectOf(dirname(dockerfile))?.builds.filter((build) => build.dockerfile === real) ?? [];
    },
    below(folder) {
      const own = realOf(folder);
      const project = projectOf(folder);
      if (own === undefined || project === undefined) return { dockerfiles: [], notes: [] };
      const dockerfiles = project.builds.map((build) => build.dockerfile).filter((path) => isInside(path, own));
      return {
        dockerfiles: [...new Set(dockerfiles)],
        notes: project.notes.filter((note) => isInside(note.path, own)),
      };
    },
    problems: () => [...projects.values()].flatMap((project) => project.problems),
  };
}

const FOLDER: ProjectFiles = {
  names: (root) =>
    listedNames(root, ":(icase)*compose*", ":(icase)*bake*") ?? walkedNames(root, () => undefined, LIMITS),
  real: realOf,
  kind(path) {
    try {
      const stat = statSync(path);
      return stat.isFile() ? "file" : stat.isDirectory() ? "folder" : undefined;
    } catch {
      return undefined;
    }
  },
  text(path, maximumBytes) {
    try {
      const stat = statSync(path);
      return stat.isFile() && stat.size <= maximumBytes ? readFileSync(path, "utf8") : undefined;
    } catch {
      return undefined;
    }
  },
};

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function rootOf(folder: string, cwd: string | undefined): string {
  return repositoryRoot(folder) ?? (cwd !== undefined && isInside(folder, cwd) ? cwd : folder);
}

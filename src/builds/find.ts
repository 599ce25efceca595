import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { repositoryRoot } from "../context/git.js";
import { listedNames, walkedNames } from "../context/load-names.js";
import { BAKE_DEFAULTS, isBakeFile, parseBake, readBake, type BakeFile } from "./bake.js";
import { joinReadings, NOTHING, type Build, type Reading, type Remark } from "./build.js";
import {
  COMPOSE_DEFAULTS,
  isComposeFile,
  parseCompose,
  readCompose,
  type ComposeFile,
  type Include,
  type OpenCompose,
} from "./compose.js";
import { readVariables } from "./interpolate.js";

/** A build of a Dockerfile that is there. */
export interface FoundBuild extends Build {
  /** Why its context cannot be read: "which is not there"; undefined: it can. */
  readonly unreadable: string | undefined;
}

/** Who builds which Dockerfile, by the compose and bake files of the repositories that are asked about. Runs nothing that they name. */
export interface Finder {
  /** The builds of a Dockerfile, given by its absolute path. */
  buildsOf(dockerfile: string): readonly FoundBuild[];
  /** Dockerfiles below a folder that builds name (absolute), and what the files there say that leads to none. */
  below(folder: string): { readonly dockerfiles: readonly string[]; readonly notes: readonly Remark[] };
  /** What cannot be read in the compose and bake files looked at so far. */
  problems(): readonly Remark[];
}

/** Larger files, more of them, or further down, are not read. */
const MAXIMUM_BYTES = 1 << 20;
const MAXIMUM_FILES = 300;
const LIMITS = { depth: 6, entries: 20_000 } as const;

/** Looks at each repository once. Outside of one, the working directory is the bound. */
export function createFinder(cwd: string): Finder {
  const roots = new Map<string, string>();
  const projects = new Map<string, Project>();
  const projectOf = (folder: string): Project | undefined => {
    const own = realOf(folder);
    if (own === undefined) return undefined;
    const root = roots.get(own) ?? rootOf(own, realOf(cwd));
    roots.set(own, root);
    const project = projects.get(root) ?? readProject(root);
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

interface Project {
  /** With real paths. */
  readonly builds: readonly FoundBuild[];
  readonly notes: readonly Remark[];
  readonly problems: readonly Remark[];
}

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

function isInside(path: string, folder: string): boolean {
  const below = relative(folder, path);
  return below !== ".." && !below.startsWith(`..${sep}`) && !isAbsolute(below);
}

function readProject(root: string): Project {
  const names = listedNames(root, ":(icase)*compose*", ":(icase)*bake*") ?? walkedNames(root, () => undefined, LIMITS);
  const paths = names
    .filter((name) => isComposeFile(basename(name)) || isBakeFile(basename(name)))
    .sort()
    .slice(0, MAXIMUM_FILES)
    .map((name) => join(root, name));
  const { builds, notes, problems } = joinReadings([
    ...composeReadings(
      paths.filter((path) => isComposeFile(basename(path))),
      root,
    ),
    ...bakeReadings(
      paths.filter((path) => isBakeFile(basename(path))),
      root,
    ),
  ]);
  return { builds: builds.flatMap((build) => foundBuild(build, root) ?? []), notes, problems };
}

/** The text of a file of the project; undefined: it is not one, leads out of the project, or is too large. */
function readText(path: string, root: string): string | undefined {
  const real = realOf(path);
  if (real === undefined || !isInside(real, root)) return undefined;
  try {
    const stat = statSync(real);
    return stat.isFile() && stat.size <= MAXIMUM_BYTES ? readFileSync(real, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

function composeReadings(paths: readonly string[], root: string): readonly Reading[] {
  const files = new Map<string, ComposeFile | undefined>();
  const openIn = (path: string, folder: string): ComposeFile | undefined => {
    const key = `${path}\0${folder}`;
    if (!files.has(key)) {
      const text = readText(path, root);
      const variables = readVariables(readText(join(folder, ".env"), root) ?? "");
      files.set(key, text === undefined ? undefined : parseCompose(path, text, folder, variables));
    }
    return files.get(key);
  };
  const open: OpenCompose = (path) => openIn(path, dirname(path));
  const included = withIncludes(paths, open);
  return included.map(({ path, folder }) => {
    const own = folder ?? dirname(path);
    return located(own, root, (from) => {
      const file = openIn(path, from);
      const base = baseOf(path);
      return file === undefined
        ? NOTHING
        : readCompose(file, base === undefined ? undefined : openIn(base, from), open);
    });
  });
}

/** The files, and those that they include; with the folder that an `include` gives them. */
function withIncludes(paths: readonly string[], open: OpenCompose): readonly Include[] {
  const all = new Map<string, Include>(paths.map((path) => [path, { path, folder: undefined }]));
  for (const { path } of all.values()) {
    for (const one of open(path)?.includes ?? [])
      if (all.size < MAXIMUM_FILES || all.has(one.path))
        all.set(one.path, { path: one.path, folder: one.folder ?? all.get(one.path)?.folder });
  }
  return [...all.values()];
}

/** The file that compose lays this one over; undefined: it is that file, or there is none. */
function baseOf(path: string): string | undefined {
  const base = COMPOSE_DEFAULTS.map((name) => join(dirname(path), name)).find(existsSync);
  return base === path ? undefined : base;
}

function bakeReadings(paths: readonly string[], root: string): readonly Reading[] {
  const open = (path: string): readonly BakeFile[] => {
    const text = readText(path, root);
    return text === undefined ? [] : [parseBake(path, text)];
  };
  return [...new Set(paths.map((path) => dirname(path)))].flatMap((folder) => {
    const beside = paths.filter((path) => dirname(path) === folder);
    const defaults = BAKE_DEFAULTS.map((name) => join(folder, name)).filter((path) => beside.includes(path));
    const known = defaults.flatMap(open);
    const others = beside.filter((path) => !defaults.includes(path)).flatMap(open);
    return [...known, ...others].map((file, index) =>
      located(folder, root, (from) => readBake(file, known.slice(0, index), from)),
    );
  });
}

/** Paths start from the file's folder; where no Dockerfile is there, from the root, whence such files are run as well. */
function located(folder: string, root: string, read: (folder: string) => Reading): Reading {
  const own = read(folder);
  const isThere = (build: Build): boolean => existingDockerfile(build.dockerfile) !== undefined;
  if (folder === root || own.builds.every(isThere)) return own;
  const other = read(root).builds.filter(isThere);
  const builds = own.builds.flatMap((build) =>
    isThere(build) ? [build] : other.filter((one) => one.from.name === build.from.name),
  );
  return { ...own, builds };
}

/** Builders take these as well where the usual name is missing (buildx, podman). */
const STAND_INS = ["dockerfile", "Containerfile"];

function existingDockerfile(path: string): string | undefined {
  const names = basename(path) === "Dockerfile" ? ["Dockerfile", ...STAND_INS] : [basename(path)];
  return names.map((name) => join(dirname(path), name)).find((one) => kindOf(one) === "file");
}

/** undefined: neither a file nor a folder, or no path at all. */
function kindOf(path: string): "file" | "folder" | undefined {
  try {
    const stat = statSync(path);
    return stat.isFile() ? "file" : stat.isDirectory() ? "folder" : undefined;
  } catch {
    return undefined;
  }
}

function foundBuild(build: Build, root: string): FoundBuild | undefined {
  const dockerfile = realOf(existingDockerfile(build.dockerfile) ?? build.dockerfile);
  if (dockerfile === undefined || !isInside(dockerfile, root) || kindOf(dockerfile) !== "file") return undefined;
  const context = realOf(build.context);
  const unreadable =
    context === undefined || kindOf(context) !== "folder"
      ? "which is not there"
      : isInside(context, root)
        ? undefined
        : "which lies outside of the repository";
  return { ...build, dockerfile, context: context ?? build.context, unreadable };
}

import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
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

/** What the compose and bake files of a project say. */
export interface ProjectBuilds {
  /** With real paths. */
  readonly builds: readonly FoundBuild[];
  readonly notes: readonly Remark[];
  readonly problems: readonly Remark[];
}

/** The files among which builds are looked for: of a folder, or of a revision that git holds. Paths are absolute. */
export interface ProjectFiles {
  /** Files below a folder that may be compose or bake files, relative to it. */
  names(root: string): readonly string[];
  /** The path behind links; undefined: there is nothing. */
  real(path: string): string | undefined;
  /** undefined: neither a file nor a folder, or no path at all. Links are followed. */
  kind(path: string): "file" | "folder" | undefined;
  /** undefined: no file, one of more bytes, or it cannot be read. */
  text(path: string, maximumBytes: number): string | undefined;
}

/** Larger files, or more of them, are not read. */
const MAXIMUM_BYTES = 1 << 20;
const MAXIMUM_FILES = 300;

export function isInside(path: string, folder: string): boolean {
  const below = relative(folder, path);
  return below !== ".." && !below.startsWith(`..${sep}`) && !isAbsolute(below);
}

/** Reads the compose and bake files of a project whose top folder is `root`. Pure over `files`. */
export function readProject(root: string, files: ProjectFiles): ProjectBuilds {
  const paths = files
    .names(root)
    .filter((name) => isComposeFile(basename(name)) || isBakeFile(basename(name)))
    .sort()
    .slice(0, MAXIMUM_FILES)
    .map((name) => join(root, name));
  const { builds, notes, problems } = joinReadings([
    ...composeReadings(
      paths.filter((path) => isComposeFile(basename(path))),
      root,
      files,
    ),
    ...bakeReadings(
      paths.filter((path) => isBakeFile(basename(path))),
      root,
      files,
    ),
  ]);
  return { builds: builds.flatMap((build) => foundBuild(build, root, files) ?? []), notes, problems };
}

/** The text of a file of the project; undefined: it is not one, leads out of the project, or is too large. */
function readText(path: string, root: string, files: ProjectFiles): string | undefined {
  const real = files.real(path);
  return real === undefined || !isInside(real, root) ? undefined : files.text(real, MAXIMUM_BYTES);
}

function composeReadings(paths: readonly string[], root: string, files: ProjectFiles): readonly Reading[] {
  const read = new Map<string, ComposeFile | undefined>();
  const openIn = (path: string, folder: string): ComposeFile | undefined => {
    const key = `${path}\0${folder}`;
    if (!read.has(key)) {
      const text = readText(path, root, files);
      const variables = readVariables(readText(join(folder, ".env"), root, files) ?? "");
      read.set(key, text === undefined ? undefined : parseCompose(path, text, folder, variables));
    }
    return read.get(key);
  };
  const open: OpenCompose = (path) => openIn(path, dirname(path));
  const included = withIncludes(paths, open);
  return included.map(({ path, folder }) => {
    const own = folder ?? dirname(path);
    return located(own, root, files, (from) => {
      const file = openIn(path, from);
      const base = baseOf(path, files);
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
function baseOf(path: string, files: ProjectFiles): string | undefined {
  const base = COMPOSE_DEFAULTS.map((name) => join(dirname(path), name)).find((one) => files.kind(one) !== undefined);
  return base === path ? undefined : base;
}

function bakeReadings(paths: readonly string[], root: string, files: ProjectFiles): readonly Reading[] {
  const open = (path: string): readonly BakeFile[] => {
    const text = readText(path, root, files);
    return text === undefined ? [] : [parseBake(path, text)];
  };
  return [...new Set(paths.map((path) => dirname(path)))].flatMap((folder) => {
    const beside = paths.filter((path) => dirname(path) === folder);
    const defaults = BAKE_DEFAULTS.map((name) => join(folder, name)).filter((path) => beside.includes(path));
    const known = defaults.flatMap(open);
    const others = beside.filter((path) => !defaults.includes(path)).flatMap(open);
    return [...known, ...others].map((file, index) =>
      located(folder, root, files, (from) => readBake(file, known.slice(0, index), from)),
    );
  });
}

/** Paths start from the file's folder; where no Dockerfile is there, from the root, whence such files are run as well. */
function located(folder: string, root: string, files: ProjectFiles, read: (folder: string) => Reading): Reading {
  const own = read(folder);
  const isThere = (build: Build): boolean => existingDockerfile(build.dockerfile, files) !== undefined;
  if (folder === root || own.builds.every(isThere)) return own;
  const other = read(root).builds.filter(isThere);
  const builds = own.builds.flatMap((build) =>
    isThere(build) ? [build] : other.filter((one) => one.from.name === build.from.name),
  );
  return { ...own, builds };
}

/** Builders take these as well where the usual name is missing (buildx, podman). */
const STAND_INS = ["dockerfile", "Containerfile"];

function existingDockerfile(path: string, files: ProjectFiles): string | undefined {
  const names = basename(path) === "Dockerfile" ? ["Dockerfile", ...STAND_INS] : [basename(path)];
  return names.map((name) => join(dirname(path), name)).find((one) => files.kind(one) === "file");
}

function foundBuild(build: Build, root: string, files: ProjectFiles): FoundBuild | undefined {
  const dockerfile = files.real(existingDockerfile(build.dockerfile, files) ?? build.dockerfile);
  if (dockerfile === undefined || !isInside(dockerfile, root) || files.kind(dockerfile) !== "file") return undefined;
  const context = files.real(build.context);
  const unreadable =
    context === undefined || files.kind(context) !== "folder"
      ? "which is not there"
      : isInside(context, root)
        ? undefined
        : "which lies outside of the repository";
  return { ...build, dockerfile, context: context ?? build.context, unreadable };
}

import type { Context } from "../context/context.js";
import { parentOf, relativeTo, resolvePath } from "../facts/paths.js";
import type { InputsRefusal, Install, Site } from "./ecosystem.js";
import { includedProjects, namedCatalogs, readScript, whyNotEarly, type ScriptReader } from "./gradle-scripts.js";
import { presentBeside } from "./python-project.js";

const SETTINGS = ["settings.gradle", "settings.gradle.kts"];
const BUILDS = ["build.gradle", "build.gradle.kts"];
const PROPERTIES = ["gradle.properties", "gradle.lockfile", "buildscript-gradle.lockfile"];
/** Wrapper, catalogs, scripts and checksums; the build's own plugins, compiled before it. */
const FOLDERS = ["gradle", "buildSrc"];

/** What Gradle reads of a project, when it is there. */
export const GRADLE_FILES: readonly string[] = [...SETTINGS, ...BUILDS, ...PROPERTIES, ...FOLDERS];

/** Image path of the nearest directory upwards with a settings script; the project's own when there is none. */
export function rootOf(directory: string, site: Site, context: Context): string {
  for (let image = directory; ; image = parentOf(image)) {
    if (presentBeside(image, SETTINGS, site, context).length > 0) return image;
    if (image === parentOf(image)) return directory;
  }
}

/** What a build reads before any task runs. */
export interface Build {
  /** Context paths, the project's build script first. */
  readonly paths: readonly string[];
  /** Its projects, below the root: "a/b". */
  readonly projects: readonly string[];
}

export function readBuild(install: Install, reader: ScriptReader): Build | InputsRefusal {
  const { root } = reader;
  const [manifest] = [...present(install.directory, BUILDS, reader), ...present(root, SETTINGS, reader)];
  if (manifest === undefined)
    return {
      code: "no-manifest",
      reason: `\`${install.label}\` runs in ${install.directory}, where no COPY brings a build.gradle`,
    };
  const projects = readScripts(root, SETTINGS, reader) ?? projectsOf(reader);
  if ("reason" in projects) return projects;
  const paths: string[] = [];
  for (const directory of new Set([
    root,
    install.directory,
    ...projects.map((one) => resolvePath(root, one) ?? root),
  ])) {
    const isRoot = directory === root || directory === install.directory;
    if (!isRoot && present(directory, BUILDS, reader).length === 0)
      return {
        code: "no-build-file",
        reason: `the project ${relativeTo(directory, root)} has no build file, so that its directory would not be there`,
      };
    const refusal = readScripts(directory, BUILDS, reader);
    if (refusal !== undefined) return refusal;
    paths.push(...present(directory, PROPERTIES, reader));
  }
  const catalogs = catalogsOf(reader);
  if ("reason" in catalogs) return catalogs;
  const refusal = readSource(reader);
  if (refusal !== undefined) return refusal;
  const others = [...paths, ...catalogs, ...present(root, FOLDERS, reader), ...reader.scripts.keys()].sort();
  return { paths: [manifest, ...others], projects };
}

const present = (directory: string, names: readonly string[], { site, context }: ScriptReader): readonly string[] =>
  presentBeside(directory, names, site, context);

/** Those of the scripts that are there. */
function readScripts(directory: string, names: readonly string[], reader: ScriptReader): InputsRefusal | undefined {
  for (const name of names) {
    const image = resolvePath(directory, name);
    if (image === undefined || present(directory, [name], reader).length === 0) continue;
    const refusal = readScript(image, directory, reader);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function projectsOf(reader: ScriptReader): readonly string[] | InputsRefusal {
  const projects: string[] = [];
  for (const path of present(reader.root, SETTINGS, reader)) {
    const included = includedProjects(path, reader.scripts.get(path) ?? "");
    if ("reason" in included) return included;
    projects.push(...included);
  }
  return projects;
}

/** Version catalogs, in gradle/ or named in the settings: plugins stand there as well. */
function catalogsOf(reader: ScriptReader): readonly string[] | InputsRefusal {
  const { root, context } = reader;
  const settings = present(root, SETTINGS, reader);
  const named = settings.flatMap((path) => namedCatalogs(reader.scripts.get(path) ?? ""));
  const missing = named.find((name) => present(root, [name], reader).length === 0);
  if (missing !== undefined)
    return {
      code: "missing-input",
      reason: `${settings.join(", ")}: the version catalog ${missing} is not in the build context`,
    };
  const [folder] = present(root, ["gradle"], reader);
  const usual = folder === undefined ? [] : [...context.files(folder)].filter((path) => path.endsWith(".toml"));
  const catalogs = [...new Set([...usual, ...present(root, named, reader)])];
  for (const path of catalogs) {
    const read = context.read(path);
    const refusal = "text" in read ? whyNotEarly(path, read.text) : undefined;
    if (refusal !== undefined) return refusal;
  }
  return catalogs;
}

/** What buildSrc is compiled from counts as part of the build scripts. */
function readSource(reader: ScriptReader): InputsRefusal | undefined {
  const image = resolvePath(reader.root, "buildSrc") ?? "";
  const [folder] = present(reader.root, ["buildSrc"], reader);
  const files = folder === undefined ? [] : [...reader.context.files(folder)];
  for (const file of files.filter((path) => /\.(?:gradle|kts|groovy|kt|java)$/.test(path))) {
    const refusal = readScript(image + file.slice((folder ?? "").length), image, reader);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

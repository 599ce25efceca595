import { parse as parseJson } from "jsonc-parser";
import type { Context } from "../context/context.js";
import { parentOf } from "../facts/paths.js";
import { cacheDirectory, homeOf, undoneCache, unknownCache } from "./caches.js";
import { readCall, type Call } from "./dotnet-command.js";
import { restoreText } from "./dotnet-restore.js";
import type { CacheUser, Inputs, InputsRefusal, Install, KnownEcosystem, Output, Site } from "./ecosystem.js";
import { ImageFiles, join, upwards } from "./image-files.js";
import { pathFrom } from "./msbuild-expressions.js";
import { Restore } from "./msbuild.js";
import { readSettings, readSettingsFile, readSource } from "./nuget.js";
import { record } from "./package-json.js";

/** Verbs that restore before they build. */
const BUILDS = new Set(["build", "pack", "publish", "run", "test"]);

/** What an earlier step restored has to be there. */
const WITHOUT = ["--no-restore", "--no-build"];

const caches: CacheUser["caches"] = (command, site) => {
  const call = command.program === "dotnet" ? readCall(command) : undefined;
  if (call === undefined || !(restores(call) || isToolRestore(call))) return undefined;
  const label = `dotnet ${call.verb}`;
  const without = WITHOUT.find((name) => call.options.has(name));
  if (without !== undefined) return undoneCache(label, without);
  const path = packagesFolder(call, site);
  // NuGet's locks lie in /tmp, which two builds do not share.
  return path === undefined ? unknownCache(label) : [{ path, holds: "dependencies", sharing: "locked" }];
};

const restores = ({ verb }: Call): boolean => verb === "restore" || BUILDS.has(verb);
const isToolRestore = ({ verb, target }: Call): boolean => verb === "tool" && target?.value === "restore";

export const dotnet: KnownEcosystem = {
  name: "dotnet",
  about: {
    summary: "NuGet packages of .NET projects",
    installs: ["dotnet restore", "dotnet build", "dotnet publish"],
    manifests: ["*.csproj", "*.fsproj", "*.vbproj", "*.sln", "*.slnx"],
    lockfiles: ["packages.lock.json"],
    makes: ["obj", "~/.nuget/packages"],
    docs: `Project files are evaluated as MSBuild does: references, imports, \`Directory.Build.props\`, \`Directory.Packages.props\`, \`global.json\`, \`nuget.config\`. A build or publish gets a
\`dotnet restore\` before the source. Left alone: properties that only the build knows, targets that run at a restore, projects that are not SDK-style.`,
  },
  reads: [],
  install(command, site) {
    const call = command.program === "dotnet" ? readCall(command) : undefined;
    if (call === undefined || !restores(call) || ["--help", ...WITHOUT].some((name) => call.options.has(name)))
      return undefined;
    // A compiled test, a program of one file: no project.
    return /\.(?:dll|exe|cs)$/i.test(call.target?.value ?? "")
      ? undefined
      : { command, directory: site.cwd, label: `dotnet ${call.verb}` };
  },
  inputs(install, site, context) {
    const { call, entry, restore, files, locks } = restoreOf(install, site, context);
    const text = call.verb === "restore" ? undefined : restoreText(install, call, restore, site);
    if (files.refusal !== undefined) return files.refusal;
    if (text !== undefined && !restore.downloads && call.properties.length === 0)
      return {
        code: "no-dependencies",
        reason: `${files.name(entry)} names no packages: there is nothing to download`,
      };
    const first = [entry, ...locks].map((image) => files.name(image));
    return {
      paths: [...first, ...[...files.read].filter((path) => !first.includes(path)).sort()],
      notes:
        restore.floating === undefined
          ? []
          : [`${restore.floating} has no fixed version: the cached layer keeps the one of the day it was built`],
      probes: [...files.missed],
      variables: [...site.env.keys()].filter((name) => restore.variables.has(name.toLowerCase())),
      ...(text === undefined ? {} : { insert: { text, directory: install.directory } }),
    };
  },
  outputs(install, site, context) {
    const { restore, packages, locks } = restoreOf(install, site, context);
    const objects = [...restore.projects].map((path) => join(parentOf(path), "obj"));
    const every = ownsEvery("obj", objects, site, context);
    return [
      ...objects.map((path) => installed(path, site, every ? "**/obj" : undefined)),
      ...(packages === undefined ? [] : [installed(packages, site)]),
      ...locks.map((path): Output => ({ path, kind: "rewritten" })),
    ];
  },
  caches,
};

/** `dotnet tool restore`: the tools of the manifests in the directory and above it. */
export const dotnetTools: KnownEcosystem = {
  name: "dotnet tool",
  about: {
    summary: "Tools of .NET by their manifest",
    installs: ["dotnet tool restore"],
    manifests: [".config/dotnet-tools.json", "dotnet-tools.json"],
    lockfiles: [],
    makes: ["~/.nuget/packages"],
    docs: `Manifests are looked for from the directory upwards. Read as well: \`global.json\`, \`nuget.config\`.`,
  },
  reads: [],
  install(command, site) {
    const call = command.program === "dotnet" ? readCall(command) : undefined;
    return call !== undefined && isToolRestore(call)
      ? { command, directory: site.cwd, label: "dotnet tool restore" }
      : undefined;
  },
  inputs(install, site, context): Inputs | InputsRefusal {
    const call = callOf(install);
    const files = new ImageFiles(site, context);
    const manifests = toolManifests(call, install, files);
    if (call.odd !== undefined) files.refuse("unknown-option", `\`${install.label}\`: ${call.odd} is not understood`);
    if (manifests.length === 0)
      files.refuse(
        "no-manifest",
        `\`${install.label}\` runs in ${install.directory}, where no COPY brings a dotnet-tools.json`,
      );
    readSdk(install.directory, files);
    readSources(call, install, [install.directory], files);
    if (files.refusal !== undefined) return files.refusal;
    const first = manifests.map((image) => files.name(image));
    return {
      paths: [...first, ...[...files.read].filter((path) => !first.includes(path)).sort()],
      notes: [],
      probes: [...files.missed],
    };
  },
  outputs(install, site) {
    const packages = packagesFolder(callOf(install), site);
    return packages === undefined ? [] : [installed(packages, site)];
  },
};

function callOf({ command, label }: Install): Call {
  const call = readCall(command);
  if (call === undefined) throw new RangeError(`${label} has no verb`);
  return call;
}

const installed = (path: string, site: Site, pattern = site.toContext(path)): Output => ({
  path,
  kind: "installed",
  ...(pattern === undefined ? {} : { ignorePattern: pattern }),
});

/** Does the context hold no other directory of that name? */
function ownsEvery(name: string, images: readonly string[], site: Site, context: Context): boolean {
  const own = images.map((image) => `${site.toContext(image) ?? ""}/`);
  const other = new RegExp(`(?:^|/)${name}/`);
  return ![...context.files()].some((path) => other.test(path) && !own.some((folder) => path.startsWith(folder)));
}

interface RestoreRead {
  readonly call: Call;
  /** Image path of the project or solution. */
  readonly entry: string;
  readonly restore: Restore;
  readonly files: ImageFiles;
  /** Image path of the packages folder, where it is known. */
  readonly packages: string | undefined;
  readonly locks: readonly string[];
}

/** Asked for again and again: an install belongs to one site and one context. */
const reads = new WeakMap<Install, RestoreRead>();

function restoreOf(install: Install, site: Site, context: Context): RestoreRead {
  const known = reads.get(install) ?? readRestore(install, site, context);
  reads.set(install, known);
  return known;
}

function readRestore(install: Install, site: Site, context: Context): RestoreRead {
  const call = callOf(install);
  const files = new ImageFiles(site, context);
  const lower = (all: Iterable<readonly [string, string | undefined]>): Map<string, string | undefined> =>
    new Map([...all].map(([name, value]) => [name.toLowerCase(), value]));
  const configuration = call.options.get("--configuration");
  const globals = lower(call.properties.map(({ name, value }) => [name, value]));
  if (configuration !== undefined) globals.set("configuration", configuration.value);
  const restore = new Restore(files, globals, lower(site.env));
  if (call.odd !== undefined) files.refuse("unknown-option", `\`${install.label}\`: ${call.odd} is not understood`);
  const moves = ["--artifacts-path", "--lock-file-path"].find((name) => call.options.has(name));
  if (moves !== undefined)
    files.refuse("moved-output", `\`${install.label}\`: ${moves} moves what a restore reads or writes`);
  const entry = findEntry(call, install, files);
  if (entry !== undefined) {
    if (/\.sln[xf]?$/.test(entry)) restore.solution(entry);
    else restore.project(entry);
  }
  const folders = [...(entry === undefined ? [] : [entry]), ...restore.projects].map(parentOf);
  for (const directory of [install.directory, ...folders.slice(0, 1)]) readSdk(directory, files);
  const moved = readSources(call, install, folders, files);
  const locks = [...restore.projects].flatMap((path) => {
    const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.\w+$/, "");
    const names = ["packages.lock.json", `packages.${name}.lock.json`];
    return names.map((one) => join(parentOf(path), one)).filter((image) => files.has(image));
  });
  const packages = packagesFolder(call, site, moved);
  return { call, entry: entry ?? install.directory, restore, files, packages, locks: [...new Set(locks)] };
}

/** The file or directory that is named; else, as MSBuild does, the one project or solution of the directory. */
function findEntry({ target, verb }: Call, { directory, label }: Install, files: ImageFiles): string | undefined {
  if (target !== undefined && target.value === undefined) {
    files.refuse("unknown-project", `\`${label}\`: which project ${target.text} is is known only to the build`);
    return undefined;
  }
  const named = pathFrom(directory, target?.value ?? "");
  if (files.kind(named) === "file") return files.has(named) ? named : undefined;
  const projects = files.in(named, "*.*proj");
  const solutions = verb === "run" ? [] : ["*.sln", "*.slnx"].flatMap((glob) => files.in(named, glob));
  const found = [...solutions, ...projects];
  const [first, second] = found;
  const stem = (path = ""): string => path.replace(/\.\w+$/, "");
  // A solution goes before the one project of its name.
  const single =
    found.length === 1 || (solutions.length === 1 && projects.length === 1 && stem(first) === stem(second));
  if (single && first !== undefined && files.has(first)) return first;
  if (first === undefined)
    files.refuse("no-manifest", `\`${label}\` looks for a project in ${named}, where no COPY brings one`);
  else
    files.refuse(
      "ambiguous-project",
      `\`${label}\` finds ${found.map((path) => files.name(path)).join(", ")}: name one of them`,
    );
  return undefined;
}

/** global.json chooses the SDK: from the directory upwards. */
function readSdk(directory: string, files: ImageFiles): void {
  const path = files.nearest(directory, "global.json");
  const sdk = path === undefined ? undefined : record(record(parseJson(files.text(path) ?? ""))?.["sdk"]);
  if (path !== undefined && sdk?.["paths"] !== undefined)
    files.refuse("sdk-in-source", `${files.name(path)} looks for the SDK in the source`);
}

/** Settings and sources of packages; returns the image path of the packages folder where the settings move it. */
function readSources(call: Call, install: Install, folders: readonly string[], files: ImageFiles): string | undefined {
  const from = join(install.directory, "dotnet");
  for (const { text, value } of call.sources) readSource(value ?? text, from, files);
  const configured = call.options.get("--configfile");
  if (configured === undefined) return readSettings(folders, files);
  const path = pathFrom(install.directory, configured.value ?? configured.text);
  if (!files.has(path))
    files.refuse("no-manifest", `\`${install.label}\` reads ${configured.text}, which no COPY brings`);
  return readSettingsFile(path, files);
}

function toolManifests(call: Call, install: Install, files: ImageFiles): readonly string[] {
  const given = call.options.get("--tool-manifest");
  if (given !== undefined) {
    const path = pathFrom(install.directory, given.value ?? given.text);
    return files.has(path) ? [path] : [];
  }
  const found: string[] = [];
  for (const directory of upwards(install.directory)) {
    const here = [".config/dotnet-tools.json", "dotnet-tools.json"].map((name) => join(directory, name));
    found.push(...here.filter((image) => files.has(image)));
    if (found.some((image) => record(parseJson(files.text(image) ?? ""))?.["isRoot"] === true)) break;
  }
  return found;
}

function packagesFolder({ options }: Call, site: Site, configured?: string): string | undefined {
  const given = options.get("--packages");
  if (given !== undefined) return given.value === undefined ? undefined : pathFrom(site.cwd, given.value);
  const home = homeOf(site);
  return cacheDirectory(site, ["NUGET_PACKAGES"], configured ?? (home && `${home}/.nuget/packages`));
}

import { parse as parseYaml } from "yaml";
import type { Context } from "../context/context.js";
import { hasOption, optionText, readArgs } from "../shell/args.js";
import { belowHome, cacheDirectory, neededCache, unknownCache } from "./caches.js";
import type { InputsRefusal, Install, KnownEcosystem, Site } from "./ecosystem.js";
import { INSTALL_SCRIPTS } from "./lifecycle.js";
import { directoryOf, nodeInputs, nodeOutputs, projectFolder, removesCaches, type NodeTool } from "./node-project.js";
import { ignoresScripts } from "./npm.js";
import { record, strings, type PackageJson, yamlProblem } from "./package-json.js";

const VALUED =
  "-C --dir --filter -F --store-dir --virtual-store-dir --modules-dir --lockfile-dir --registry --reporter --loglevel --network-concurrency --child-concurrency --package-import-method --node-linker --config.node-linker";

export const pnpm: KnownEcosystem = {
  name: "pnpm",
  about: {
    summary: "Packages of Node.js with pnpm",
    installs: ["pnpm install", "pnpm fetch"],
    manifests: ["package.json", "pnpm-workspace.yaml"],
    lockfiles: ["pnpm-lock.yaml"],
    makes: ["node_modules"],
    docs: `Read as well: \`.npmrc\`, \`.pnpmfile.cjs\`, the manifests of the members that pnpm-workspace.yaml names, the files of patchedDependencies. Safe with \`--frozen-lockfile\` or \`CI=true\`, or
when the lockfile is in step with the manifest.`,
  },
  reads: [
    "package.json",
    "pnpm-lock.yaml",
    "pnpm-workspace.yaml",
    ".npmrc",
    ".pnpmfile.cjs",
    "pnpmfile.js",
    "node_modules",
    "patches",
  ],
  install(command, site) {
    if (command.program !== "pnpm") return undefined;
    const args = readArgs(command.args, VALUED);
    const [verb, ...packages] = args.words.map((word) => word.value);
    if (verb === undefined || !["install", "i", "fetch", "ci"].includes(verb) || packages.length > 0) return undefined;
    if (hasOption(args, "-g", "--global")) return undefined;
    const directory = directoryOf(site, optionText(args, "-C", "--dir"), hasOption(args, "-C", "--dir"));
    return directory === undefined ? undefined : { command, directory, label: `pnpm ${verb}` };
  },
  inputs(install, site, context) {
    const project = projectFolder(install, site, context);
    if ("reason" in project) return project;
    const made = tool(install, site, project.folder, context);
    return "reason" in made ? made : nodeInputs(install, made, project.folder, site, context);
  },
  outputs(install, site, context) {
    const project = projectFolder(install, site, context);
    if ("reason" in project) return [];
    const made = tool(install, site, project.folder, context);
    return "reason" in made ? [] : nodeOutputs(install, made, project.folder, context);
  },
  cleanup: (command) => (command.program === "pnpm" && command.args[0]?.value === "store") || removesCaches(command),
  caches(command, site) {
    if (command.program !== "pnpm") return undefined;
    const args = readArgs(command.args, VALUED);
    const verb = args.words[0]?.value ?? "";
    if (!["install", "i", "ci", "add", "fetch"].includes(verb)) return undefined;
    const label = `pnpm ${verb}`;
    if (verb === "fetch")
      return neededCache(label, "what it leaves in the store a later `pnpm install --offline` takes");
    if (hasOption(args, "--offline")) return neededCache(label, "--offline");
    const path = hasOption(args, "--store-dir") ? optionText(args, "--store-dir") : storeOf(site);
    return path?.startsWith("/") === true ? [{ path, holds: "downloads" }] : unknownCache(label);
  },
};

/** pnpm's own order (pnpm.io/settings, storeDir). From a mounted store packages are copied, not linked. */
function storeOf(site: Site): string | undefined {
  const given = ["npm_config_store_dir", "NPM_CONFIG_STORE_DIR", "pnpm_config_store_dir"];
  if (given.some((name) => site.env.has(name))) return cacheDirectory(site, given, undefined);
  const home = ["PNPM_HOME", "XDG_DATA_HOME"].find((name) => site.env.has(name));
  if (home === undefined) return belowHome(site, ".local/share/pnpm/store");
  const base = cacheDirectory(site, [home], undefined);
  return base === undefined ? undefined : `${base}/${home === "PNPM_HOME" ? "store" : "pnpm/store"}`;
}

function tool(install: Install, site: Site, folder: string, context: Context): NodeTool | InputsRefusal {
  const args = readArgs(install.command.args, VALUED);
  const path = folder === "" ? "pnpm-workspace.yaml" : `${folder}/pnpm-workspace.yaml`;
  const workspace = readWorkspace(path, context);
  if (workspace !== undefined && "reason" in workspace) return workspace;
  const packages: unknown = workspace?.settings["packages"];
  const frozen =
    hasOption(args, "--frozen-lockfile") ||
    (install.label !== "pnpm install" && install.label !== "pnpm i") ||
    site.env.get("CI") === "true";
  return {
    label: install.label,
    lockfiles: ["pnpm-lock.yaml"],
    configs: [".npmrc", "pnpm-workspace.yaml", ".pnpmfile.cjs", "pnpmfile.js"],
    frozen,
    needsLockfile: frozen,
    scripts: install.label === "pnpm fetch" || ignoresScripts(args, site, folder, context) ? [] : INSTALL_SCRIPTS,
    workspaces: Array.isArray(packages) ? packages.filter((one): one is string => typeof one === "string") : [],
    named: [...strings(workspace?.settings["patchedDependencies"]).values()],
    inStep: lockMatches,
  };
}

function readWorkspace(
  path: string,
  context: Context,
): { readonly settings: Readonly<Record<string, unknown>> } | InputsRefusal | undefined {
  if (context.kind(path) === undefined) return undefined;
  const read = context.read(path);
  if ("problem" in read) return { code: "unreadable-manifest", reason: `${path}: ${read.problem}` };
  const odd = yamlProblem(read.text);
  if (odd !== undefined) return { code: "unreadable-manifest", reason: `${path}: ${odd}` };
  try {
    return { settings: record(parseYaml(read.text, { maxAliasCount: 100 })) ?? {} };
  } catch {
    return { code: "unreadable-manifest", reason: `${path}: it is not valid YAML` };
  }
}

/** The lockfile's importers repeat each direct dependency with its specifier; the head of the file is enough. */
function lockMatches(manifest: PackageJson, lockfile: string): boolean | undefined {
  const importers = /^importers:\n/m.exec(lockfile);
  if (importers === null || manifest.workspaces.length > 0) return undefined;
  const locked = rootSpecifiers(lockfile, importers.index + importers[0].length);
  if (locked === undefined) return undefined;
  const wanted = [...manifest.sections]
    .filter(([section]) => section !== "peerDependencies")
    .flatMap(([, one]) => [...one]);
  return wanted.length === locked.size && wanted.every(([name, range]) => locked.get(name) === range);
}

/** What the root asks for, by the name on the line before; undefined: the root is not among the importers that begin there. */
function rootSpecifiers(lockfile: string, start: number): ReadonlyMap<string, string> | undefined {
  let locked: Map<string, string> | undefined;
  let name: string | undefined;
  for (const line of linesFrom(lockfile, start)) {
    if (/^\S/.test(line) || (locked !== undefined && /^ {0,3}\S/.test(line))) break;
    if (/^ {2}'?\.'?:$/.test(line)) locked = new Map();
    const specifier = /^ {8}specifier: '?([^'\r]+?)'?$/.exec(line)?.[1];
    if (name !== undefined && specifier !== undefined) locked?.set(name, specifier);
    name = /^ {6}'?([^'\r]+?)'?:$/.exec(line)?.[1];
  }
  return locked;
}

function* linesFrom(text: string, start: number): Generator<string> {
  for (let at = start; at < text.length;) {
    const end = text.indexOf("\n", at);
    yield text.slice(at, end < 0 ? text.length : end);
    at = end < 0 ? text.length : end + 1;
  }
}

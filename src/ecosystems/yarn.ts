import semver from "semver";
import { parse as parseYaml } from "yaml";
import type { Context } from "../context/context.js";
import { hasOption, optionText, readArgs } from "../shell/args.js";
import { belowCacheHome, belowHome, cacheDirectory, neededCache, unknownCache } from "./caches.js";
import type { InputsRefusal, Install, KnownEcosystem, Output, Site, ToolCache } from "./ecosystem.js";
import { INSTALL_SCRIPTS } from "./lifecycle.js";
import { directoryOf, nodeInputs, nodeOutputs, projectFolder, removesCaches, type NodeTool } from "./node-project.js";
import { readPackageJson, record, type PackageJson, yamlProblem } from "./package-json.js";

const VALUED =
  "--cwd --cache-folder --modules-folder --network-timeout --network-concurrency --registry --mutex --mode --use-yarnrc --preferred-cache-folder --global-folder --https-proxy --proxy --emoji --production --prod";

export const yarn: KnownEcosystem = {
  name: "yarn",
  about: {
    summary: "Packages of Node.js with Yarn, 1 and later",
    installs: ["yarn", "yarn install"],
    manifests: ["package.json"],
    lockfiles: ["yarn.lock"],
    makes: ["node_modules", ".yarn/cache", ".pnp.cjs"],
    docs: `Which Yarn it is, packageManager, \`.yarnrc.yml\` or the lockfile tell. Read as well: \`.npmrc\`, \`.yarnrc\` with the release that it names, \`.yarnrc.yml\`; plugins, patches, releases and a
committed cache below \`.yarn\`; the manifests of workspace members. Without \`--immutable\` or \`--frozen-lockfile\`, Yarn may rewrite its lockfile: safe with Yarn 1 when it is in step,
suggested with later ones.`,
  },
  reads: [
    "package.json",
    "yarn.lock",
    ".npmrc",
    ".yarnrc",
    ".yarnrc.yml",
    ".yarn",
    ".pnp.cjs",
    "node_modules",
    "patches",
  ],
  install(command, site) {
    if (command.program !== "yarn" && command.program !== "yarnpkg") return undefined;
    const args = readArgs(command.args, VALUED);
    const [verb, ...packages] = args.words.map((word) => word.value);
    if (args.words.length > 0 && (verb !== "install" || packages.length > 0)) return undefined;
    if (hasOption(args, "--version", "-v", "--help", "-h")) return undefined;
    const directory = directoryOf(site, optionText(args, "--cwd"), hasOption(args, "--cwd"));
    return directory === undefined ? undefined : { command, directory, label: "yarn install" };
  },
  inputs(install, site, context) {
    const project = projectFolder(install, site, context);
    if ("reason" in project) return project;
    const made = tool(install, project.folder, context);
    return "reason" in made ? made : nodeInputs(install, made, project.folder, site, context);
  },
  outputs(install, site, context) {
    const project = projectFolder(install, site, context);
    if ("reason" in project) return [];
    const made = tool(install, project.folder, context);
    if ("reason" in made) return [];
    return [
      ...nodeOutputs(install, made, project.folder, context),
      ...berryOutputs(install, site, project.folder, context),
    ];
  },
  cleanup: (command) => (command.program === "yarn" && command.args[0]?.value === "cache") || removesCaches(command),
  caches(command, site, context) {
    const install = yarn.install(command, site);
    return install === undefined || context === undefined ? undefined : yarnCaches(install, site, context);
  },
};

function yarnCaches(install: Install, site: Site, context: Context): readonly ToolCache[] | InputsRefusal {
  const args = readArgs(install.command.args, VALUED);
  if (hasOption(args, "--offline")) return neededCache(install.label, "--offline");
  const project = projectFolder(install, site, context);
  if ("reason" in project) return project;
  const given = hasOption(args, "--cache-folder") ? optionText(args, "--cache-folder") : undefined;
  const path = given ?? cacheDirectory(site, ["YARN_CACHE_FOLDER"], defaultCache(project.folder, site, context));
  return path?.startsWith("/") === true ? [{ path, holds: "downloads" }] : unknownCache(install.label);
}

/** Yarn 1 keeps root's cache below /usr/local/share. Yarn 4 has one cache for all projects; before, or with Plug'n'Play, the packages are used where they are cached. */
function defaultCache(folder: string, site: Site, context: Context): string | undefined {
  if (!isBerry(folder, context)) {
    const shared = site.user === "root" && !site.env.has("XDG_CACHE_HOME");
    return shared ? "/usr/local/share/.cache/yarn" : belowCacheHome(site, "yarn");
  }
  const manifest = readPackageJson(at(folder, "package.json"), context);
  const version = "reason" in manifest ? null : semver.coerce(/^yarn@(.*)$/.exec(manifest.packageManager ?? "")?.[1]);
  const settings = context.read(at(folder, ".yarnrc.yml"));
  const text = "text" in settings ? settings.text : "";
  const linked = /^nodeLinker:\s*["']?(?:node-modules|pnpm)\b/m.test(text);
  const own = /^(?:enableGlobalCache:\s*false|cacheFolder:|globalFolder:)/m.test(text);
  return version !== null && version.major >= 4 && linked && !own && !site.env.has("YARN_GLOBAL_FOLDER")
    ? belowHome(site, ".yarn/berry/cache")
    : undefined;
}

const at = (folder: string, name: string): string => (folder === "" ? name : `${folder}/${name}`);

/** Yarn 2 and later is told by packageManager, by its configuration file or by its lockfile's header. */
function isBerry(folder: string, context: Context): boolean {
  const manifest = readPackageJson(at(folder, "package.json"), context);
  const pinned = "reason" in manifest ? undefined : /^yarn@(.*)$/.exec(manifest.packageManager ?? "")?.[1];
  const version = semver.coerce(pinned);
  if (version !== null) return version.major >= 2;
  if (context.kind(at(folder, ".yarnrc.yml")) !== undefined) return true;
  const lock = context.read(at(folder, "yarn.lock"));
  return "text" in lock && /^__metadata:/m.test(lock.text.slice(0, 2000));
}

function tool(install: Install, folder: string, context: Context): NodeTool | InputsRefusal {
  const args = readArgs(install.command.args, VALUED);
  const shared = { label: install.label, lockfiles: ["yarn.lock"], needsLockfile: false };
  if (!isBerry(folder, context)) {
    const settings = classicSettings(folder, context);
    return {
      ...shared,
      configs: [".npmrc", ".yarnrc", ...settings.paths],
      frozen: hasOption(args, "--frozen-lockfile", "--pure-lockfile", "--no-lockfile", "--immutable"),
      scripts: hasOption(args, "--ignore-scripts") || settings.ignoreScripts ? [] : INSTALL_SCRIPTS,
      inStep: classicLockMatches,
    };
  }
  const path = at(folder, ".yarnrc.yml");
  const read = context.read(path);
  const odd = "text" in read ? yamlProblem(read.text) : undefined;
  if (odd !== undefined) return { code: "unreadable-manifest", reason: `${path}: ${odd}` };
  let settings: Readonly<Record<string, unknown>> | undefined;
  try {
    settings = "text" in read ? record(parseYaml(read.text, { maxAliasCount: 100 })) : undefined;
  } catch {
    return { code: "unreadable-manifest", reason: `${path}: it is not valid YAML` };
  }
  const yarnPath = settings?.["yarnPath"];
  return {
    ...shared,
    configs: [
      ".npmrc",
      ".yarnrc.yml",
      ".yarn/plugins",
      ".yarn/patches",
      ".yarn/releases",
      ".yarn/cache",
      "constraints.pro",
      "yarn.config.cjs",
    ],
    frozen: hasOption(args, "--immutable", "--frozen-lockfile"),
    // Yarn 2 and later runs no prepare for the project on install.
    scripts:
      settings?.["enableScripts"] === false || optionText(args, "--mode") === "skip-build"
        ? []
        : ["preinstall", "install", "postinstall"],
    named: typeof yarnPath === "string" ? [yarnPath] : [],
    inStep: () => undefined,
  };
}

/** .yarnrc of yarn 1: a release in the repository, an offline mirror. */
function classicSettings(
  folder: string,
  context: Context,
): { readonly paths: readonly string[]; readonly ignoreScripts: boolean } {
  const read = context.read(at(folder, ".yarnrc"));
  const text = "text" in read ? read.text : "";
  const values = [...text.matchAll(/^[ \t]*(?:yarn-path|yarn-offline-mirror)[ \t]+"?\.?\/?([^"\s]+)"?/gm)].map(
    (match) => match[1] ?? "",
  );
  return { paths: values, ignoreScripts: /^[ \t]*"?(?:--install\.)?ignore-scripts"?[ \t]+true/m.test(text) };
}

/** Every direct dependency has its `name@range` among the lockfile's headers. */
function classicLockMatches(manifest: PackageJson, lockfile: string): boolean | undefined {
  const headers = new Set(
    lockfile
      .split("\n")
      .filter((line) => /^\S.*:\r?$/.test(line))
      .flatMap((line) =>
        line
          .replace(/:\r?$/, "")
          .split(/,\s*/)
          .map((one) => one.replace(/^"|"$/g, "")),
      ),
  );
  if (manifest.workspaces.length > 0) return undefined;
  const direct = [...manifest.sections]
    .filter(([section]) => section !== "peerDependencies")
    .flatMap(([, wanted]) => [...wanted]);
  return direct.every(([name, range]) => headers.has(`${name}@${range}`));
}

function berryOutputs(install: Install, _site: Site, folder: string, context: Context): readonly Output[] {
  if (!isBerry(folder, context)) return [];
  const base = install.directory === "/" ? "" : install.directory;
  return [".yarn/cache", ".yarn/unplugged", ".yarn/install-state.gz", ".pnp.cjs"].flatMap((name): Output[] => {
    // A committed cache or loader is an input that the install leaves as it is.
    if (context.kind(at(folder, name)) !== undefined && context.tracked(at(folder, name)) === true) return [];
    return [{ path: `${base}/${name}`, kind: "installed", ignorePattern: at(folder, name) }];
  });
}

import type { Context } from "../context/context.js";
import { hasOption, optionText, readArgs } from "../shell/args.js";
import type { Command } from "../shell/script.js";
import { belowHome, cacheDirectory, neededCache, unknownCache } from "./caches.js";
import type { InputsRefusal, Install, KnownEcosystem, Site, ToolCache } from "./ecosystem.js";
import { INSTALL_SCRIPTS } from "./lifecycle.js";
import { directoryOf, nodeInputs, nodeOutputs, projectFolder, removesCaches, type NodeTool } from "./node-project.js";
import { record, strings, type PackageJson } from "./package-json.js";

const VALUED =
  "-C --prefix --cache --registry --loglevel --omit --include --install-strategy --tag --fetch-retries --fetch-timeout --fetch-retry-mintimeout --fetch-retry-maxtimeout --userconfig --workspace -w --script-shell --maxsockets --network-timeout --arch --os --cpu --libc --python --before --location";

/** Verbs of npm 6 to 11 that install a lockfile as it is, and those that may rewrite it. */
const FROZEN = new Set("ci clean-install ic install-clean isntall-clean".split(" "));
const LOOSE = new Set("install i add in ins inst insta instal isnt isnta isntal isntall".split(" "));

export const npm: KnownEcosystem = {
  name: "npm",
  about: {
    summary: "Packages of Node.js with npm",
    installs: ["npm ci", "npm install"],
    manifests: ["package.json"],
    lockfiles: ["npm-shrinkwrap.json", "package-lock.json", "yarn.lock"],
    makes: ["node_modules"],
    docs: `Read as well: \`.npmrc\`, the manifests and the programs (bin) of workspace members, patches, what install scripts are known to read (patch-package, prisma). \`npm install\` is
safe when the lockfile is in step with package.json, so that it is not rewritten. Left alone: scripts that may read the source, \`-w\`, local dependencies that bring scripts or
programs. Packages that are named on the command line, and \`-g\`, are no install of the project.`,
  },
  reads: ["package.json", "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", ".npmrc", "node_modules", "patches"],
  install(command, site) {
    if (command.program !== "npm") return undefined;
    const args = readArgs(command.args, VALUED);
    const [verb, ...packages] = args.words.map((word) => word.value);
    if (verb === undefined || (!FROZEN.has(verb) && !LOOSE.has(verb))) return undefined;
    if (packages.length > 0 || hasOption(args, "-g", "--global") || optionText(args, "--location") === "global")
      return undefined;
    const directory = directoryOf(site, optionText(args, "-C", "--prefix"), hasOption(args, "-C", "--prefix"));
    return directory === undefined ? undefined : { command, directory, label: `npm ${verb}` };
  },
  inputs(install, site, context) {
    const project = projectFolder(install, site, context);
    if ("reason" in project) return project;
    const args = readArgs(install.command.args, VALUED);
    if (hasOption(args, "-w", "--workspace", "--workspaces"))
      return { code: "workspace-filter", reason: `\`${install.label}\` installs only some workspaces` };
    return nodeInputs(install, tool(install, site, project.folder, context), project.folder, site, context);
  },
  outputs(install, site, context) {
    const project = projectFolder(install, site, context);
    return "reason" in project
      ? []
      : nodeOutputs(install, tool(install, site, project.folder, context), project.folder, context);
  },
  cleanup: (command) => isCacheClean(command) || removesCaches(command),
  caches(command, site) {
    if (command.program !== "npm") return undefined;
    const args = readArgs(command.args, VALUED);
    const verb = args.words[0]?.value ?? "";
    return FROZEN.has(verb) || LOOSE.has(verb) ? npmCaches(`npm ${verb}`, args, site) : undefined;
  },
};

function npmCaches(label: string, args: ReturnType<typeof readArgs>, site: Site): readonly ToolCache[] | InputsRefusal {
  if (hasOption(args, "--offline")) return neededCache(label, "--offline");
  const path = hasOption(args, "--cache")
    ? optionText(args, "--cache")
    : cacheDirectory(site, ["npm_config_cache", "NPM_CONFIG_CACHE"], belowHome(site, ".npm"));
  return path?.startsWith("/") === true ? [{ path, holds: "downloads" }] : unknownCache(label);
}

const isCacheClean = ({ program, args }: Command): boolean =>
  ((program === "npm" || program === "yarn" || program === "bun") && args[0]?.value === "cache") ||
  (program === "bun" && args[0]?.value === "pm" && args[1]?.value === "cache");

function tool(install: Install, site: Site, folder: string, context: Context): NodeTool {
  const args = readArgs(install.command.args, VALUED);
  const frozen = FROZEN.has(install.label.slice(4)) || hasOption(args, "--no-package-lock", "--no-save");
  return {
    label: install.label,
    // npm 7 and later take versions from a yarn.lock when there is no lockfile of their own.
    lockfiles: ["npm-shrinkwrap.json", "package-lock.json", ...(hasOwnLock(folder, context) ? [] : ["yarn.lock"])],
    configs: [".npmrc"],
    frozen,
    needsLockfile: FROZEN.has(install.label.slice(4)),
    scripts: ignoresScripts(args, site, folder, context) ? [] : INSTALL_SCRIPTS,
    inStep: lockMatches,
  };
}

function hasOwnLock(folder: string, context: Context): boolean {
  return ["npm-shrinkwrap.json", "package-lock.json"].some(
    (name) => context.kind(folder === "" ? name : `${folder}/${name}`) !== undefined,
  );
}

/** --ignore-scripts, npm_config_ignore_scripts, or .npmrc; shared by pnpm, which reads the same settings. */
export function ignoresScripts(
  args: ReturnType<typeof readArgs>,
  site: Site,
  folder: string,
  context: Context,
): boolean {
  if (hasOption(args, "--ignore-scripts")) return optionText(args, "--ignore-scripts") !== "false";
  const setting = site.env.get("npm_config_ignore_scripts") ?? site.env.get("NPM_CONFIG_IGNORE_SCRIPTS");
  if (setting === "true") return true;
  const read = context.read(folder === "" ? ".npmrc" : `${folder}/.npmrc`);
  return "text" in read && /^[ \t]*ignore-scripts[ \t]*=[ \t]*true[ \t]*$/m.test(read.text);
}

/** package-lock.json repeats the root's sections (version 2 and 3), or names each direct dependency (version 1). */
function lockMatches(manifest: PackageJson, lockfile: string): boolean | undefined {
  let lock: Readonly<Record<string, unknown>> | undefined;
  try {
    lock = record(JSON.parse(lockfile));
  } catch {
    return undefined;
  }
  const root = record(record(lock?.["packages"])?.[""]);
  if (root === undefined) {
    const locked = record(lock?.["dependencies"]);
    // npm 7 and later rewrite a version-1 lockfile in full.
    return locked === undefined ? undefined : false;
  }
  return [...manifest.sections].every(([section, wanted]) => {
    const locked = strings(root[section]);
    return wanted.size === locked.size && [...wanted].every(([name, range]) => locked.get(name) === range);
  });
}

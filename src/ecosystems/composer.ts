import type { Context } from "../context/context.js";
import { resolvePath } from "../facts/paths.js";
import { hasOption, optionText, readArgs, type Args } from "../shell/args.js";
import type { Command } from "../shell/script.js";
import { cacheDirectory, homeOf, neededCache, undoneCache, unknownCache } from "./caches.js";
import { hasAutoload, localRepositories, readProject, type ComposerProject } from "./composer-json.js";
import { activePlugins, lookedFor } from "./composer-plugins.js";
import type { Inputs, InputsRefusal, Install, KnownEcosystem, Output, Site, ToolCache } from "./ecosystem.js";
import { record } from "./package-json.js";
import { presentBeside } from "./python-project.js";

const VALUED = "-d --working-dir --prefer-install --ignore-platform-req --apcu-autoloader-prefix --audit-format";

/** Verbs that download packages. */
const DOWNLOADS = new Set("install i update u upgrade require r remove rm reinstall create-project global".split(" "));

export const composer: KnownEcosystem = {
  name: "composer",
  about: {
    summary: "Packages of PHP with Composer",
    installs: ["composer install"],
    manifests: ["composer.json"],
    lockfiles: ["composer.lock"],
    makes: ["vendor"],
    docs: `Read as well: \`auth.json\`, \`symfony.lock\`, local repositories of packages. Where scripts, plugins or the autoloader need the source, the packages are installed first with \`--no-scripts\`
and \`--no-autoloader\`, and the full command runs behind the source. Left alone: scripts that run before or between the packages, plugins that are not known, versions that come from git.`,
  },
  reads: ["composer.json", "composer.lock", "composer.phar", "auth.json", "symfony.lock", "vendor"],
  install(command, site) {
    if (!isComposer(command)) return undefined;
    const args = readArgs(command.args, VALUED);
    const [verb, ...packages] = args.words.map((word) => word.value);
    if ((verb !== "install" && verb !== "i") || packages.length > 0) return undefined;
    if (hasOption(args, "--dry-run", "--download-only", "--no-install", "-h", "--help", "-V", "--version"))
      return undefined;
    const elsewhere = hasOption(args, "-d", "--working-dir");
    // A composer.phar that is named from here is not among what an install there reads.
    if (elsewhere && command.programPath !== undefined && !command.programPath.startsWith("/")) return undefined;
    const given = optionText(args, "-d", "--working-dir");
    const directory = !elsewhere ? site.cwd : given === undefined ? undefined : resolvePath(site.cwd, given);
    return directory === undefined ? undefined : { command, directory, label: `composer ${verb}` };
  },
  inputs(install, site, context) {
    const project = readProject(install.directory, install.label, site, context);
    return "reason" in project ? project : projectInputs(install, project, site, context);
  },
  outputs(install, site, context) {
    const project = readProject(install.directory, install.label, site, context);
    return "reason" in project ? [] : installed(install, project, site);
  },
  cleanup: (command) => (isComposer(command) && /^(?:clear-?cache|cc)$/.test(verbOf(command))) || removesCache(command),
  caches(command, site) {
    if (!isComposer(command)) return undefined;
    const verb = verbOf(command);
    return DOWNLOADS.has(verb) ? composerCaches(`composer ${verb}`, command, site) : undefined;
  },
};

const isComposer = ({ program }: Command): boolean => program === "composer" || program === "composer.phar";

const verbOf = ({ args }: Command): string => readArgs(args, VALUED).words[0]?.value ?? "";

function projectInputs(
  install: Install,
  project: ComposerProject,
  site: Site,
  context: Context,
): Inputs | InputsRefusal {
  const { directory, command } = install;
  const { path, lock, lockPath, root } = project;
  const args = readArgs(command.args, VALUED);
  const withDev = !hasOption(args, "--no-dev") && !isOn(site, "COMPOSER_NO_DEV");
  const sections = withDev ? ["require", "require-dev"] : ["require"];
  if (!sections.some((one) => Object.keys(record(root[one]) ?? {}).some((name) => name.includes("/"))))
    return { code: "no-dependencies", reason: `${path} requires no packages: there is nothing to download` };
  const packages = lock && [...lock.packages, ...(withDev ? lock.dev : [])];
  const plugins = hasOption(args, "--no-plugins") ? [] : activePlugins(project, packages);
  if ("reason" in plugins) return plugins;
  const local = localRepositories(project, packages ?? [], directory, site, context);
  if ("reason" in local) return local;
  const versioned = root["version"] !== undefined || (site.env.get("COMPOSER_ROOT_VERSION") ?? "") !== "";
  const git = versioned ? undefined : repositoryOf(directory, site, context);
  if (
    git !== undefined &&
    ((local.length > 0 && lock === undefined) || JSON.stringify(root).includes('"self.version"'))
  )
    return { code: "version-from-git", reason: `${path} takes versions from ${git}, which comes with the source` };
  const names = ["auth.json", ...(plugins.includes("symfony/flex") ? ["symfony.lock"] : [])];
  const rest = [...local, ...presentBeside(directory, names, site, context), ...pharOf(command, site, context)];
  const paths = [path, ...(lock === undefined ? [] : [lockPath]), ...rest.sort()];
  const notes =
    lock === undefined
      ? ["there is no composer.lock: the cached layer keeps the versions of the day it was built"]
      : [];
  const form = formOf(install, args, { project, plugins, withDev, git }, site, context);
  return "reason" in form ? form : { paths, notes, ...form };
}

/** PHP's truth of a variable. A value that is not known may be off. */
const isOn = ({ env }: Site, name: string): boolean => !/^0?$/.test(env.get(name) ?? "");

/** The .git directory by which Composer tells the project's version: it looks from the project upwards. */
function repositoryOf(directory: string, site: Site, context: Context): string | undefined {
  for (let image: string | undefined = directory; image !== undefined; image = resolvePath(image, "..")) {
    const path = site.toContext(`${image === "/" ? "" : image}/.git`);
    if (path !== undefined && context.kind(path) !== undefined) return path;
    if (image === "/") break;
  }
  return undefined;
}

/** `php composer.phar install` reads it. */
function pharOf({ programPath }: Command, site: Site, context: Context): readonly string[] {
  const path = programPath === undefined ? undefined : site.toContext(resolvePath(site.cwd, programPath) ?? "");
  return path !== undefined && context.kind(path) !== undefined ? [path] : [];
}

interface Reading {
  readonly project: ComposerProject;
  readonly plugins: readonly string[];
  readonly withDev: boolean;
  readonly git: string | undefined;
}

/**
 * Does the command need the source? Scripts do, and the autoloader where the project has rules of its own; plugins may; and installed.php names the
 * commit. Then it is run without them first, which leaves to the full command after it what that does anyway (measured with 2.5.5: the same tree).
 */
function formOf(
  install: Install,
  args: Args,
  { project, plugins, withDev, git }: Reading,
  site: Site,
  context: Context,
): Pick<Inputs, "insert" | "unproven"> | InputsRefusal {
  const { path, root, lock } = project;
  const [silent, bare] = [hasOption(args, "--no-scripts"), hasOption(args, "--no-autoloader")];
  if (silent && bare) {
    const source = lookedFor(plugins, context);
    if (source !== undefined) return { code: "plugin", reason: `${path}: ${source}` };
    return git === undefined
      ? {}
      : { unproven: `vendor/composer/installed.php no longer names the commit, because ${git} comes with the source` };
  }
  const scripts = !silent && hasScripts(path, root, lock !== undefined);
  if (typeof scripts === "object") return scripts;
  const autoload = !bare && hasAutoload(root, withDev ? ["autoload", "autoload-dev"] : ["autoload"]);
  if (!scripts && !autoload && plugins.length === 0 && git === undefined) return {};
  const { redirects } = install.command;
  if (redirects.some(({ target }) => target !== undefined && !/^(?:\/dev\/.*|&?\d)$/.test(target.text)))
    return { code: "compound-command", reason: `\`${install.label}\` writes its output to a file` };
  return { insert: { text: firstStep(install.command, silent, bare), directory: site.cwd } };
}

/** Options that only matter to the autoloader, or to a check after the install. */
const LATE = /^(?:-[oa]+|--(?:optimize-autoloader|classmap-authoritative|apcu-autoloader|audit))$/;

function firstStep(command: Command, silent: boolean, bare: boolean): string {
  const words = command.text.replace(/\\?\s+/g, " ").split(" ");
  const start = words.findIndex((word) => /composer/.test(word));
  const kept = words.flatMap((word, index) =>
    index <= start ? [word] : LATE.test(word) ? [] : [/^-[nqvoa]+$/.test(word) ? word.replace(/[oa]/g, "") : word],
  );
  return [...kept, ...(silent ? [] : ["--no-scripts"]), ...(bare ? [] : ["--no-autoloader"])].join(" ");
}

/** Run while packages are installed, which the full command then no longer does; or before all else. */
const EARLY_EVENTS =
  "init command pre-command-run pre-pool-create pre-operations-exec pre-file-download post-file-download " +
  "pre-package-install post-package-install pre-install-cmd";
const LATE_EVENTS = "post-install-cmd pre-autoload-dump post-autoload-dump";

/** Has the project scripts that run at an install? All of them must run when the packages are there. */
function hasScripts(path: string, root: Readonly<Record<string, unknown>>, locked: boolean): boolean | InputsRefusal {
  const scripts = record(root["scripts"]) ?? {};
  const has = (name: string): boolean => Object.hasOwn(scripts, name) && JSON.stringify(scripts[name]) !== "[]";
  const refuse = (reason: string): InputsRefusal => ({ code: "lifecycle-script", reason: `${path}: ${reason}` });
  const early = [...EARLY_EVENTS.split(" "), ...(locked ? [] : ["pre-update-cmd"])].find(has);
  if (early !== undefined) return refuse(`the script ${early} runs before the packages are installed, or between them`);
  // Without a lockfile the first run is an update that writes one, and the second an install.
  if (!locked && JSON.stringify(scripts["post-install-cmd"]) !== JSON.stringify(scripts["post-update-cmd"]))
    return refuse(
      "without composer.lock post-update-cmd runs, but post-install-cmd after an earlier step, and the two differ",
    );
  return LATE_EVENTS.split(" ").some(has);
}

/** vendor, and the links to executables where they lie elsewhere: each of them, where the lockfile names them. */
function installed({ directory }: Install, { vendor, bin, lock }: ComposerProject, site: Site): readonly Output[] {
  const names = lock && [...lock.packages, ...lock.dev].flatMap((one) => one.bins);
  const links = names?.map((name) => `${bin}/${name.slice(name.lastIndexOf("/") + 1)}`) ?? [bin];
  const own = bin === vendor || bin.startsWith(`${vendor}/`);
  return [vendor, ...(own ? [] : links)].flatMap((name): Output[] => {
    const path = resolvePath(directory, name);
    return path === undefined ? [] : [{ path, kind: "installed", ignorePattern: site.toContext(path) ?? name }];
  });
}

/** `rm -rf` of what Composer keeps at home. */
function removesCache({ program, args }: Command): boolean {
  if (program !== "rm") return false;
  const paths = args.filter((word) => !word.text.startsWith("-"));
  const home =
    /^["']?(?:~|\$HOME|\$\{HOME\}|\/root|\/home\/[\w-]+)\/\.(?:composer|cache|(?:config|local\/share)\/composer)\b/;
  return paths.length > 0 && paths.every((word) => home.test(word.text));
}

/**
 * COMPOSER_CACHE_DIR, then COMPOSER_HOME's cache; the official image sets COMPOSER_HOME=/tmp. Else ~/.cache/composer where XDG variables or /etc/xdg are
 * there, ~/.composer/cache where they are not; but a ~/.composer/cache that exists, as a mount makes it, is taken in both cases (measured with 2.5.5).
 */
function composerCaches(label: string, command: Command, site: Site): readonly ToolCache[] | InputsRefusal {
  if (hasOption(readArgs(command.args, VALUED), "--no-cache")) return undoneCache(label, "--no-cache");
  if (isOn(site, "COMPOSER_DISABLE_NETWORK")) return neededCache(label, "COMPOSER_DISABLE_NETWORK");
  if (isOn(site, "COMPOSER_CACHE_READ_ONLY")) return undoneCache(label, "COMPOSER_CACHE_READ_ONLY");
  if (site.env.get("COMPOSER_CACHE_DIR") === "/dev/null") return undoneCache(label, "COMPOSER_CACHE_DIR=/dev/null");
  const path = cacheDirectory(site, ["COMPOSER_CACHE_DIR"], defaultCache(site));
  return path === undefined ? unknownCache(label) : [{ path, holds: "downloads" }];
}

function defaultCache(site: Site): string | undefined {
  const official = /^(?:docker\.io\/(?:library\/)?)?composer(?:[:@]|$)/.test(site.image ?? "");
  const below = (home: string | undefined, path: string): string | undefined => home && `${home}/${path}`;
  if (official || site.env.has("COMPOSER_HOME")) return below(cacheDirectory(site, ["COMPOSER_HOME"], "/tmp"), "cache");
  return site.env.has("XDG_CACHE_HOME")
    ? below(cacheDirectory(site, ["XDG_CACHE_HOME"], undefined), "composer")
    : below(homeOf(site), ".composer/cache");
}

import type { Context } from "../context/context.js";
import { resolvePath } from "../facts/paths.js";
import { hasOption, optionText, readArgs, type Args } from "../shell/args.js";
import type { Command } from "../shell/script.js";
import {
  configured,
  gemHome,
  isBundler,
  officialTag,
  readSettings,
  settingsDirectory,
  VALUED,
  type BundlerSettings,
} from "./bundler-settings.js";
import { cacheDirectory, homeOf, undoneCache, unknownCache } from "./caches.js";
import type { Inputs, InputsRefusal, Install, KnownEcosystem, Output, Site, ToolCache } from "./ecosystem.js";
import { whyRewritten } from "./gemfile-lock.js";
import { readGemfile } from "./gemfile.js";
import { presentBeside } from "./python-project.js";

/** Options whose effect on what is read and written is known. Those remembered are written to the local settings (measured, 2.3). */
const REMEMBERED =
  "--jobs -j --retry --without --with --path --deployment --frozen --system --clean --no-prune --trust-policy --shebang".split(
    " ",
  );
const KNOWN = new Set([
  ...REMEMBERED,
  ..."--gemfile --quiet --verbose -V --no-color --local --prefer-local --no-cache --full-index --force --redownload --dry-run".split(
    " ",
  ),
]);

/** By these rbenv, asdf and mise choose a Ruby; the official images have none of them. */
const VERSION_FILES = [".ruby-version", ".tool-versions", "mise.toml"];

export const bundler: KnownEcosystem = {
  name: "bundler",
  about: {
    summary: "Gems of Ruby with Bundler",
    installs: ["bundle install", "bundle"],
    manifests: ["Gemfile", "gems.rb"],
    lockfiles: ["Gemfile.lock", "gems.locked"],
    makes: ["vendor/bundle", ".bundle"],
    docs: `The Gemfile is read as a program: what it includes, local gems with their gemspecs, the file with the version of Ruby. Read as well: \`.bundle/config\`, \`vendor/cache\`. Safe when the
lockfile is frozen, or fits the Gemfile and the platform. Left alone: plugins of Bundler, Ruby that may read other files, options that Bundler would write to its settings.`,
  },
  reads: ["Gemfile", "Gemfile.lock", "gems.rb", "gems.locked", ".bundle", "vendor/cache", ...VERSION_FILES],
  install(command, site) {
    const verb = verbOf(command);
    const setting = verb === "config" ? configured(command) : undefined;
    // Without a scope, it depends on the Gemfile being there whether a setting is the project's or the user's.
    const isInstall = verb === "install" || verb === "check" || (setting !== undefined && setting.scope === undefined);
    if (!isInstall) return undefined;
    const told = gemfileTold(command, site);
    const directory =
      told === undefined ? site.cwd : resolvePath(site.cwd, told.path === undefined ? "." : `${told.path}/..`);
    return directory === undefined ? undefined : { command, directory, label: `bundle ${verb ?? ""}` };
  },
  inputs(install, site, context) {
    const args = readArgs(install.command.args, VALUED);
    const gemfile = findGemfile(install, site, context);
    if ("reason" in gemfile) return gemfile;
    const lock = context.kind(lockOf(gemfile.path)) === undefined ? [] : [lockOf(gemfile.path)];
    if (install.label === "bundle config") return { paths: [gemfile.path, ...lock], notes: [] };
    const odd = args.options.find((option) => !KNOWN.has(option.name));
    if (odd !== undefined)
      return {
        code: "unknown-option",
        reason: `\`${install.label}\` runs with ${odd.name}, whose files are not known`,
      };
    return installInputs(install, gemfile, lock, args, site, context);
  },
  outputs: bundlerOutputs,
  cleanup: removesGemCaches,
  caches: gemCaches,
};

/** `bundle` alone installs; `bundle _2.4.1_ install` names its own version. */
function verbOf(command: Command): string | undefined {
  if (!isBundler(command)) return undefined;
  const args = readArgs(command.args, VALUED);
  const words = args.words.filter((word) => !/^_[\d.]+_$/.test(word.text));
  const [first] = words;
  // `--without development test` takes several words.
  if (first === undefined || (command.args[0]?.text.startsWith("-") === true && hasOption(args, "--without", "--with")))
    return hasOption(args, "--version", "-v", "--help", "-h") ? undefined : "install";
  return first.value === "i" ? "install" : first.value;
}

/** The Gemfile that an option or a variable names; its path is undefined when that is not known. */
function gemfileTold(command: Command, site: Site): { readonly path: string | undefined } | undefined {
  const args = readArgs(command.args, VALUED);
  if (hasOption(args, "--gemfile")) return { path: optionText(args, "--gemfile") };
  return site.env.has("BUNDLE_GEMFILE") ? { path: site.env.get("BUNDLE_GEMFILE") } : undefined;
}

interface Found {
  readonly path: string;
  /** Image directory of the Gemfile. */
  readonly root: string;
}

/** Bundler looks for gems.rb, then Gemfile, from the working directory upwards. */
function findGemfile({ command, directory, label }: Install, site: Site, context: Context): Found | InputsRefusal {
  const told = gemfileTold(command, site);
  if (told !== undefined && told.path === undefined)
    return { code: "unknown-input", reason: `\`${label}\` reads a Gemfile whose name is not known` };
  const names = told?.path === undefined ? ["gems.rb", "Gemfile"] : [told.path.slice(told.path.lastIndexOf("/") + 1)];
  let root: string | undefined = directory;
  for (let depth = 0; root !== undefined && depth < 64; depth++) {
    const [path] = presentBeside(root, names, site, context);
    if (path !== undefined) return { path, root };
    if (root === "/" || told !== undefined) break;
    root = resolvePath(root, "..");
  }
  const beside = site.toContext(resolvePath(directory, names.at(-1) ?? "") ?? "");
  const ignored = beside !== undefined && context.rawKind(beside) !== undefined;
  const why = ignored ? `${beside} is left out by .dockerignore` : `no COPY brings a ${names.at(-1) ?? "Gemfile"}`;
  return { code: "no-manifest", reason: `\`${label}\` runs in ${directory}, where ${why}` };
}

const lockOf = (gemfile: string): string =>
  /(?:^|\/)gems\.rb$/.test(gemfile) ? gemfile.replace(/\.rb$/, ".locked") : `${gemfile}.lock`;

function installInputs(
  install: Install,
  { path, root }: Found,
  lock: readonly string[],
  args: Args,
  site: Site,
  context: Context,
): Inputs | InputsRefusal {
  const settings = readSettings(install.command, root, site, context);
  const config = settingsInputs(install, root, args, settings, site, context);
  if ("reason" in config) return config;
  const folder = site.toContext(site.cwd);
  const gemfile = readGemfile(path, folder, context);
  if ("reason" in gemfile) return gemfile;
  const told = fileSources(gemfile.sources);
  const computed = told.find((source) => source.includes("#{"));
  if (computed !== undefined)
    return { code: "unknown-input", reason: `${path}: the source ${computed} is known only to the build` };
  const vendored = presentBeside(root, ["vendor/cache"], site, context);
  const versions = officialTag(site) === undefined ? presentBeside(site.cwd, VERSION_FILES, site, context) : [];
  const rest = new Set([...gemfile.paths.slice(1), ...config, ...vendored, ...versions]);
  const paths = [path, ...lock, ...[...rest].sort()];
  const [locked] = lock;
  if (settings.frozen)
    return locked === undefined
      ? {
          code: "no-lockfile",
          reason: `\`${install.label}\` is frozen and needs ${lockOf(path)}, which is not in the build context`,
        }
      : { paths, told, notes: [] };
  if (locked === undefined)
    return {
      paths,
      told,
      notes: [`there is no ${lockOf(path)}: the cached layer keeps the versions of the day it was built`],
    };
  const read = context.read(locked);
  const why =
    vendored.length > 0
      ? `\`${install.label}\` may add to ${vendored.join("")} and remove from it`
      : "problem" in read
        ? `${locked}: ${read.problem}`
        : whyRewritten(gemfile, read.text, locked);
  return why === undefined
    ? { paths, told, notes: [] }
    : {
        paths,
        told,
        notes: [],
        unproven: `${why}; \`${install.label}\` would rewrite it, and the later copy bring the old one back (BUNDLE_FROZEN=true forbids it)`,
      };
}

/** `source "file:///gems"`: gems in the image, wherever a copy may have brought them from. */
const fileSources = (sources: ReadonlySet<string>): readonly string[] =>
  [...sources].filter((source) => source.startsWith("file:")).map((source) => source.replace(/^file:(?:\/\/)?/, ""));

/** The local settings where they are the context's; refused where the install changes them, or reads what is not known. */
function settingsInputs(
  { command, label }: Install,
  root: string,
  args: Args,
  settings: BundlerSettings,
  site: Site,
  context: Context,
): readonly string[] | InputsRefusal {
  const unknown = ["BUNDLE_LOCKFILE", "BUNDLE_CACHE_PATH", "BUNDLE_IGNORE_CONFIG"].find(
    (name) => settings.get(name) !== undefined,
  );
  const told = settings.levels.some((level, index) => index !== 1 && level.has("BUNDLE_GEMFILE"));
  if (unknown !== undefined || told)
    return {
      code: "unknown-input",
      reason: `${unknown ?? "a setting of Bundler"} names other files than \`${label}\` usually reads`,
    };
  const directory = settingsDirectory(root, site);
  if (directory === undefined || settings.gems.has(undefined))
    return { code: "unknown-path", reason: `where \`${label}\` puts gems or settings is known only to the build` };
  if (
    root !== site.cwd &&
    site.earlier().some((ran) => configured(ran.command) !== undefined && officialTag(site) === undefined)
  )
    return {
      code: "unknown-path",
      reason: `\`bundle config\` may have set something for another directory than ${root}`,
    };
  const path = site.toContext(`${directory}/config`);
  if (path === undefined || context.kind(path) === undefined) return [];
  const remembered = args.options.find((option) => REMEMBERED.includes(option.name));
  return remembered === undefined
    ? [path]
    : {
        code: "rewritten-settings",
        reason: `\`${command.text}\` remembers ${remembered.name} in ${path}, which the later copy would undo; set it by a variable (BUNDLE_...) instead`,
      };
}

/** Gems and settings below the project, and the lockfile. */
function bundlerOutputs(install: Install, site: Site, context: Context): readonly Output[] {
  const found = findGemfile(install, site, context);
  if ("reason" in found) return [];
  const { path, root } = found;
  const settings = readSettings(install.command, root, site, context);
  const installed = (image: string | undefined, pattern = true): Output[] => {
    const local = image === undefined ? undefined : site.toContext(image);
    if (image === undefined) return [];
    return [{ path: image, kind: "installed", ...(local === undefined || !pattern ? {} : { ignorePattern: local }) }];
  };
  // An image that is not known may have its gems put there by a variable.
  const below = [...settings.gems].map((one) =>
    one === "system" && gemHome(site) === undefined ? resolvePath(root, "vendor/bundle") : one,
  );
  const directory = settingsDirectory(root, site);
  const config = directory === undefined ? undefined : site.toContext(`${directory}/config`);
  const own = config !== undefined && context.kind(config) !== undefined;
  const image = (file: string): string | undefined => resolvePath(root, file.slice(path.lastIndexOf("/") + 1));
  const lock = image(lockOf(path));
  const cache = resolvePath(root, "vendor/cache");
  const bin = settings.get("BUNDLE_BIN");
  return [
    ...below.flatMap((one) => (one === "system" ? [] : installed(one))),
    ...(own ? [] : installed(directory)),
    ...(bin === undefined ? [] : installed(resolvePath(root, bin), false)),
    ...(settings.frozen
      ? []
      : [lock, cache].flatMap((one): Output[] => (one === undefined ? [] : [{ path: one, kind: "rewritten" }]))),
  ];
}

/** `rm -rf ~/.bundle "${BUNDLE_PATH}"/ruby/*\/cache`, as Rails writes it. */
function removesGemCaches({ program, args }: Command): boolean {
  if (program !== "rm") return false;
  const paths = args.filter((word) => !word.text.startsWith("-"));
  return (
    paths.length > 0 &&
    paths.every((word) =>
      /^["']?(?:(?:~|\$HOME|\$\{HOME\}|\/root)\/\.(?:bundle|gem)\b|(?:\$\{?(?:BUNDLE_PATH|GEM_HOME)\}?|\/usr\/local\/bundle)["']?\/|\/tmp\/|\/var\/cache\/)/.test(
        word.text,
      ),
    )
  );
}

const FILLS = new Set(["install", "update", "add", "cache", "package"]);

/** Downloaded gems lie in `cache` beside the installed ones (measured: found there, they are not fetched again); the index in the home directory. */
function gemCaches(command: Command, site: Site): readonly ToolCache[] | InputsRefusal | undefined {
  const verb = verbOf(command);
  if (verb === undefined || !FILLS.has(verb)) return undefined;
  const label = `bundle ${verb}`;
  if (hasOption(readArgs(command.args, VALUED), "--local")) return undoneCache(label, "--local");
  const told = gemfileTold(command, site);
  const root = told?.path === undefined ? site.cwd : resolvePath(site.cwd, `${told.path}/..`);
  const gems = root === undefined ? [] : [...readSettings(command, root, site).gems].map((one) => gemCache(one, site));
  const user = cacheDirectory(site, ["BUNDLE_USER_HOME"], homeOf(site)?.concat("/.bundle"));
  const index = cacheDirectory(site, ["BUNDLE_USER_CACHE"], user?.concat("/cache"));
  const [path, ...others] = gems;
  if (path === undefined || index === undefined || others.length > 0) return unknownCache(label);
  // Both are written in place.
  return [path, index].map((one) => ({ path: one, holds: "downloads", sharing: "locked" }));
}

/** A path that was set has a part by the version of Ruby, which the tag of an official image tells. */
function gemCache(gems: string | undefined, site: Site): string | undefined {
  if (gems === "system") return gemHome(site)?.concat("/cache");
  const version = /^\d+\.\d+/.exec(officialTag(site) ?? "")?.[0];
  return gems === undefined || version === undefined ? undefined : `${gems}/ruby/${version}.0/cache`;
}

import type { Context } from "../context/context.js";
import { resolvePath } from "../facts/paths.js";
import { hasOption, optionText, readArgs } from "../shell/args.js";
import type { Command } from "../shell/script.js";
import type { Site } from "./ecosystem.js";

export const VALUED =
  "--jobs -j --retry --without --with --path --gemfile --trust-policy --shebang --standalone --binstubs --target-rbconfig";

/** BUNDLE_PATH and the like by name; a value that is not known is undefined. */
type Level = Map<string, string | undefined>;

/** Bundler's settings as far as the Dockerfile and the context tell: the first level that has one wins. */
export interface BundlerSettings {
  readonly levels: readonly Level[];
  get(name: string): string | undefined;
  /** The lockfile is taken as it is. */
  readonly frozen: boolean;
  /** Image paths that gems may be installed below; "system" for the directory of Ruby's own; undefined: known only to the build. */
  readonly gems: ReadonlySet<string | undefined>;
}

/** The official images keep gems and settings out of the project (docker-library/ruby). */
const OFFICIAL_HOME = "/usr/local/bundle";

/** Tag of the official image that a stage is built on; undefined: it is another. */
export function officialTag({ image = "" }: Site): string | undefined {
  const found = /^(?:(?:registry\.docker\.com|docker\.io)\/(?:library\/)?|library\/)?ruby(?::([^@]*))?(?:@|$)/.exec(
    image,
  );
  return found === null ? undefined : (found[1] ?? "latest");
}

/** Directory of the local settings; undefined when only the build knows. */
export function settingsDirectory(root: string, site: Site): string | undefined {
  if (site.env.has("BUNDLE_APP_CONFIG")) return resolved(root, site.env.get("BUNDLE_APP_CONFIG"));
  return officialTag(site) === undefined ? resolvePath(root, ".bundle") : OFFICIAL_HOME;
}

/** Where gems go when nothing sets a path. */
export const gemHome = (site: Site): string | undefined =>
  site.env.has("GEM_HOME") ? site.env.get("GEM_HOME") : officialTag(site) === undefined ? undefined : OFFICIAL_HOME;

const resolved = (directory: string, path: string | undefined): string | undefined =>
  path === undefined ? undefined : resolvePath(directory, path);

/** `root`: image directory of the Gemfile. The order is that of Bundler's documentation; options are remembered as local settings. */
export function readSettings(command: Command, root: string, site: Site, context?: Context): BundlerSettings {
  const local: Level = new Map();
  const global: Level = new Map();
  const directory = settingsDirectory(root, site);
  const file = directory === undefined ? undefined : site.toContext(`${directory}/config`);
  if (context !== undefined && file !== undefined) readFile(file, local, context);
  for (const ran of site.earlier()) applyConfig(ran.command, ran.site, directory, local, global);
  const env: Level = new Map([...site.env].filter(([name]) => name.startsWith("BUNDLE_")));
  applyOptions(command, local);
  const levels = [local, env, global];
  const get = (name: string): string | undefined => levels.find((level) => level.has(name))?.get(name);
  const on = (name: string): boolean => isOn(get(name));
  const frozenSet = levels.some((level) => level.has("BUNDLE_FROZEN"));
  return {
    levels,
    get,
    frozen: on("BUNDLE_FROZEN") || (on("BUNDLE_DEPLOYMENT") && !frozenSet),
    gems: gemDirectories(levels, root),
  };
}

const isOn = (value: string | undefined): boolean => value !== undefined && !/^(?:false|f|no|n|0|)$/i.test(value);

/** The deployment setting means vendor/bundle, above a path of a lower level only before Bundler 2.4.14. */
function gemDirectories(levels: readonly Level[], root: string): ReadonlySet<string | undefined> {
  const found = new Set<string | undefined>();
  for (const level of levels) {
    if (level.has("BUNDLE_PATH")) return found.add(resolved(root, level.get("BUNDLE_PATH")));
    if (isOn(level.get("BUNDLE_PATH__SYSTEM"))) return found.add("system");
    if (isOn(level.get("BUNDLE_DEPLOYMENT"))) found.add(resolvePath(root, "vendor/bundle"));
  }
  return found.size === 0 ? found.add("system") : found;
}

function readFile(path: string, level: Level, context: Context): void {
  const read = context.read(path);
  if ("problem" in read) return;
  for (const [, name = "", value = ""] of read.text.matchAll(/^(BUNDLE_\w+):(.*)$/gm))
    level.set(name, value.trim().replace(/^"|"$/g, ""));
}

/** What `bundle config` says: the name of a setting and its value; undefined when it sets none. */
export function configured(
  command: Command,
): { readonly name: string; readonly value: string | undefined; readonly scope: string | undefined } | undefined {
  if (!isBundler(command)) return undefined;
  const args = readArgs(command.args, "--delete");
  const [verb, ...words] = args.words;
  if (verb?.value !== "config") return undefined;
  const scope = args.options.map((one) => one.name).find((name) => name === "--local" || name === "--global");
  const removed = optionText(args, "--delete") ?? (words[0]?.value === "unset" ? words[1]?.value : undefined);
  const [name, ...values] = words[0]?.value === "set" ? words.slice(1) : words;
  const key = (text: string): string => `BUNDLE_${text.toUpperCase().replaceAll("-", "___").replaceAll(".", "__")}`;
  if (removed !== undefined) return { name: key(removed), value: "", scope };
  if (name?.value === undefined || values.length === 0 || /^(?:get|list)$/.test(name.value)) return undefined;
  const known = values.every((word) => word.value !== undefined);
  return { name: key(name.value), value: known ? values.map((word) => word.value).join(" ") : undefined, scope };
}

export const isBundler = ({ program }: Command): boolean => program === "bundle" || program === "bundler";

function applyConfig(command: Command, site: Site, directory: string | undefined, local: Level, global: Level): void {
  const setting = configured(command);
  if (setting === undefined) return;
  const here = settingsDirectory(site.cwd, site) === directory && directory !== undefined;
  const level = setting.scope === "--global" ? global : here ? local : undefined;
  if (setting.value === "") {
    level?.delete(setting.name);
    if (setting.scope === undefined) global.delete(setting.name);
  } else level?.set(setting.name, setting.value);
}

function applyOptions(command: Command, local: Level): void {
  const args = readArgs(command.args, VALUED);
  if (hasOption(args, "--path")) local.set("BUNDLE_PATH", optionText(args, "--path"));
  if (hasOption(args, "--system")) {
    local.delete("BUNDLE_PATH");
    local.set("BUNDLE_PATH__SYSTEM", "true");
  }
  if (hasOption(args, "--deployment")) local.set("BUNDLE_DEPLOYMENT", "true");
  if (hasOption(args, "--frozen")) local.set("BUNDLE_FROZEN", "true");
}

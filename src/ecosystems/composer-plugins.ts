import semver from "semver";
import type { Context } from "../context/context.js";
import type { ComposerProject, LockedPackage } from "./composer-json.js";
import type { InputsRefusal } from "./ecosystem.js";

/**
 * Plugins that do their work again at every install from what is installed by then, so that of two installs the last one decides
 * (their sources). The value names the file of the project that they look for at an install; "": none.
 */
const REPEATABLE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "composer/installers": "",
    "composer/package-versions-deprecated": "",
    "dealerdirect/phpcodesniffer-composer-installer": "ruleset.xml",
    "ergebnis/composer-normalize": "",
    "infection/extension-installer": "",
    "ocramius/package-versions": "",
    "pestphp/pest-plugin": "",
    "php-http/discovery": "",
    "phpstan/extension-installer": "",
    "symfony/flex": ".env.dist",
    "symfony/runtime": "",
    "veewee/composer-run-parallel": "",
  }),
);

/** They change the project after an update, which an install without composer.lock is. */
const CHANGE_AT_UPDATE = new Set(["php-http/discovery", "symfony/flex"]);

/** Types of packages that composer/installers leaves in vendor. */
const IN_VENDOR =
  /^(?:library|project|metapackage|composer-plugin|symfony-(?:bundle|bridge|mailer-bridge|notifier-bridge|pack)|phpcodesniffer-standard|(?:phpstan|infection|rector|psalm)-(?:extension|plugin))$/;

/**
 * The plugins that run at the install of these packages; or one that is not known to do no more than its part of the install. Without a lockfile
 * only those count that `allow-plugins` names: Composer 2.2 and later run no others.
 */
export function activePlugins(
  project: ComposerProject,
  packages: readonly LockedPackage[] | undefined,
): readonly string[] | InputsRefusal {
  const allowed = project.config["allow-plugins"];
  const allows = typeof allowed === "object" && allowed !== null ? Object.entries(allowed) : [];
  if (packages === undefined && (allowed === true || allows.some(([name, on]) => name.includes("*") && on === true)))
    return refuse(project.path, "allow-plugins lets every plugin run, and there is no composer.lock to name them");
  const denied = new Set(allows.flatMap(([name, on]) => (on === false ? [name] : [])));
  const plugins =
    packages?.filter(({ type }) => /^composer-(?:plugin|installer)$/.test(type)) ??
    allows.flatMap(([name, on]) => (on === true ? [{ name, version: "" }] : []));
  const active = allowed === false ? [] : plugins.filter(({ name }) => !denied.has(name));
  const source = packages === undefined ? project.path : project.lockPath;
  const strange = active.find(
    ({ name, version }) =>
      !REPEATABLE.has(name) ||
      (CHANGE_AT_UPDATE.has(name) && packages === undefined) ||
      (name === "symfony/flex" && appliesRecipes(version)),
  );
  if (strange !== undefined)
    return refuse(source, `the plugin ${strange.name} runs at the install and may read or write the project`);
  const names = active.map(({ name }) => name);
  if (!names.includes("composer/installers")) return names;
  const moved = packages?.find(({ type }) => !IN_VENDOR.test(type));
  if (packages !== undefined && moved === undefined) return names;
  return refuse(source, `composer/installers puts ${moved?.name ?? "packages"} elsewhere than into vendor`);
}

/** Since 1.18.5 and 2.1.6, Flex applies recipes only at an update. */
function appliesRecipes(version: string): boolean {
  const known = semver.coerce(version);
  return known === null || !semver.satisfies(known, ">=1.19.0 <2.0.0 || >=2.2.0");
}

/** A file of the project that one of the plugins looks for: "symfony/flex looks for .env.dist". */
export function lookedFor(plugins: readonly string[], context: Context): string | undefined {
  const names = new Map(plugins.map((plugin) => [REPEATABLE.get(plugin) ?? "", plugin]));
  names.delete("");
  if (names.size === 0) return undefined;
  for (const file of context.files()) {
    const plugin = names.get(file.slice(file.lastIndexOf("/") + 1));
    if (plugin !== undefined) return `the plugin ${plugin} looks for files like ${file}, which are source`;
  }
  return undefined;
}

const refuse = (path: string, reason: string): InputsRefusal => ({ code: "plugin", reason: `${path}: ${reason}` });

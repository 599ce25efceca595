import type { InputsRefusal, Site } from "./ecosystem.js";

/** Users of official images and their home directories (their published Dockerfiles). */
const HOMES: Readonly<Record<string, string>> = {
  root: "/root",
  node: "/home/node",
  bun: "/home/bun",
  gradle: "/home/gradle",
};

/** The home directory of the user in force; undefined when only the build knows: a base image that is not known may set any user. */
export function homeOf({ env, user }: Site): string | undefined {
  if (env.has("HOME")) return env.get("HOME");
  const name = user?.split(":")[0] ?? "";
  return Object.hasOwn(HOMES, name) ? HOMES[name] : undefined;
}

/** A path below the home directory; undefined when that is not known. */
export function belowHome(site: Site, path: string): string | undefined {
  const home = homeOf(site);
  return home === undefined ? undefined : `${home}/${path}`;
}

/** A path below the user's caches: `XDG_CACHE_HOME`, else ~/.cache (XDG Base Directory Specification). */
export function belowCacheHome(site: Site, path: string): string | undefined {
  const home = cacheDirectory(site, ["XDG_CACHE_HOME"], belowHome(site, ".cache"));
  return home === undefined ? undefined : `${home}/${path}`;
}

/** The value of the first of these variables that is set; `fallback` when none is. undefined: set, but not known. */
export function cacheDirectory(site: Site, names: readonly string[], fallback: string | undefined): string | undefined {
  const name = names.find((one) => site.env.has(one));
  const path = name === undefined ? fallback : site.env.get(name);
  return path?.startsWith("/") === true && !/[$*?\s]/.test(path) ? path : undefined;
}

/** Nothing tells where a tool keeps its cache. */
export const unknownCache = (label: string): InputsRefusal => ({
  code: "unknown-cache",
  reason: `where \`${label}\` keeps its cache is known only to the build`,
});

/** The command, or the environment, says that nothing is to be kept. */
export const undoneCache = (label: string, by: string): InputsRefusal => ({
  code: "cache-undone",
  reason: `\`${label}\` runs with ${by}: beside it a cache mount does nothing`,
});

/** The step cannot fetch by itself what an earlier one has left in the image: a cache may have been emptied since. */
export const neededCache = (label: string, by: string): InputsRefusal => ({
  code: "cache-needed",
  reason: `\`${label}\` (${by}) needs what an earlier step has left in the image, and a mounted cache may be empty`,
});

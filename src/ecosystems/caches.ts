import type { InputsRefusal, Site } from "./ecosystem.js";

/** Users of official images and their home directories (their published Dockerfiles). */
const HOMES: Readonly<Record<string, string>> = { root: "/root", node: "/home/node", bun: "/home/bun" };

/** The home directory of the user in force; undefined when only the build knows. A base image that is not known may set another user. */
export function homeOf({ env, user }: Site): string | undefined {
  if (env.has("HOME")) return env.get("HOME");
  const name = user?.split(":")[0] ?? "root";
  return Object.hasOwn(HOMES, name) ? HOMES[name] : undefined;
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

/** The command, or the environment, says that nothing is to be kept, or that what an earlier step kept must be there. */
export const undoneCache = (label: string, by: string): InputsRefusal => ({
  code: "cache-undone",
  reason: `\`${label}\` runs with ${by}, beside which a cache mount does nothing or harm`,
});

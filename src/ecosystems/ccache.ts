import type { Command } from "../shell/script.js";
import { belowCacheHome, cacheDirectory, unknownCache } from "./caches.js";
import type { CacheUser, Site } from "./ecosystem.js";

/** Programs that compile C, or run what does. */
const COMPILES = new Set("c++ cc cmake configure g++ gcc make meson ninja scons".split(" "));

/** The compiler cache for C and C++, where the build calls compilers through it. */
export const ccache: CacheUser = {
  name: "ccache",
  caches(command, site) {
    const { program = "" } = command;
    if (program !== "ccache" && !(COMPILES.has(program) && goesThrough(command, site))) return undefined;
    // ccache 4 (manual, "Location of the cache"); older ones have ~/.ccache.
    const path = cacheDirectory(site, ["CCACHE_DIR"], belowCacheHome(site, "ccache"));
    return path === undefined ? unknownCache(program) : [{ path, holds: "builds" }];
  },
};

/** /usr/lib/ccache in PATH, `CC="ccache gcc"`, `-DCMAKE_C_COMPILER_LAUNCHER=ccache`. */
function goesThrough({ args }: Command, { env }: Site): boolean {
  if (/(?:^|[:/])ccache(?:[:/]|$)/.test(env.get("PATH") ?? "")) return true;
  const named = ["CC", "CXX", "CMAKE_C_COMPILER_LAUNCHER", "CMAKE_CXX_COMPILER_LAUNCHER"];
  return (
    named.some((name) => /\bccache\b/.test(env.get(name) ?? "")) ||
    args.some((word) => word.text.split("=").some((part) => /^["']?(?:\S*\/)?ccache\b/.test(part)))
  );
}

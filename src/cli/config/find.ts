import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { ConfigError } from "./error.js";

const NAMES = ["json", "jsonc", "yaml", "yml", "toml", "js", "mjs"].map((extension) => `dockopt.config.${extension}`);

const PACKAGE = "package.json";

/** package.json has other readers, and may be large; what is larger is none of ours. */
const MOST_BYTES = 1 << 20;

/** The configuration that a folder has; undefined: none. @throws ConfigError when there are two. */
export async function configIn(folder: string, cwd: string): Promise<string | undefined> {
  const names = namesIn(folder);
  const found = NAMES.filter((name) => names.includes(name));
  if (names.includes(PACKAGE) && (await isConfig(join(folder, PACKAGE)))) found.push(`${PACKAGE}#dockopt`);
  const [first, second] = found;
  if (first !== undefined && second !== undefined)
    throw new ConfigError(
      `${relative(cwd, join(folder, first))}: beside it is ${second}, and a folder has one configuration. Remove one.`,
    );
  return first === undefined ? undefined : join(folder, first.replace("#dockopt", ""));
}

/** The configuration of the files in a folder: the nearest one, up to the top of the repository, or else the working directory. */
export function createConfigFinder(cwd: string): (folder: string) => Promise<string | undefined> {
  const known = new Map<string, Promise<string | undefined>>();
  const find = (folder: string, top: string): Promise<string | undefined> => {
    const found = known.get(folder) ?? above(folder, top);
    known.set(folder, found);
    return found;
  };
  const above = async (folder: string, top: string): Promise<string | undefined> =>
    (await configIn(folder, cwd)) ?? (folder === top ? undefined : await find(dirname(folder), top));
  return (folder) => find(resolve(cwd, folder), topOf(resolve(cwd, folder), cwd));
}

function topOf(folder: string, cwd: string): string {
  for (let one = folder; ; one = dirname(one)) {
    if (existsSync(join(one, ".git"))) return one;
    if (one === dirname(one)) break;
  }
  return folder === cwd || folder.startsWith(cwd.endsWith(sep) ? cwd : cwd + sep) ? cwd : folder;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // What is wrong with the folder is told where its files are read.
    return [];
  }
}

/** Has this package.json a configuration? One that is broken counts where it looks like it. */
async function isConfig(path: string): Promise<boolean> {
  const text = readable(path);
  if (text === undefined || !/"dockopt"\s*:/.test(text)) return false;
  const { parsePackage } = await import("../../config/json.js");
  const parsed = parsePackage(text);
  return parsed !== undefined && ("tree" in parsed || /"dockopt"\s*:\s*\{/.test(text));
}

function readable(path: string): string | undefined {
  try {
    const stat = statSync(path);
    return stat.isFile() && stat.size <= MOST_BYTES ? readFileSync(path, "utf8") : undefined;
  } catch {
    return undefined;
  }
}

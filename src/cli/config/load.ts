import { readFileSync, statSync } from "node:fs";
import { basename, dirname, extname, relative, resolve } from "node:path";
import { parseJson, parsePackage } from "../../config/json.js";
import { LEAVES, type Configuration, type Settings } from "../../config/settings.js";
import { scriptTree } from "../../config/script.js";
import { parseToml } from "../../config/toml.js";
import { inOrder, unknownTransforms, validate } from "../../config/validate.js";
import { locate, type Parsed, type Position, type Problem, type Tree } from "../../config/tree.js";
import { parseYaml } from "../../config/yaml.js";
import { UsageError } from "../exit.js";
import { ConfigError } from "./error.js";
import { runProgram } from "./program.js";

/** More than any configuration has. */
const MOST_BYTES = 1 << 20;

/** A configuration as it is in force: its paths are absolute. */
export interface LoadedConfig {
  /** As people see it from the working directory. */
  readonly shown: string;
  readonly folder: string;
  readonly configuration: Configuration;
  readonly place: (keys: readonly (string | number)[]) => Position & { readonly path: string };
}

/**
 * Reads a configuration. One that is a program (.js, .mjs) is run. `namesWith`: the transforms there are along with plug-ins, which are
 * loaded for that, packages from the folder. @throws ConfigError with all that is wrong.
 */
export async function loadConfig(
  path: string,
  cwd: string,
  namesWith: (plugins: readonly string[], folder: string) => Promise<readonly string[]>,
): Promise<LoadedConfig> {
  const shown = relative(cwd, path) || path;
  const parsed = await parseFile(path, shown);
  if ("problems" in parsed) throw configError(shown, parsed.problems);
  // All comments, as dockopt init writes it.
  const tree =
    parsed.tree.kind === "scalar" && parsed.tree.value === null
      ? ({ kind: "map", entries: [], at: parsed.tree.at } as const)
      : parsed.tree;
  const folder = dirname(path);
  const read = validate(tree, await namesWith([], folder));
  const configuration = "problems" in read ? undefined : absolute(read.configuration, folder);
  const known = await namesWith(configuration?.plugins ?? [], folder).catch((error: unknown) => {
    if (!(error instanceof UsageError)) throw error;
    throw configError(shown, [{ ...locate(tree, ["plugins"]), message: error.message }]);
  });
  // Which names there are is not known while the plug-ins are not.
  const named = configuration === undefined && mentionsPlugins(tree) ? [] : unknownTransforms(tree, known);
  const problems = inOrder([...("problems" in read ? read.problems : []), ...named]);
  if (configuration === undefined || problems.length > 0) throw configError(shown, problems);
  return {
    shown,
    folder,
    configuration,
    place: (keys) => ({ path: shown, ...locate(tree, keys) }),
  };
}

function configError(shown: string, problems: readonly Problem[]): ConfigError {
  return new ConfigError(
    problems.map(({ line, column, message }) => `${shown}:${line}:${column}: ${message}`).join("\n"),
  );
}

const mentionsPlugins = (tree: Tree): boolean =>
  tree.kind === "map" && tree.entries.some(({ key }) => key === "plugins");

async function parseFile(path: string, shown: string): Promise<Parsed> {
  const text = readText(path, shown);
  try {
    if (basename(path) === "package.json") return parsePackage(text) ?? noKey(shown);
    switch (extname(path)) {
      case ".json":
      case ".jsonc":
        return parseJson(text);
      case ".yaml":
      case ".yml":
        return parseYaml(text);
      case ".toml":
        return parseToml(text);
      case ".js":
      case ".mjs":
        return scriptTree(await runProgram(path, shown), text);
      default:
        throw new ConfigError(
          `${shown}: configurations end with .json, .jsonc, .yaml, .yml, .toml, .js or .mjs. Rename it.`,
        );
    }
  } catch (error) {
    // The parsers call themselves for what lies in something else.
    if (error instanceof RangeError) throw new ConfigError(`${shown}: it is nested too deeply for a configuration.`);
    throw error;
  }
}

function noKey(shown: string): never {
  throw new ConfigError(`${shown}: it has no "dockopt". Put the settings below this key, or name another file.`);
}

function readText(path: string, shown: string): string {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) throw new ConfigError(`${shown}: it is no file. Name a configuration.`);
    if (stat.size > MOST_BYTES)
      throw new ConfigError(`${shown}: it has ${stat.size} bytes, and a configuration at most ${MOST_BYTES}.`);
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    if (error instanceof TypeError)
      throw new ConfigError(`${shown}: it is not UTF-8. Convert it, for example with iconv.`);
    const why = error instanceof Error ? error.message.replace(/, .*$/, "") : String(error);
    throw new ConfigError(`${shown}: it cannot be read (${why}). Check the path and its permissions.`);
  }
}

/** Paths of a configuration start at its folder. */
function absolute(configuration: Configuration, folder: string): Configuration {
  const { overrides } = configuration;
  return {
    ...absoluteSettings(configuration, folder),
    ...(overrides && { overrides: overrides.map((one) => ({ ...absoluteSettings(one, folder), files: one.files })) }),
  };
}

function absoluteSettings<T extends Settings>(settings: T, folder: string): T {
  const own = Object.entries(settings as Readonly<Record<string, unknown>>).map(([name, value]) => {
    const kind = LEAVES.find(({ keys }) => keys.length === 1 && keys[0] === name)?.setting.kind;
    if (kind === "path") return [name, resolve(folder, String(value))] as const;
    // Packages are called by their names.
    if (kind === "modules")
      return [
        name,
        (value as readonly string[]).map((one) => (/^\.{0,2}\//.test(one) ? resolve(folder, one) : one)),
      ] as const;
    return [name, value] as const;
  });
  return Object.fromEntries(own) as T;
}

import { readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { matchesFile } from "../config/globs.js";
import { inForce, nameOrigin, originOf, select, type Layer, type Origin } from "../config/resolve.js";
import type { SettingsInForce } from "../config/settings.js";
import type { Options } from "../engine/run.js";
import { builderNamed } from "../facts/cost/evidence.js";
import { readTimings, type Timings } from "../facts/cost/timings.js";
import type { GivenContext } from "../project/contexts.js";
import type { Transform } from "../transform.js";
import { transforms as ownTransforms } from "../../transforms/index.js";
import type { Given } from "./arguments.js";
import { UsageError } from "./exit.js";
import type { Admitted } from "../plugins/admit.js";
import type { WantedPlugin } from "./plugins.js";
import { commandLine } from "./config/command-line.js";
import type { LoadedConfig } from "./config/load.js";
import { ConfigError } from "./config/error.js";

/** What is in force for a Dockerfile. */
export interface FileSettings {
  readonly values: SettingsInForce;
  readonly engine: Options;
  /** Its build context where one is set. */
  readonly context: GivenContext | undefined;
  /** Who says that it is left alone: "dockopt.config.yaml:4:9"; undefined: nobody. */
  readonly ignoredBy: string | undefined;
  /** The configuration's path as people see it from the working directory. */
  readonly config: string | undefined;
  /** Who has said what, the weakest first. */
  readonly layers: readonly Layer[];
  /** All transforms there are, those that do not run included. */
  readonly known: readonly Transform[];
}

/** Gives each Dockerfile its settings: command line, then override, then configuration, then default. */
export interface SettingsSource {
  /** `dockerfile`: relative to the working directory; undefined: text of which nobody knows where it belongs. @throws UsageError */
  for(dockerfile: string | undefined): Promise<FileSettings>;
}

/** The settings of a command. Configurations are looked for, and what reads them is loaded, when a file is asked about. */
export function openSettings(given: Given, cwd: string): SettingsSource {
  const named = given.text("config");
  const none = given.flag("config") === false;
  const configs = new Map<string, Promise<LoadedConfig>>();
  const made = new Map<string, FileSettings>();
  let finder: ((folder: string) => Promise<string | undefined>) | undefined;
  const pathFor = async (dockerfile: string): Promise<string | undefined> => {
    if (none) return undefined;
    if (named !== undefined) return resolve(cwd, named);
    finder ??= (await import("./config/find.js")).createConfigFinder(cwd);
    return finder(dirname(resolve(cwd, dockerfile)));
  };
  const load = async (path: string): Promise<LoadedConfig> => {
    const { loadConfig } = await import("./config/load.js");
    return loadConfig(path, cwd, async (plugins, folder) => {
      const found = await pluginsOf(given, cwd, plugins, folder);
      return [...ownTransforms, ...(found?.transforms ?? [])].map(({ name }) => name);
    });
  };
  return {
    async for(dockerfile = "Dockerfile") {
      const path = await pathFor(dockerfile);
      if (path !== undefined && !configs.has(path)) configs.set(path, load(path));
      const config = path === undefined ? undefined : await configs.get(path);
      const below = config && relative(config.folder, resolve(cwd, dockerfile)).split("\\").join("/");
      const layers = config === undefined || below === undefined ? [] : layersOf(config, below);
      // Same configuration, same overrides: the same settings.
      const key = JSON.stringify([path, ...layers.map(({ origin }) => nameOrigin(origin([])))]);
      const settings = made.get(key) ?? (await settingsFrom(layers, given, cwd, config));
      made.set(key, settings);
      const ignored = config?.configuration.ignore?.findIndex((pattern) => matchesFile(pattern, below ?? "")) ?? -1;
      return ignored < 0 || config === undefined
        ? settings
        : { ...settings, ignoredBy: nameOrigin(config.place(["ignore", ignored])) };
    },
  };
}

/** What the command line alone says, for repositories that are other people's. @throws UsageError */
export const settingsOf = (given: Given, cwd: string): Promise<FileSettings> => settingsFrom([], given, cwd, undefined);

/** A configuration, and its overrides that a file matches. `path`: from the configuration's folder. */
function layersOf({ configuration, place }: LoadedConfig, path: string): readonly Layer[] {
  const overrides = (configuration.overrides ?? []).flatMap((settings, index): readonly Layer[] =>
    settings.files.some((pattern) => matchesFile(pattern, path))
      ? [{ settings, origin: (keys) => place(["overrides", index, ...keys]) }]
      : [],
  );
  return [{ settings: configuration, origin: place }, ...overrides];
}

async function settingsFrom(
  configured: readonly Layer[],
  given: Given,
  cwd: string,
  config: LoadedConfig | undefined,
): Promise<FileSettings> {
  const plugins = await pluginsOf(given, cwd, config?.configuration.plugins, config?.folder);
  const known = [...ownTransforms, ...(plugins?.transforms ?? [])];
  const layers = [...configured, commandLine(given, cwd, inForce(configured), known)];
  const values = inForce(layers);
  const { safety, builder, thresholds, context, maxSeconds } = values;
  const selection = select(layers, known);
  const evidence = builderNamed(builder) ?? { builder: "buildkit" as const };
  return {
    values,
    engine: {
      transforms: known.filter(({ name }) => selection.get(name)?.runs === true),
      safety,
      maxSeconds,
      evidence: {
        ...evidence,
        thresholds,
        timings: readLog(values.timings, originOf(layers, ["timings"]), cwd),
        ...(plugins === undefined ? {} : { ecosystems: plugins.ecosystems }),
      },
    },
    context:
      context === undefined ? undefined : { folder: context, by: nameFor("context", originOf(layers, ["context"])) },
    ignoredBy: undefined,
    config: config?.shown,
    layers,
    known,
  };
}

/**
 * What the command line's plug-ins and those of a configuration bring; their modules are run. Files of a configuration are named by their
 * absolute paths, packages as they are found from its folder. @throws UsageError
 */
async function pluginsOf(
  given: Given,
  cwd: string,
  configured: readonly string[] = [],
  folder = cwd,
): Promise<Admitted | undefined> {
  const wanted: readonly WantedPlugin[] = [
    ...configured.map((spec) => ({ spec, folder, shown: `plug-in ${spec}` })),
    ...given.list("plugin").map((spec) => ({ spec, folder: cwd, shown: `--plugin ${spec}` })),
  ];
  return wanted.length === 0 ? undefined : (await import("./plugins.js")).loadPlugins(wanted);
}

/** How people are told of a setting: "--context", or where the configuration has it. */
const nameFor = (name: string, origin: Origin): string =>
  typeof origin === "string" ? `--${name}` : nameOrigin(origin);

function readLog(file: string | undefined, origin: Origin, cwd: string): Timings | undefined {
  if (file === undefined) return undefined;
  const fail = (what: string): never => {
    const shown = relative(cwd, file) || file;
    if (typeof origin === "string") throw new UsageError(`--timings ${shown}: ${what}`);
    throw new ConfigError(`${nameOrigin(origin)}: timings: ${shown}: ${what}`);
  };
  let log: string;
  try {
    log = readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    return fail(
      `it cannot be read (${error instanceof Error ? error.message.replace(/, .*$/, "") : String(error)}). Check the path.`,
    );
  }
  return (
    readTimings(log) ??
    fail("no step of a build is in it. Give the output of docker build --progress=plain --no-cache.")
  );
}

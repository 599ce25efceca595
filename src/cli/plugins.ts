import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { admit, type Admitted, type Candidate } from "../plugins/admit.js";
import { PluginError } from "../plugins/shape.js";
import { UsageError } from "./exit.js";

/** A plug-in as it is asked for: a path that begins with "." or "/", or a package's name; and the folder from which that is meant. */
export interface WantedPlugin {
  readonly spec: string;
  readonly folder: string;
  /** How people are told of it: "--plugin ./mine.js". */
  readonly shown: string;
}

/** Runs the modules of plug-ins, which may do whatever their authors like, and takes what they export. @throws UsageError */
export async function loadPlugins(wanted: readonly WantedPlugin[]): Promise<Admitted> {
  const found = new Map<string, WantedPlugin>();
  for (const one of wanted) found.set(locate(one), one);
  const candidates: Candidate[] = [];
  for (const [path, { spec, shown }] of found)
    candidates.push({ plugin: await importDefault(path, shown), from: spec });
  try {
    return admit(candidates);
  } catch (error) {
    if (error instanceof PluginError) throw new UsageError(error.message);
    throw error;
  }
}

/** The file of a plug-in; absolute. @throws UsageError */
function locate({ spec, folder, shown }: WantedPlugin): string {
  if (/^\.{1,2}[/\\]/.test(spec) || isAbsolute(spec)) {
    const path = resolve(folder, spec);
    if (!existsSync(path)) throw new UsageError(`${shown}: there is no such file (${path}).`);
    return path;
  }
  try {
    return createRequire(join(folder, "package.json")).resolve(spec);
  } catch (error) {
    const path = codeOf(error) === "ERR_PACKAGE_PATH_NOT_EXPORTED" ? importEntry(spec, folder) : undefined;
    if (path !== undefined) return path;
    const file = existsSync(resolve(folder, spec))
      ? ` For the file, write ./${spec}.`
      : " Install it there, or give a path (./mine.js).";
    throw new UsageError(`${shown}: ${folder} has no package of that name.${file}`);
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);

/** `require.resolve` does not see what a package offers to `import` alone. Only its main entry is looked for. */
function importEntry(name: string, folder: string): string | undefined {
  for (let directory = resolve(folder); ; directory = dirname(directory)) {
    const manifest = join(directory, "node_modules", name, "package.json");
    if (existsSync(manifest)) {
      const { exports } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly exports?: unknown };
      const entry = entryOf(exports);
      return entry === undefined ? undefined : join(dirname(manifest), entry);
    }
    if (directory === dirname(directory)) return undefined;
  }
}

/** Node's order: the first condition that holds. */
function entryOf(exports: unknown): string | undefined {
  if (typeof exports === "string") return exports;
  if (typeof exports !== "object" || exports === null) return undefined;
  const holding = Object.entries(exports).find(([key]) =>
    [".", "node", "import", "module-sync", "default"].includes(key),
  );
  return holding === undefined ? undefined : entryOf(holding[1]);
}

/** @throws UsageError */
async function importDefault(path: string, shown: string): Promise<unknown> {
  try {
    const module = (await import(pathToFileURL(path).href)) as { readonly default?: unknown };
    // A module that a compiler made of `export default` for `require`.
    const inner = module.default as { readonly __esModule?: unknown; readonly default?: unknown } | undefined;
    return inner?.__esModule === true ? inner.default : module.default;
  } catch (error) {
    throw new UsageError(`${shown}: ${whyNot(error, path)}`);
  }
}

function whyNot(error: unknown, path: string): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  switch (codeOf(error)) {
    case "ERR_UNKNOWN_FILE_EXTENSION":
      return `this Node.js cannot run ${path}. Compile it, and give the .js file.`;
    case "ERR_MODULE_NOT_FOUND":
      return /'dockopt(?:\/[\w-]+)?'/.test(text)
        ? "it imports dockopt, which is not installed where it lies. Install it there, or export a plain object."
        : `it imports what is not there (${text.split("\n")[0] ?? ""}).`;
    default:
      return `it cannot be loaded: ${text}`;
  }
}

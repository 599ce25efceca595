import type { Context } from "../../context/context.js";

/** Something in the context that commands may run. */
export interface Script {
  /** For messages: a path, or `package.json: build`. */
  readonly where: string;
  read(): ReturnType<Context["read"]>;
}

export interface Scripts {
  /** What tools read without being told. */
  readonly always: readonly Script[];
  /** By the words that a command calls them by. */
  readonly named: ReadonlyMap<string, readonly Script[]>;
}

const SCRIPT = /\.(?:sh|bash|ps1|py|rb|pl|php|[cm]?jsx?|[cm]?tsx?|mk|cmake|gradle|kts)$|^[^.]+$/;
const CONFIGURATION =
  /^(?:pyproject\.toml|setup\.(?:py|cfg)|Cargo\.toml|build\.rs|pom\.xml|(?:build|settings)\.gradle(?:\.kts)?|gradle\.properties|CMakeLists\.txt|meson\.build|mkdocs\.ya?ml|hugo\.\w+|Directory\.Build\.\w+)$|\.(?:gemspec|[cfv]s?b?proj)$|[.-]config\.[cm]?[jt]s$/;

/** Every script that the builder sees. `skip`: paths that are not entered. */
export function scriptsOf(context: Context, skip: ReadonlySet<string>): Scripts {
  const always: Script[] = [];
  const named = new Map<string, Script[]>();
  const add = (script: Script, names: readonly string[]): void => {
    for (const name of names) {
      const known = named.get(name);
      if (known === undefined) named.set(name, [script]);
      else known.push(script);
    }
  };
  const enter = (directory: string): void => {
    for (const name of context.list(directory)) {
      const path = directory === "" ? name : `${directory}/${name}`;
      if (skip.has(path)) continue;
      if (context.kind(path) === "directory") enter(path);
      else if (name === "package.json") for (const [script, names] of packageScripts(path, context)) add(script, names);
      else if (CONFIGURATION.test(name)) always.push({ where: path, read: () => context.read(path) });
      else if (SCRIPT.test(name)) add({ where: path, read: () => context.read(path) }, namesOf(path, name));
    }
  };
  enter("");
  return { always, named };
}

/** A file goes by its name, with or without its extension; `lib/index.js` is `lib`, and every makefile `make`. */
function namesOf(path: string, name: string): readonly string[] {
  const stem = name.replace(/(?<=.)\.[^.]+$/, "");
  const folder = path.split("/").at(-2);
  const whole = /^(?:index|__init__|__main__|mod)$/.test(stem) && folder !== undefined ? [folder] : [];
  return [...new Set([name, stem, ...whole, ...(/^(?:GNU)?[Mm]akefile$|\.mk$/.test(name) ? ["make"] : [])])];
}

/** Scripts that an install runs by itself. */
const BY_ITSELF = /^(?:pre|post)?(?:install|prepare)$/;
const MANAGERS = ["npm", "yarn", "pnpm", "bun"];

function packageScripts(path: string, context: Context): readonly (readonly [Script, readonly string[]])[] {
  const read = context.read(path);
  if ("problem" in read) return [[{ where: path, read: () => read }, MANAGERS]];
  let scripts: unknown;
  try {
    scripts = (JSON.parse(read.text) as { readonly scripts?: unknown } | null)?.scripts;
  } catch {
    return [[{ where: path, read: () => read }, MANAGERS]];
  }
  return Object.entries(scripts ?? {}).map(([key, text]) => {
    const names = [key, key.replace(/^(?:pre|post)/, ""), ...(BY_ITSELF.test(key) ? MANAGERS : [])];
    return [{ where: `${path}: ${key}`, read: () => ({ text: String(text) }) }, names];
  });
}

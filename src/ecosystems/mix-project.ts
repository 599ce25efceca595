import type { Context } from "../context/context.js";
import type { InputsRefusal } from "./ecosystem.js";
import { filesRead, folderOf, pathIn, scriptAt, within, type Dialect, type Read, type Script } from "./script-reads.js";

/** Elixir as mix.exs and config files are written in it. */
const ELIXIR: Dialect = {
  language: "elixir",
  suspicious: new RegExp(
    [
      String.raw`(?<![\w.:@])(?:File|Code|EEx|Port|Mix\.Task|Config\.Reader)\.\w+`,
      String.raw`(?<!\w)(?:System\.(?:cmd|shell|find_executable)|Path\.wildcard|Mix\.install)\b`,
      String.raw`(?<!\w):(?:os|file|filelib|prim_file|erl_eval|code|epp)\.\w+`,
      String.raw`(?<![\w.:@])(?:import_config|import_file|apply)\b(?!:)`,
    ].join("|"),
    "g",
  ),
  harmless: /Code\.(?:ensure_\w+\??!?|compiler_options|put_compiler_option)|File\.cwd!?/,
  reads: /File\.(?:read|stream)!?|Code\.(?:require_file|eval_file|compile_file)|import_config/,
  probes: /File\.(?:exists|regular)\?/,
};

/** What a Mix project reads before it has its dependencies. */
export interface MixProject {
  /** Context paths, its mix.exs first, without the lockfile. */
  readonly paths: readonly string[];
  readonly lock: string;
  /** Lockfile, and folders of what it fetches and builds, relative to its own. */
  readonly written: { readonly lock: string; readonly deps: string; readonly build: string };
  /** It holds other projects, as an umbrella or by `path:`; the first of them. */
  readonly local: string | undefined;
  /** What it asks for, by name; undefined: that cannot be told from its text. */
  readonly packages: readonly (readonly [string, Wanted])[] | undefined;
}

/** A version of a package ("~> 1.7"), or a git repository with the options that a lockfile repeats (`tag: "v1"`). */
export type Wanted = { readonly version: string } | { readonly git: string; readonly options: ReadonlySet<string> };

/** `environment`: MIX_ENV; undefined when only the build knows. */
export function readMixProject(
  manifest: string,
  environment: string | undefined,
  context: Context,
): MixProject | InputsRefusal {
  const seen = new Map<string, Script>();
  const refusal = visit(manifest, context, seen);
  if (refusal !== undefined) return refusal;
  const own = seen.get(manifest);
  if (own === undefined) return { code: "no-manifest", reason: `${manifest} is not in the build context` };
  const [config, lock, deps, build] = [
    optionIn(own, "config_path", "config/config.exs"),
    optionIn(own, "lockfile", "mix.lock"),
    optionIn(own, "deps_path", "deps"),
    optionIn(own, "build_path", "_build"),
  ];
  const [configPath, lockPath] = [config, lock].map((path) => path && within(own.folder, path));
  if (
    configPath === undefined ||
    lock === undefined ||
    lockPath === undefined ||
    deps === undefined ||
    build === undefined
  )
    return {
      code: "reads-files",
      reason: `${manifest}: a path in it cannot be told, or leads out of the build context`,
    };
  const files = configInputs(configPath, own.folder, environment, context, new Set());
  if ("reason" in files) return files;
  const read: string[] = [];
  for (const script of seen.values()) {
    const found = filesRead(script, context);
    if ("reason" in found) return found;
    read.push(script.path, ...found);
  }
  const [, ...local] = seen.keys();
  const packages = [...seen.values()].map(packagesOf);
  return {
    paths: [manifest, ...[...new Set([...read, ...files])].filter((path) => path !== manifest).sort()],
    lock: lockPath,
    written: { lock, deps, build },
    local: local[0],
    packages: packages.some((one) => one === undefined) ? undefined : packages.flatMap((one) => [...(one ?? [])]),
  };
}

/** The text of an option of project/0, or `usual` when it is not there; undefined when it is no plain string. */
function optionIn({ text, code }: Script, name: string, usual: string): string | undefined {
  const found = new RegExp(String.raw`(?<![\w:])${name}:\s*`).exec(code);
  if (found === null) return usual;
  return /^"([^"#\\]*)"/.exec(text.slice(found.index + found[0].length))?.[1];
}

/** A project and those that it holds: `apps_path:` of an umbrella, dependencies with `path:` or `in_umbrella:`. */
function visit(manifest: string, context: Context, seen: Map<string, Script>): InputsRefusal | undefined {
  if (seen.has(manifest)) return undefined;
  const folder = folderOf(manifest);
  const script = scriptAt(manifest, folder, ELIXIR, context);
  if ("reason" in script) return script;
  seen.set(manifest, script);
  const folders = heldFolders(script, context);
  if ("reason" in folders) return folders;
  for (const one of folders) {
    const path = one === "" ? "mix.exs" : `${one}/mix.exs`;
    if (context.kind(path) !== "file")
      return { code: "local-dependency", reason: `${manifest}: ${path} is not in the build context` };
    const refusal = visit(path, context, seen);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

function heldFolders(script: Script, context: Context): readonly string[] | InputsRefusal {
  const { path, folder, text, code } = script;
  const apps = optionIn(script, "apps_path", "");
  const base = apps === undefined ? undefined : within(folder, apps);
  const unknown = (offset: number): InputsRefusal => ({
    code: "local-dependency",
    reason: `${path}:${script.lineAt(offset)}: where a local project lies cannot be told`,
  });
  if (base === undefined) return unknown(code.indexOf("apps_path"));
  const repository = /\bgit:\s*"(?:\/|\.|file:)/.exec(text);
  if (repository !== null) return unknown(repository.index);
  const folders = apps === "" ? [] : context.list(base).map((name) => `${base}/${name}`);
  const held = folders.filter((one) => context.kind(`${one}/mix.exs`) === "file");
  for (const { index, 0: whole } of code.matchAll(/\{\s*:\w+\s*,[^{}]*?(?<![\w:])path:\s*/g)) {
    const local = pathIn(text.slice(index + whole.length), script);
    if (local === undefined) return unknown(index);
    held.push(local);
  }
  for (const { 1: name = "" } of code.matchAll(/\{\s*:(\w+)\s*,[^{}]*\bin_umbrella:\s*true/g)) {
    const sibling = within(folder, `../${name}`);
    if (sibling === undefined) return unknown(code.indexOf("in_umbrella"));
    held.push(sibling);
  }
  return held;
}

/** Every task loads the configuration first (measured, Elixir 1.14): config.exs and what it imports. */
function configInputs(
  path: string,
  workingFolder: string,
  environment: string | undefined,
  context: Context,
  seen: Set<string>,
): readonly string[] | InputsRefusal {
  if (seen.has(path) || context.kind(path) !== "file") return [];
  seen.add(path);
  const script = scriptAt(path, workingFolder, ELIXIR, context);
  if ("reason" in script) return script;
  const imported: string[] = [];
  const plain = filesRead(script, context, (read) => {
    const files = importedBy(read, script, environment, context);
    if (files !== undefined) imported.push(...files);
    return files !== undefined;
  });
  if ("reason" in plain) return plain;
  const paths = [path, ...plain];
  for (const one of imported) {
    const found = configInputs(one, workingFolder, environment, context, seen);
    if ("reason" in found) return found;
    paths.push(...found);
  }
  return paths;
}

/** `import_config "#{config_env()}.exs"`: relative to its file. When the environment is not known, all that it may be. */
function importedBy(
  { call, offset }: Read,
  { text, folder }: Script,
  environment: string | undefined,
  context: Context,
): readonly string[] | undefined {
  if (!call.startsWith("import_config")) return undefined;
  const [, written] = /^import_config[\s(]+"([^"]*)"/.exec(text.slice(offset)) ?? [];
  const name = written?.replace(/#\{\s*(?:config_env\(\)|Mix\.env(?:\(\))?)\s*\}/g, environment ?? "*");
  const path = name === undefined || name.includes("#{") ? undefined : within(folder, name);
  // No environment has the name of the file that is read when a release starts.
  return path === undefined ? undefined : context.match(path).filter((one) => !one.endsWith("/runtime.exs"));
}

/** The packages that deps/0 lists; undefined where it is more than a plain list of them. */
function packagesOf({ text, code }: Script): ReadonlyMap<string, Wanted> | undefined {
  const start = /\bdefp?\s+deps(?:\(\))?\s*(?:do\b|,\s*do:)|(?<![\w:])deps:\s*(?=\[)/.exec(code);
  if (start === null) return /(?<![\w:])deps:/.test(code) ? undefined : new Map();
  const from = start.index + start[0].length;
  const end = /\n[ \t]*(?:end\b|defp?\s|@)|\][ \t\r]*(?=\n)/.exec(code.slice(from));
  const body = code.slice(from, end === null ? code.length : from + end.index);
  const packages = new Map<string, Wanted>();
  let rest = body;
  for (const { 0: tuple, 1: name = "", index } of body.matchAll(/\{\s*:(\w+)\s*,[^{}]*\}/g)) {
    rest = rest.replace(tuple, "");
    if (/\b(?:path|in_umbrella):/.test(tuple)) continue;
    const written = text.slice(from + index, from + index + tuple.length);
    const wanted = /\b(?:git|github):/.test(tuple) ? gitWanted(written) : versionWanted(written);
    if (wanted === undefined || /->|\b(?:if|case)\b/.test(tuple)) return undefined;
    packages.set(name, wanted);
  }
  return /^[\s,[\]]*$/.test(rest) ? packages : undefined;
}

function versionWanted(tuple: string): Wanted | undefined {
  const version = /^\{\s*:\w+\s*,\s*"([^"#]*)"/.exec(tuple)?.[1];
  return version === undefined ? undefined : { version };
}

/** `{:icons, github: "owner/icons", tag: "v2", depth: 1}`. */
function gitWanted(tuple: string): Wanted | undefined {
  const [, kind, url] = /\b(git|github):\s*"([^"#]*)"/.exec(tuple) ?? [];
  if (url === undefined) return undefined;
  const options = [...tuple.matchAll(/\b(branch|ref|tag|sparse|submodules|depth|subdir):\s*("[^"#]*"|\w+)/g)];
  return {
    git: kind === "github" ? `https://github.com/${url}.git` : url,
    options: new Set(options.map((option) => `${option[1] ?? ""}: ${option[2] ?? ""}`)),
  };
}

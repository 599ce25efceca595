import { parse as parseToml, TomlError } from "smol-toml";
import type { Context } from "../context/context.js";
import { resolvePath } from "../facts/paths.js";
import type { Command } from "../shell/script.js";
import type { Inputs, InputsRefusal, Install, Output, Site } from "./ecosystem.js";
import { whyMissing } from "./missing.js";
import { record } from "./package-json.js";

export type Table = Readonly<Record<string, unknown>>;

/** A file beside the install's directory, as a context path that is there. */
export function besideInstall(
  directory: string,
  name: string,
  label: string,
  site: Site,
  context: Context,
): { readonly path: string } | InputsRefusal {
  const image = resolvePath(directory, name);
  const path = image === undefined ? undefined : site.toContext(image);
  if (path === undefined)
    return { code: "no-manifest", reason: `\`${label}\` reads ${image ?? name}, which no COPY brings` };
  if (context.kind(path) === undefined)
    return { code: "no-manifest", reason: `\`${label}\` reads ${path}, but ${whyMissing(path, context)}` };
  return { path };
}

/** Those of the names that are in the context, beside the install's directory. */
export function presentBeside(directory: string, names: readonly string[], site: Site, context: Context): string[] {
  return names.flatMap((name) => {
    const image = resolvePath(directory, name);
    const path = image === undefined ? undefined : site.toContext(image);
    return path !== undefined && context.kind(path) !== undefined ? [path] : [];
  });
}

export function readToml(path: string, context: Context): { readonly table: Table } | InputsRefusal {
  const read = context.read(path);
  if ("problem" in read) return { code: "unreadable-manifest", reason: `${path}: ${read.problem}` };
  try {
    return { table: parseToml(read.text) };
  } catch (error) {
    const place = error instanceof TomlError ? `:${error.line}:${error.column}` : "";
    return { code: "unreadable-manifest", reason: `${path}${place}: it is not valid TOML` };
  }
}

/** The table at a dotted path; undefined when there is none. */
export function tableAt(root: Table, ...keys: readonly string[]): Table | undefined {
  let table: Table | undefined = root;
  for (const key of keys) table = table !== undefined && Object.hasOwn(table, key) ? record(table[key]) : undefined;
  return table;
}

/** A dependency with `path = ...` or `editable`, anywhere in these tables: "name = ../lib". */
export function pathDependency(tables: readonly (Table | undefined)[]): string | undefined {
  for (const table of tables) {
    for (const [name, spec] of Object.entries(table ?? {})) {
      for (const one of Array.isArray(spec) ? spec : [spec]) {
        const path = record(one)?.["path"];
        if (typeof path === "string") return `${name} = ${path}`;
      }
    }
  }
  return undefined;
}

/** PEP 508 requirements that name a local file: `lib @ file:///...`. */
export function fileRequirement(list: unknown): string | undefined {
  return Array.isArray(list)
    ? list.find((one): one is string => typeof one === "string" && /@\s*file:/.test(one))
    : undefined;
}

/** A virtual environment below the project, when something says that it is made there. */
export function projectVenv(directory: string, site: Site, name = ".venv"): Output[] {
  const path = resolvePath(directory, name);
  const context = path === undefined ? undefined : site.toContext(path);
  return path === undefined ? [] : [{ path, kind: "installed", ignorePattern: context ?? name }];
}

/** The same command without the project itself: its dependencies alone. The full command then only adds the project. */
export function withoutProject(install: Install, flag: string): NonNullable<Inputs["insert"]> {
  return { text: `${install.command.text.replace(/\s+/g, " ")} ${flag}`, directory: install.directory };
}

/** The virtual environment that the command works in: called by its path (`venv/bin/pip`), or in force by VIRTUAL_ENV or the first entry of PATH. */
export function activeVenv(site: Site, command?: Command): Output[] {
  const called = /^(.*)\/bin\/[^/]+$/.exec(command?.programPath ?? "")?.[1];
  const named =
    (called === undefined ? undefined : resolvePath(site.cwd, called)) ??
    site.env.get("VIRTUAL_ENV") ??
    /^([^:$]*)\/bin(?::|$)/.exec(site.env.get("PATH") ?? "")?.[1];
  if (named === undefined || !named.startsWith("/") || named.startsWith("/usr")) return [];
  const context = site.toContext(named);
  return [{ path: named, kind: "installed", ...(context === undefined ? {} : { ignorePattern: context }) }];
}

export function cleansPythonCaches(command: Command): boolean {
  const [verb, second] = command.args.map((word) => word.value);
  if (/^pip[\d.]*$/.test(command.program ?? "")) return verb === "cache";
  if (command.program === "poetry" || command.program === "uv" || command.program === "pdm")
    return verb === "cache" && ["clear", "clean", "prune"].includes(second ?? "");
  if (command.program === "pipenv") return verb === "--clear";
  if (command.program !== "rm") return false;
  const paths = command.args.filter((word) => !word.text.startsWith("-"));
  return (
    paths.length > 0 &&
    paths.every((word) =>
      /^["']?(?:~|\$HOME|\/root|\/home\/[\w-]+)\/\.cache|^\/tmp\/|^\$POETRY_CACHE_DIR|^\/var\/cache\//.test(word.text),
    )
  );
}

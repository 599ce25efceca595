import type { Context } from "../context/context.js";
import { isNestedDeeply } from "../context/nesting.js";
import type { InputsRefusal } from "./ecosystem.js";

/** What is read of a package.json; anything of an unexpected type counts as absent. */
export interface PackageJson {
  /** Context path of the file and of its folder ("" is the root). */
  readonly path: string;
  readonly folder: string;
  readonly name: string | undefined;
  readonly scripts: ReadonlyMap<string, string>;
  /** All dependency sections together, overrides and resolutions included. */
  readonly dependencies: ReadonlyMap<string, string>;
  /** The sections that a lockfile repeats for the root, by section name. */
  readonly sections: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly workspaces: readonly string[];
  readonly packageManager: string | undefined;
  /** Paths of `bin`, relative to the folder. */
  readonly bins: readonly string[];
  /** patchedDependencies of pnpm and bun: paths relative to the folder. */
  readonly patches: readonly string[];
  /** prisma.schema. */
  readonly prismaSchema: string | undefined;
}

/** Settings are small, and YAML takes long to be read: larger files are refused. */
const MOST_YAML = 1 << 20;

/** Why YAML is not read; undefined: it is. */
export function yamlProblem(text: string): string | undefined {
  if (text.length > MOST_YAML) return "it is larger than 1 MB";
  return isNestedDeeply(text) ? "it is nested too deep" : undefined;
}

const SECTIONS = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"] as const;

export function readPackageJson(path: string, context: Context): PackageJson | InputsRefusal {
  const read = readObject(path, context);
  if ("reason" in read) return read;
  const { root } = read;
  const sections = new Map(SECTIONS.map((name) => [name, strings(root[name])]));
  const pnpm = record(root["pnpm"]);
  const overrides = [root["overrides"], root["resolutions"], pnpm?.["overrides"]];
  const patched = [root["patchedDependencies"], pnpm?.["patchedDependencies"]];
  const bin = root["bin"];
  return {
    path,
    folder: path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "",
    name: text(root["name"]),
    scripts: strings(root["scripts"]),
    sections,
    dependencies: new Map([...sections.values(), ...overrides.map(deepStrings)].flatMap((one) => [...one])),
    workspaces: workspacePatterns(root["workspaces"]),
    packageManager: text(root["packageManager"]),
    bins: typeof bin === "string" ? [bin] : [...strings(bin).values()],
    patches: patched.flatMap((one) => [...strings(one).values()]),
    prismaSchema: text(record(root["prisma"])?.["schema"]),
  };
}

/** The object that a JSON file holds. */
export function readObject(
  path: string,
  context: Context,
): { readonly root: Readonly<Record<string, unknown>> } | InputsRefusal {
  const read = context.read(path);
  if ("problem" in read) return { code: "unreadable-manifest", reason: `${path}: ${read.problem}` };
  let json: unknown;
  try {
    json = JSON.parse(read.text.replace(/^\uFEFF/, ""));
  } catch (error) {
    return { code: "unreadable-manifest", reason: `${path}: it is not valid JSON (${jsonPlace(read.text, error)})` };
  }
  const root = record(json);
  return root === undefined ? { code: "unreadable-manifest", reason: `${path}: it holds no object` } : { root };
}

function jsonPlace(source: string, error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const position = /position (\d+)/.exec(message)?.[1];
  return position === undefined ? message : `line ${source.slice(0, Number(position)).split("\n").length}`;
}

export function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** Own entries with string values. */
export function strings(value: unknown): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(record(value) ?? {}).flatMap(([key, one]): [string, string][] =>
      typeof one === "string" ? [[key, one]] : [],
    ),
  );
}

/** overrides may nest one level per package. */
function deepStrings(value: unknown, depth = 0): ReadonlyMap<string, string> {
  const entries = Object.entries(record(value) ?? {});
  return new Map(
    entries.flatMap(([key, one]) =>
      typeof one === "string" ? [[key, one] as const] : depth < 20 ? [...deepStrings(one, depth + 1)] : [],
    ),
  );
}

function workspacePatterns(value: unknown): readonly string[] {
  const list: unknown = Array.isArray(value) ? value : record(value)?.["packages"];
  return Array.isArray(list) ? list.filter((one): one is string => typeof one === "string") : [];
}

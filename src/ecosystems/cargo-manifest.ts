import { resolvePath } from "../facts/paths.js";
import { record } from "./package-json.js";
import { tableAt, type Table } from "./python-project.js";

export interface Manifest {
  /** Context path of the Cargo.toml. */
  readonly path: string;
  /** Image path of its directory. */
  readonly directory: string;
  readonly table: Table;
}

/** What a package depends on, under the name that it has in the lockfile. */
export interface Dependency {
  readonly name: string;
  /** "1.2", ">=1, <3" */
  readonly requirement: string | undefined;
  /** Image path, when it is a directory. */
  readonly directory: string | undefined;
  /** Address and branch, tag or revision of a git repository. */
  readonly git: string | undefined;
  readonly reference: string | undefined;
  readonly optional: boolean;
  /** For tests and examples. */
  readonly dev: boolean;
}

export const packageOf = ({ table }: Manifest): Table | undefined => tableAt(table, "package");

/** What a package says of itself, or its workspace for it. */
export function inheritedField(manifest: Manifest, root: Manifest | undefined, key: string): unknown {
  const own = packageOf(manifest)?.[key];
  return record(own)?.["workspace"] === true ? tableAt(root?.table ?? {}, "workspace", "package")?.[key] : own;
}

const KINDS = ["dependencies", "dev-dependencies", "build-dependencies", "dev_dependencies", "build_dependencies"];

/** Dependencies of every kind and platform; `root` has what is inherited. */
export function dependenciesOf(manifest: Manifest, root: Manifest | undefined): readonly Dependency[] {
  const { table, directory } = manifest;
  const platforms = Object.values(tableAt(table, "target") ?? {}).map((one): Table => record(one) ?? {});
  const shared = tableAt(root?.table ?? {}, "workspace", "dependencies");
  return [table, ...platforms].flatMap((section) =>
    KINDS.flatMap((kind) =>
      Object.entries(tableAt(section, kind) ?? {}).map(([key, spec]): Dependency => {
        const inherits = root !== undefined && record(spec)?.["workspace"] === true;
        const optional = record(spec)?.["optional"] === true;
        return {
          ...(inherits ? readSpec(key, shared?.[key], root.directory) : readSpec(key, spec, directory)),
          optional,
          dev: kind.startsWith("dev"),
        };
      }),
    ),
  );
}

function readSpec(key: string, spec: unknown, base: string): Omit<Dependency, "optional" | "dev"> {
  const table = record(spec) ?? {};
  const at = (name: string): string | undefined => (typeof table[name] === "string" ? table[name] : undefined);
  const path = at("path");
  const reference = ["branch", "tag", "rev"].find((name) => at(name) !== undefined);
  return {
    name: at("package") ?? key,
    requirement: typeof spec === "string" ? spec : at("version"),
    directory: path === undefined ? undefined : (resolvePath(base, path) ?? path),
    git: at("git"),
    reference: reference === undefined ? undefined : `${reference}=${at(reference) ?? ""}`,
  };
}

/** Image paths of the directories that take the place of crates. */
export function patchesOf({ table, directory }: Manifest): readonly string[] {
  const sections = [...Object.values(tableAt(table, "patch") ?? {}), table["replace"]];
  return sections
    .flatMap((section) => Object.entries(record(section) ?? {}))
    .flatMap(([key, spec]) => readSpec(key, spec, directory).directory ?? []);
}

/** `[[bin]]`: the tables of a list; `[lib]`: the one. */
export function tablesAt(table: Table, key: string): readonly Table[] {
  const value = table[key];
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.flatMap((one): readonly Table[] => {
    const found = record(one);
    return found === undefined ? [] : [found];
  });
}

/** The strings of a list. */
export const texts = (list: unknown): readonly string[] =>
  Array.isArray(list) ? list.filter((one): one is string => typeof one === "string") : [];

const TARGETS = ["lib", "bin", "example", "test", "bench"];

/**
 * What of the source cargo wants to see before it fetches: the file of every target that has no path (measured, 1.65 and 1.95).
 * undefined: nothing.
 */
export function soughtInSource(manifest: Manifest): string | undefined {
  const { path, table } = manifest;
  const about = packageOf(manifest);
  if (about === undefined) return undefined;
  const targets = TARGETS.flatMap((kind) => tablesAt(table, kind).map((target) => ({ kind, target })));
  const bare = targets.find(({ target }) => typeof target["path"] !== "string");
  if (bare !== undefined) {
    const { name } = bare.target;
    return `${path} gives no path for its ${bare.kind}${typeof name === "string" ? ` ${name}` : ""}`;
  }
  if (targets.length === 0)
    return `${path} gives no path for any target, so that cargo looks for src/main.rs or src/lib.rs`;
  if (about["links"] !== undefined && about["build"] === undefined)
    return `${path} has \`links\`, so that cargo looks for build.rs`;
  const runs = about["default-run"];
  const given = targets.some(({ kind, target }) => kind === "bin" && target["name"] === runs);
  return runs === undefined || given ? undefined : `${path} gives no path for its default-run`;
}

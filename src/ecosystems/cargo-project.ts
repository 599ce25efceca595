import type { Context } from "../context/context.js";
import { clean } from "../context/go-match.js";
import { isWithin, parentOf, resolvePath } from "../facts/paths.js";
import { optionText, readArgs, type Args } from "../shell/args.js";
import type { Command } from "../shell/script.js";
import type { InputsRefusal, Site } from "./ecosystem.js";
import { record } from "./package-json.js";
import { besideInstall, presentBeside, readToml, tableAt, type Table } from "./python-project.js";
import { expand } from "./workspaces.js";

const VALUED =
  "-C --config --color -Z --manifest-path -p --package --exclude --bin --example --test --bench -F --features --target --target-dir --profile --message-format -j --jobs --root --path --git --branch --tag --rev --version --vers --registry --index --lockfile-path --artifact-dir --out-dir -s --sync";
const ALIASES: Readonly<Record<string, string>> = { b: "build", c: "check", d: "doc", r: "run", t: "test" };

/** A command of cargo, taken apart. */
export interface CargoCall {
  /** In full: "build". */
  readonly verb: string;
  /** "+nightly" */
  readonly toolchain: string | undefined;
  readonly args: Args;
  /** Words behind the verb. */
  readonly words: Args["words"];
  /** Image path that configuration is looked for from. */
  readonly directory: string;
  /** Image path that Cargo.toml is looked for from. */
  readonly project: string;
}

/** undefined: another program, or its directory is not known. */
export function readCall(command: Command, site: Site): CargoCall | undefined {
  // Another user has another CARGO_HOME.
  if (command.program !== "cargo" || command.wrappers.some((one) => /^(?:sudo|gosu|su-exec|xargs)$/.test(one)))
    return undefined;
  const args = readArgs(command.args, VALUED);
  const toolchain = args.words[0]?.text.startsWith("+") === true ? args.words[0].text : undefined;
  const [named, ...words] = args.words.slice(toolchain === undefined ? 0 : 1);
  const verb = named?.value;
  const changed = pathOption(args, site.cwd, "-C");
  if (verb === undefined || changed === undefined) return undefined;
  const manifest = pathOption(args, changed, "--manifest-path");
  if (manifest === undefined) return undefined;
  const folder = manifest === changed ? changed : parentOf(manifest);
  // `cargo install --path` works in that directory.
  const project = verb === "install" ? pathOption(args, folder, "--path") : folder;
  if (project === undefined) return undefined;
  const directory = verb === "install" ? project : changed;
  return { verb: ALIASES[verb] ?? verb, toolchain, args, words, directory, project };
}

/** The path that an option names, `base` when it is not given; undefined when only the build knows. */
function pathOption(args: Args, base: string, name: string): string | undefined {
  const given = args.options.some((option) => option.name === name);
  const text = given ? optionText(args, name) : "";
  return text === undefined ? undefined : resolvePath(base, text);
}

export interface Manifest {
  /** Context path of the Cargo.toml. */
  readonly path: string;
  /** Image path of its directory. */
  readonly directory: string;
  readonly table: Table;
}

export interface CargoProject {
  /** The manifest that cargo finds from where it runs. */
  readonly current: Manifest;
  /** The workspace's. */
  readonly root: Manifest;
  readonly members: readonly Manifest[];
  /** Every manifest that cargo reads before it downloads anything. */
  readonly manifests: readonly Manifest[];
  /** Something has to be downloaded. */
  readonly downloads: boolean;
}

interface Reading {
  readonly label: string;
  readonly site: Site;
  readonly context: Context;
  readonly seen: Map<string, Manifest>;
  downloads: boolean;
}

/** Every manifest that cargo reads (measured with strace, cargo 1.65 and 1.95), from the image directory `start` on. */
export function readProject(start: string, label: string, site: Site, context: Context): CargoProject | InputsRefusal {
  const reading: Reading = { label, site, context, seen: new Map(), downloads: false };
  const near = ancestors(start).find((one) => presentBeside(one, ["Cargo.toml"], site, context).length > 0) ?? start;
  const refusal = visit(near, reading);
  if (refusal !== undefined) return refusal;
  const current = reading.seen.get(near);
  if (current === undefined) throw new RangeError(`${near} has been read`);
  const root = rootOf(near, reading) ?? current;
  const listed = readListed(root, reading);
  if ("reason" in listed) return listed;
  const manifests = [...reading.seen.values()];
  const members = manifests.filter(
    (one) => tableAt(one.table, "package") !== undefined && (one === current || isMember(one, root, listed, reading)),
  );
  return { current, root, members, manifests, downloads: reading.downloads };
}

const ancestors = (directory: string): readonly string[] =>
  directory === "/" ? ["/"] : [directory, ...ancestors(parentOf(directory))];

/** Reads the manifest of a directory, those above it up to its workspace's, and those of the local packages it names. */
function visit(directory: string, reading: Reading): InputsRefusal | undefined {
  if (reading.seen.has(directory)) return undefined;
  const { label, site, context } = reading;
  const found = besideInstall(directory, "Cargo.toml", label, site, context);
  if ("reason" in found) return found;
  const read = readToml(found.path, context);
  if ("reason" in read) return read;
  const manifest = { path: found.path, directory, table: read.table };
  reading.seen.set(directory, manifest);
  // What a member inherits is known when its workspace has been read.
  return visitAll(above(manifest, reading), reading) ?? visitAll(localPackages(manifest, reading), reading);
}

function visitAll(directories: readonly string[], reading: Reading): InputsRefusal | undefined {
  for (const directory of directories) {
    const refusal = visit(directory, reading);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** cargo looks upwards for the workspace, and reads each manifest on the way. */
function above({ directory, table }: Manifest, { site, context }: Reading): readonly string[] {
  if (tableAt(table, "workspace") !== undefined) return [];
  const named = tableAt(table, "package")?.["workspace"];
  if (typeof named === "string") return [resolvePath(directory, named) ?? directory];
  const [next] = ancestors(directory)
    .slice(1)
    .filter((one) => presentBeside(one, ["Cargo.toml"], site, context).length > 0);
  return next === undefined ? [] : [next];
}

/** The nearest workspace at or above a directory that does not exclude it, of those that have been read. */
function rootOf(directory: string, { seen }: Reading): Manifest | undefined {
  const named = tableAt(seen.get(directory)?.table ?? {}, "package")?.["workspace"];
  const start = typeof named === "string" ? (resolvePath(directory, named) ?? directory) : directory;
  return ancestors(start)
    .flatMap((one) => seen.get(one) ?? [])
    .find((one) => tableAt(one.table, "workspace") !== undefined && !isExcluded(directory, one));
}

const KINDS = ["dependencies", "dev-dependencies", "build-dependencies", "dev_dependencies", "build_dependencies"];

/** Directories that the manifest names as dependencies; notes when it names others. */
function localPackages(manifest: Manifest, reading: Reading): readonly string[] {
  const { table, directory } = manifest;
  const sections = [
    table,
    ...Object.values(tableAt(table, "target") ?? {}).flatMap((one): readonly Table[] => [record(one) ?? {}]),
  ];
  const inherited = rootOf(directory, reading);
  const specs = sections
    .flatMap((section) => KINDS.flatMap((kind) => Object.entries(tableAt(section, kind) ?? {})))
    .map(([name, spec]): readonly [unknown, string] =>
      record(spec)?.["workspace"] === true && inherited !== undefined
        ? [tableAt(inherited.table, "workspace", "dependencies")?.[name], inherited.directory]
        : [spec, directory],
    );
  const patches = [...Object.values(tableAt(table, "patch") ?? {}), table["replace"]].flatMap((one) =>
    Object.values(record(one) ?? {}),
  );
  const local = ([spec, base]: readonly [unknown, string]): readonly string[] => {
    const path = record(spec)?.["path"];
    return typeof path === "string" ? [resolvePath(base, path) ?? path] : [];
  };
  reading.downloads ||= specs.some((spec) => local(spec).length === 0);
  return [...specs, ...patches.map((spec) => [spec, directory] as const)].flatMap(local);
}

/** Directories of the members that the workspace lists, after reading their manifests. */
function readListed(root: Manifest, reading: Reading): ReadonlySet<string> | InputsRefusal {
  const listed = new Set<string>();
  for (const pattern of strings(tableAt(root.table, "workspace")?.["members"])) {
    const folders = /[*?[]/.test(pattern)
      ? globbed(pattern, root, reading)
      : [resolvePath(root.directory, pattern) ?? pattern];
    if (folders === undefined)
      return { code: "workspace-pattern", reason: `${root.path}: the member \`${pattern}\` is not understood` };
    const refusal = visitAll(folders, reading);
    if (refusal !== undefined) return refusal;
    for (const folder of folders) listed.add(folder);
  }
  return listed;
}

/** What is excluded is no member by a pattern; undefined: the pattern is not understood, or its folders come from elsewhere. */
function globbed(pattern: string, root: Manifest, { site, context }: Reading): readonly string[] | undefined {
  const folder = parentOf(`/${root.path}`).slice(1);
  const fixed = clean(pattern.slice(0, pattern.search(/[^/]*[*?[]/)) || ".");
  const base = resolvePath(root.directory, fixed);
  const from = clean(`${folder === "" ? "." : folder}/${fixed}`).replace(/^\.$/, "");
  if (base === undefined || pattern.includes("[") || fixed.startsWith("..") || site.toContext(base) !== from)
    return undefined;
  return expand(folder, clean(pattern).split("/"), context)
    .filter((one) => context.kind(`${one}/Cargo.toml`) !== undefined)
    .flatMap((one) => resolvePath(root.directory, one.slice(folder === "" ? 0 : folder.length + 1)) ?? [])
    .filter((one) => !isExcluded(one, root));
}

/** What is listed by its full path is a member in any case. */
function isExcluded(directory: string, root: Manifest): boolean {
  const paths = (key: string): readonly string[] =>
    strings(tableAt(root.table, "workspace")?.[key]).flatMap((path) => resolvePath(root.directory, path) ?? []);
  return paths("exclude").some((path) => isWithin(directory, path)) && !paths("members").includes(directory);
}

/** Local dependencies below the workspace are members unasked. */
function isMember(one: Manifest, root: Manifest, listed: ReadonlySet<string>, reading: Reading): boolean {
  return (
    listed.has(one.directory) || (rootOf(one.directory, reading) === root && isWithin(one.directory, root.directory))
  );
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

export const strings = (list: unknown): readonly string[] =>
  Array.isArray(list) ? list.filter((one): one is string => typeof one === "string") : [];

/** A file of cargo's configuration. */
export interface CargoConfig {
  readonly path: string;
  /** Image path that its relative paths start from. */
  readonly base: string;
  readonly table: Table;
}

/** The configuration that holds in an image directory, the nearest first. Beside `config`, config.toml does not count. */
export function readConfigs(directory: string, site: Site, context: Context): readonly CargoConfig[] | InputsRefusal {
  const configs: CargoConfig[] = [];
  for (const base of ancestors(directory)) {
    const [path] = presentBeside(base, [".cargo/config", ".cargo/config.toml"], site, context);
    if (path === undefined) continue;
    const read = readToml(path, context);
    if ("reason" in read) return read;
    configs.push({ path, base, table: read.table });
  }
  return configs;
}

/** Files that choose the toolchain, from the directory upwards. */
export const toolchainFiles = (directory: string, site: Site, context: Context): readonly string[] =>
  ancestors(directory).flatMap((one) => presentBeside(one, ["rust-toolchain", "rust-toolchain.toml"], site, context));

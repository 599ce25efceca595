import type { Context } from "../context/context.js";
import { clean } from "../context/go-match.js";
import { isWithin, parentOf, resolvePath } from "../facts/paths.js";
import { optionText, readArgs, type Args } from "../shell/args.js";
import type { Command } from "../shell/script.js";
import type { InputsRefusal, Site } from "./ecosystem.js";
import { dependenciesOf, packageOf, patchesOf, texts, type Dependency, type Manifest } from "./cargo-manifest.js";
import { ancestors } from "./cargo-config.js";
import { besideInstall, presentBeside, readToml, tableAt } from "./python-project.js";
import { foldersMatching } from "./workspaces.js";

const VALUED =
  "-C --config --color -Z --manifest-path -p --package --exclude --bin --example --test --bench -F --features --target --target-dir --profile --message-format -j --jobs --root --path --git --branch --tag --rev --version --vers --registry --index --lockfile-path --artifact-dir --out-dir -s --sync";
const ALIASES: ReadonlyMap<string, string> = new Map(
  Object.entries({ b: "build", c: "check", d: "doc", r: "run", t: "test" }),
);

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
  return { verb: ALIASES.get(verb) ?? verb, toolchain, args, words, directory, project };
}

/** The path that an option names, `base` when it is not given; undefined when only the build knows. */
function pathOption(args: Args, base: string, name: string): string | undefined {
  const given = args.options.some((option) => option.name === name);
  const text = given ? optionText(args, name) : "";
  return text === undefined ? undefined : resolvePath(base, text);
}

export interface CargoProject {
  /** The manifest that cargo finds from where it runs. */
  readonly current: Manifest;
  /** The workspace's. */
  readonly root: Manifest;
  readonly members: readonly Manifest[];
  /** Every manifest that cargo reads before it downloads anything. */
  readonly manifests: readonly Manifest[];
  readonly dependencies: (manifest: Manifest) => readonly Dependency[];
}

interface Reading {
  readonly label: string;
  readonly site: Site;
  readonly context: Context;
  /** Manifests by image directory. */
  readonly seen: Map<string, Manifest>;
}

/** Every manifest that cargo reads (measured with strace, cargo 1.65 and 1.95), from the image directory `start` on. */
export function readProject(start: string, label: string, site: Site, context: Context): CargoProject | InputsRefusal {
  const reading: Reading = { label, site, context, seen: new Map() };
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
    (one) => packageOf(one) !== undefined && (one === current || isMember(one, root, listed, reading)),
  );
  const dependencies: CargoProject["dependencies"] = (one) => dependenciesOf(one, rootOf(one.directory, reading));
  return { current, root, members, manifests, dependencies };
}

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
  const refusal = visitAll(above(manifest, reading), reading);
  if (refusal !== undefined) return refusal;
  const named = dependenciesOf(manifest, rootOf(directory, reading)).flatMap((one) => one.directory ?? []);
  return visitAll([...named, ...patchesOf(manifest)], reading);
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

/** Directories of the members that the workspace lists, after reading their manifests. */
function readListed(root: Manifest, reading: Reading): ReadonlySet<string> | InputsRefusal {
  const listed = new Set<string>();
  for (const pattern of texts(tableAt(root.table, "workspace")?.["members"])) {
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
  const fixed = clean(pattern.slice(0, pattern.lastIndexOf("/", pattern.search(/[*?[]/)) + 1) || ".");
  const base = resolvePath(root.directory, fixed) ?? "";
  const from = clean(`${folder === "" ? "." : folder}/${fixed}`).replace(/^\.$/, "");
  if (pattern.includes("[") || fixed.startsWith("..") || (site.toContext(base) ?? from) !== from) return undefined;
  return foldersMatching(folder, clean(pattern).split("/"), context)
    .filter((one) => context.kind(`${one}/Cargo.toml`) !== undefined)
    .flatMap((one) => resolvePath(root.directory, one.slice(folder === "" ? 0 : folder.length + 1)) ?? [])
    .filter((one) => !isExcluded(one, root));
}

/** What is listed by its full path is a member in any case. */
function isExcluded(directory: string, root: Manifest): boolean {
  const paths = (key: string): readonly string[] =>
    texts(tableAt(root.table, "workspace")?.[key]).flatMap((path) => resolvePath(root.directory, path) ?? []);
  return paths("exclude").some((path) => isWithin(directory, path)) && !paths("members").includes(directory);
}

/** Local dependencies below the workspace are members unasked. */
function isMember(one: Manifest, root: Manifest, listed: ReadonlySet<string>, reading: Reading): boolean {
  return (
    listed.has(one.directory) || (rootOf(one.directory, reading) === root && isWithin(one.directory, root.directory))
  );
}

import type { Context } from "../context/context.js";
import { resolvePath } from "../facts/paths.js";
import { hasOption, optionText } from "../shell/args.js";
import type { Command } from "../shell/script.js";
import { readCall, readProject, type CargoCall, type CargoProject } from "./cargo-project.js";
import { readConfigs, type CargoConfig } from "./cargo-config.js";
import { inheritedField, packageOf, tablesAt, texts, type Manifest } from "./cargo-manifest.js";
import type { Site } from "./ecosystem.js";
import { presentBeside, tableAt } from "./python-project.js";

/** All that tells where a command of cargo builds. */
export interface Build {
  readonly call: CargoCall;
  readonly configs: readonly CargoConfig[];
  readonly project: CargoProject;
  readonly site: Site;
  readonly context: Context;
}

export function readBuild(command: Command, site: Site, context: Context): Build | undefined {
  const call = readCall(command, site);
  // `--config` may say anything, and beats the files.
  if (call === undefined || hasOption(call.args, "--config")) return undefined;
  const configs = readConfigs(call.directory, site, context);
  const project = readProject(call.project, `cargo ${call.verb}`, site, context);
  return "reason" in configs || "reason" in project ? undefined : { call, configs, project, site, context };
}

/** Image path of the directory that the command builds in; undefined when that cannot be told. */
export function cargoTarget(command: Command, site: Site, context: Context): string | undefined {
  const build = readBuild(command, site, context);
  return build === undefined ? undefined : targetOf(build);
}

/** An option, a variable, the configuration, the workspace's target/: the first that says it (measured, cargo 1.95). */
function targetOf({ call, configs, project, site }: Build): string | undefined {
  const setting = (key: string): CargoConfig | undefined =>
    configs.find(({ table }) => tableAt(table, "build")?.[key] !== undefined);
  if (site.env.has("CARGO_BUILD_BUILD_DIR") || setting("build-dir") !== undefined) return undefined;
  const variable = ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"].find((name) => site.env.has(name));
  const config = setting("target-dir");
  const [base, path] = hasOption(call.args, "--target-dir")
    ? [site.cwd, optionText(call.args, "--target-dir")]
    : variable !== undefined
      ? [site.cwd, site.env.get(variable)]
      : config !== undefined
        ? [config.base, tableAt(config.table, "build")?.["target-dir"]]
        : [project.root.directory, "target"];
  return typeof path === "string" && /^[\w./@+-]+$/.test(path) ? resolvePath(base, path) : undefined;
}

/** Built for tests and benchmarks, their names hold a hash. */
const HASHED = "--all-targets --example --examples --test --tests --bench --benches".split(" ");
const BUILDS_BINARIES = new Set(["build", "run", "rustc"]);
const BUILDS_NONE = new Set(["check", "clippy", "doc", "fetch", "install"]);

/**
 * Image paths of the executables that the command leaves below its target directory, when it succeeds; undefined when that cannot be told
 * from manifests, file names and options.
 */
export function builtBinaries(command: Command, site: Site, context: Context): readonly string[] | undefined {
  const build = readBuild(command, site, context);
  if (build === undefined || BUILDS_NONE.has(build.call.verb)) return build && [];
  const { call } = build;
  if (!BUILDS_BINARIES.has(call.verb) || hasOption(call.args, ...HASHED, "--artifact-dir", "--out-dir"))
    return undefined;
  const target = targetOf(build);
  const profile = profileOf(call);
  const triples = triplesOf(build);
  const names = namesOf(build);
  if (target === undefined || profile === undefined || triples === undefined || names === undefined) return undefined;
  return triples.flatMap((triple) =>
    names.map((name) => [target, ...(triple === "" ? [] : [triple]), profile, `${name}${suffixOf(triple)}`].join("/")),
  );
}

const PROFILE_DIRECTORIES: ReadonlyMap<string, string> = new Map(
  Object.entries({ dev: "debug", test: "debug", bench: "release" }),
);

function profileOf({ args }: CargoCall): string | undefined {
  if (hasOption(args, "--release", "-r")) return "release";
  if (!hasOption(args, "--profile")) return "debug";
  const name = optionText(args, "--profile");
  return name === undefined ? undefined : (PROFILE_DIRECTORIES.get(name) ?? name);
}

/** The directories of the platforms built for; "" for the builder's own, which has none. */
function triplesOf({ call, configs, site }: Build): readonly string[] | undefined {
  const given = call.args.options.filter((option) => option.name === "--target").map((option) => option.text);
  const variable = site.env.has("CARGO_BUILD_TARGET") ? [site.env.get("CARGO_BUILD_TARGET")] : undefined;
  const config = configs.map(({ table }) => tableAt(table, "build")?.["target"]).find((one) => one !== undefined);
  const configured = typeof config === "string" ? [config] : config === undefined ? undefined : texts(config);
  const triples = given.length > 0 ? given : (variable ?? configured ?? [""]);
  const known = triples.flatMap((one) => (one !== undefined && /^(?:[\w.]+-[\w.-]+)?$/.test(one) ? [one] : []));
  const odd = known.some((one) => one.endsWith(".json") || /^host-|emscripten/.test(one));
  return odd || known.length < triples.length ? undefined : known;
}

const suffixOf = (triple: string): string => (/windows/.test(triple) ? ".exe" : /^wasm/.test(triple) ? ".wasm" : "");

function namesOf(build: Build): readonly string[] | undefined {
  const { call } = build;
  const named = call.args.options.filter((option) => option.name === "--bin").map((option) => option.text);
  const packages = packagesOf(build);
  const binaries = packages?.flatMap((one) => binariesOf(one, build));
  if (binaries === undefined || named.some((name) => name === undefined)) return undefined;
  // What is named is built, or the build fails.
  if (named.length > 0) {
    const found = named.flatMap((name) =>
      name !== undefined && binaries.some((one) => one.name === name) ? [name] : [],
    );
    return found.length < named.length ? undefined : found;
  }
  if (hasOption(call.args, "--lib") && !hasOption(call.args, "--bins")) return [];
  if (binaries.some((one) => one.conditional)) return undefined;
  const names = [...new Set(binaries.map((one) => one.name))];
  if (call.verb !== "run" || names.length === 1) return names;
  const [only, second] = packages ?? [];
  const started = second === undefined && only !== undefined ? packageOf(only)?.["default-run"] : undefined;
  return typeof started === "string" ? [started] : undefined;
}

/** The packages that are built; undefined when a `-p` is not a plain name. */
function packagesOf({ call, project }: Build): readonly Manifest[] | undefined {
  const { root, current, members } = project;
  const values = (...names: readonly string[]): readonly (string | undefined)[] =>
    call.args.options.filter((option) => names.includes(option.name)).map((option) => option.text);
  const [chosen, excluded] = [values("-p", "--package"), values("--exclude")];
  const byName = (name: string | undefined): Manifest[] => members.filter((one) => packageName(one) === name);
  if ([...chosen, ...excluded].some((name) => byName(name).length !== 1)) return undefined;
  if (chosen.length > 0) return chosen.flatMap(byName);
  if (hasOption(call.args, "--workspace", "--all"))
    return members.filter((one) => !excluded.includes(packageName(one)));
  const defaults = current === root ? tableAt(root.table, "workspace")?.["default-members"] : undefined;
  if (defaults === undefined) return members.includes(current) ? [current] : members;
  const directories = texts(defaults).map((path) => resolvePath(root.directory, path));
  const found = members.filter((one) => directories.includes(one.directory));
  return found.length < directories.length ? undefined : found;
}

const packageName = (manifest: Manifest): string | undefined => {
  const name = packageOf(manifest)?.["name"];
  return typeof name === "string" ? name : undefined;
};

interface Binary {
  readonly name: string;
  /** Left out unless a feature is on. */
  readonly conditional: boolean;
}

/** The package's [[bin]] tables, and the files that cargo takes for binaries unasked (measured, cargo 1.65 and 1.95). */
function binariesOf(manifest: Manifest, build: Build): readonly Binary[] {
  const { table } = manifest;
  const declared = tablesAt(table, "bin");
  const own = declared.flatMap(({ name, "required-features": features }): Binary[] =>
    typeof name === "string" ? [{ name, conditional: features !== undefined }] : [],
  );
  const about = packageOf(manifest) ?? {};
  const edition = inheritedField(manifest, build.project.root, "edition");
  const oldEdition = edition === undefined || edition === "2015";
  if (about["autobins"] === false || (oldEdition && about["autobins"] !== true && declared.length > 0)) return own;
  const taken = new Set(
    declared.flatMap(({ name, path }): readonly unknown[] => [
      name,
      typeof path === "string" ? path.replace(/^\.\//, "") : undefined,
    ]),
  );
  const found = filesFor(manifest, build).filter(({ name, path }) => !taken.has(name) && !taken.has(path));
  return [...own, ...found.map(({ name }) => ({ name, conditional: false }))];
}

/** src/main.rs, src/bin/NAME.rs, src/bin/NAME/main.rs */
function filesFor(
  manifest: Manifest,
  { site, context }: Build,
): readonly { readonly name: string; readonly path: string }[] {
  const { directory } = manifest;
  const isThere = (path: string): boolean => presentBeside(directory, [path], site, context).length > 0;
  const [folder] = presentBeside(directory, ["src/bin"], site, context);
  const listed = folder === undefined ? [] : context.list(folder);
  const names = new Set(listed.map((name) => name.replace(/\.rs$/, "")));
  const below = [...names].flatMap((name) =>
    [`src/bin/${name}.rs`, `src/bin/${name}/main.rs`].filter(isThere).map((path) => ({ name, path })),
  );
  const own = packageName(manifest);
  return own !== undefined && isThere("src/main.rs") ? [{ name: own, path: "src/main.rs" }, ...below] : below;
}

import type { Context } from "../context/context.js";
import { hasOption, optionText } from "../shell/args.js";
import type { Command } from "../shell/script.js";
import { namesFiles, vendoredBy } from "./cargo-config.js";
import { packageOf, tablesAt } from "./cargo-manifest.js";
import { builtBinaries, cargoTarget, readBuild, type Build } from "./cargo-outputs.js";
import type { CargoCall } from "./cargo-project.js";
import type { InputsRefusal, Site, ToolCache } from "./ecosystem.js";
import { presentBeside, readToml } from "./python-project.js";

/** The directory that a command compiles in: crates that are built already, and what is built of the project. */
export function targetCache(
  command: Command,
  site: Site,
  context: Context,
  beside: readonly Command[],
): readonly ToolCache[] {
  const build = readBuild(command, site, context);
  const path = cargoTarget(command, site, context);
  if (build === undefined || path === undefined || beside.some(cleansAll)) return [];
  const id = idOf(build);
  const refusal = id === undefined ? UNKNOWN_IMAGE : whyOutdated(build, command);
  const results = refusal ?? {
    files: build.call.verb === "install" ? [] : builtBinaries(command, site, context),
    renew: renewal(build.call),
    variable: hasOption(build.call.args, "--target-dir") ? undefined : "CARGO_TARGET_DIR",
    companions: buildScriptOf(build),
  };
  return [{ path, holds: "builds", sharing: "locked", results, ...(id === undefined ? {} : { id }) }];
}

/** Without a package, `cargo clean` removes the directory itself, which fails under a mount ("Device or resource busy", measured). */
const cleansAll = ({ program, args }: Command): boolean =>
  program === "cargo" &&
  args.some((word) => word.value === "clean") &&
  !args.some((word) => /^(?:-p|--package|--workspace|\$\()/.test(word.text));

const UNKNOWN_IMAGE: InputsRefusal = {
  code: "unknown-cache",
  reason:
    "only the build knows which image the stage is built on, and what cargo has built in one must not get into another",
};

/**
 * Whose the cache is: all that cargo's own fingerprints do not tell apart are the C libraries and tools of the image, and two projects
 * that have the same path would overwrite each other's programs.
 */
function idOf({ project, site }: Build): string | undefined {
  const named = [project.root, ...project.members].map((one) => packageOf(one)?.["name"]);
  const name = named.find((one): one is string => typeof one === "string");
  const [, image, digest] = /^([\w./:-]+?)(?:@sha256:(\w{12})\w*)?$/.exec(site.image ?? "") ?? [];
  if (name === undefined || image === undefined) return undefined;
  return [name, "target", ...image.split(/[^\w.-]+/), ...(digest === undefined ? [] : [digest])].join("-");
}

/** Why `renewal` would not remove all that may be out of date, or fail. */
function whyOutdated(build: Build, command: Command): InputsRefusal | undefined {
  const { call, configs, project, site, context } = build;
  const setting = command.assignments.find(({ name }) => /^(?:CARGO|RUSTUP)_/.test(name));
  if (setting !== undefined || command.wrappers.length > 0 || hasOption(call.args, "-C", "-Z"))
    return refused(`\`${command.text}\` has settings of its own, which a clean-up before it would lack`);
  const odd = configs.map(namesFiles).find((one) => one !== undefined);
  if (odd !== undefined) return odd;
  const vendored = configs.find((one) => vendoredBy(one) !== undefined);
  // Not even its checksum counts: a vendored crate that changes within one version is not built again (measured, 1.65 and 1.95).
  if (vendored !== undefined)
    return refused(
      `${vendored.path} takes the crates from ${vendoredBy(vendored) ?? "files"}, and cargo does not look whether one has changed within its version`,
    );
  const [lockfile] = presentBeside(project.root.directory, ["Cargo.lock"], site, context);
  if (lockfile === undefined)
    return call.verb === "install"
      ? { code: "no-lockfile", reason: `${project.root.path} has no Cargo.lock, and the clean-up would write one` }
      : undefined;
  const read = readToml(lockfile, context);
  if ("reason" in read) return read;
  const locked = tablesAt(read.table, "package").map((one) => one["name"]);
  const twice = project.manifests
    .map((one) => packageOf(one)?.["name"])
    .find((name) => locked.filter((one) => one === name).length > 1);
  return typeof twice === "string"
    ? refused(`${lockfile} has several packages ${twice}, which \`cargo clean -p ${twice}\` does not tell apart`)
    : undefined;
}

const refused = (reason: string): InputsRefusal => ({ code: "cache-outdated", reason });

/** Options that decide which packages there are, and in which directory what is built of them lies. */
const GRAPH = ["--manifest-path", "--locked", "--offline", "--frozen", "--target"];
const FEATURES = ["-F", "--features", "--all-features", "--no-default-features"];

/**
 * Removes what has been built of local packages, whichever there are at that time: cargo takes a file that is older than the last build
 * for unchanged, though it may be another's (measured, 1.65 and 1.95). In `cargo tree`, local packages alone have a path.
 */
function renewal(call: CargoCall): string {
  const { toolchain, args } = call;
  const given = (names: readonly string[]): readonly string[] =>
    args.options
      .filter(({ name }) => names.includes(name))
      .map(({ name, value }) =>
        value === undefined ? name : value.text.startsWith(name) ? value.text : `${name} ${value.text}`,
      );
  const cargo = ["cargo", ...(toolchain === undefined ? [] : [toolchain])];
  const shared = [...manifestOf(call), ...given(GRAPH)];
  const tree = [...cargo, "tree", "--workspace", "--prefix none", ...shared, ...given(FEATURES)].join(" ");
  const place = [...profileFlag(call), ...given(["--profile", "--target-dir"])];
  return [...cargo, "clean", ...place, ...shared, `$(${tree} | awk '/ \\(\\// {print "-p", $1}')`].join(" ");
}

/** `cargo install` has another name for it. */
function manifestOf({ verb, args }: CargoCall): readonly string[] {
  const path = verb === "install" ? optionText(args, "--path") : undefined;
  return path === undefined || /^\.?\/?$/.test(path) ? [] : [`--manifest-path ${path.replace(/\/$/, "")}/Cargo.toml`];
}

function profileFlag({ verb, args }: CargoCall): readonly string[] {
  if (hasOption(args, "--profile", "--debug")) return [];
  return hasOption(args, "--release", "-r") || verb === "install" || verb === "bench" ? ["--release"] : [];
}

/** The context path of a local package's build script. */
function buildScriptOf({ project, site, context }: Build): string | undefined {
  for (const one of project.manifests) {
    const named = packageOf(one)?.["build"];
    if (typeof named === "string") return `${one.path}: build = "${named}"`;
    const [found] = named === false ? [] : presentBeside(one.directory, ["build.rs"], site, context);
    if (found !== undefined) return found;
  }
  return undefined;
}

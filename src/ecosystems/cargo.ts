import type { Context } from "../context/context.js";
import { repository } from "../facts/base-images.js";
import { resolvePath } from "../facts/paths.js";
import { hasOption } from "../shell/args.js";
import type { Command } from "../shell/script.js";
import { belowHome, cacheDirectory, neededCache, undoneCache, unknownCache } from "./caches.js";
import { lockInStep } from "./cargo-lock.js";
import { soughtInSource } from "./cargo-manifest.js";
import { targetCache } from "./cargo-target.js";
import { namesFiles, readConfigs, toolchainFiles, vendoredBy, type CargoConfig } from "./cargo-config.js";
import { readCall, readProject, type CargoCall, type CargoProject } from "./cargo-project.js";
import type { Inputs, InputsRefusal, Install, KnownEcosystem, Output, Site, ToolCache } from "./ecosystem.js";
import { presentBeside } from "./python-project.js";

const BUILDS = new Set("build check clippy run rustc rustdoc doc test bench".split(" "));
/** They take from the registry, and compile nothing of the project. */
const DOWNLOADS = new Set("fetch vendor update generate-lockfile".split(" "));

/** `rm -rf "$CARGO_HOME/registry"` after an install, and nothing else. */
const clearsRegistry = ({ program, args }: Command): boolean =>
  program === "rm" &&
  args.some((word) => !word.text.startsWith("-")) &&
  args.every((word) => /^-|(?:CARGO_HOME\}?|\/\.?cargo)"?\/(?:registry|git)\b/.test(word.text));

export const cargo: KnownEcosystem = {
  name: "cargo",
  about: {
    summary: "Crates of Rust with Cargo",
    installs: ["cargo fetch", "cargo build", "cargo install --path .", "cargo test", "cargo vendor"],
    manifests: ["Cargo.toml"],
    lockfiles: ["Cargo.lock"],
    makes: ["/usr/local/cargo/registry", "/usr/local/cargo/git"],
    docs: `Read as well: the manifests of workspace members and of local dependencies, \`.cargo/config.toml\`, \`rust-toolchain.toml\`. \`cargo fetch\` fails where Cargo.toml does not say which files its
targets are made of, which is the usual case: cache mounts (mount-package-caches, mount-build-caches) serve those projects better. What \`cargo chef\` prepares is left alone.`,
  },
  reads: ["Cargo.toml", "Cargo.lock", ".cargo", "rust-toolchain", "rust-toolchain.toml"],
  install(command, site) {
    const call = readCall(command, site);
    if (call === undefined || offline(call, site) !== undefined) return undefined;
    const { verb, args, directory } = call;
    const local = verb === "install" && hasOption(args, "--path");
    // The configuration that vendoring prints may go anywhere.
    const vendors = verb === "vendor" && command.redirects.length === 0 && !hasOption(args, "-s", "--sync");
    return BUILDS.has(verb) || local || vendors || verb === "fetch"
      ? { command, directory, label: local ? "cargo install --path" : `cargo ${verb}` }
      : undefined;
  },
  inputs: projectInputs,
  outputs,
  cleanup: clearsRegistry,
  // In a RUN of its own it finds the layer's target/, which is empty.
  clears: ({ program, args }) => program === "cargo" && args[0]?.value === "clean",
  fetchesAhead: (command) => command.program === "cargo" && command.args.some((word) => word.value === "cook"),
  caches(command, site, context, beside) {
    const call = readCall(command, site);
    if (call === undefined) return undefined;
    const { verb, args, words } = call;
    const compiles = BUILDS.has(verb) || (verb === "install" && hasOption(args, "--path"));
    const cooks = verb === "chef" && words[0]?.value === "cook";
    if (!compiles && !cooks && !DOWNLOADS.has(verb) && verb !== "install") return undefined;
    const emptying = beside.find(clearsHome);
    if (emptying !== undefined) return undoneCache(`cargo ${verb}`, `\`${emptying.text}\``);
    const builds = compiles && context !== undefined ? targetCache(command, site, context, beside) : [];
    if (context !== undefined && isVendored(call, site, context)) return builds.length === 0 ? undefined : builds;
    const downloads = homeCaches(call, site);
    return "reason" in downloads ? downloads : [...downloads, ...builds];
  },
};

/** Who unpacks a crate while another build does fails ("File exists", measured): cargo's own lock, .package-cache, lies above the two. */
function homeCaches(call: CargoCall, site: Site): readonly ToolCache[] | InputsRefusal {
  const label = `cargo ${call.verb}`;
  const by = offline(call, site);
  if (by !== undefined) return neededCache(label, by);
  const home = cargoHome(site);
  if (home === undefined) return unknownCache(label);
  return ["registry", "git"].map((name) => ({ path: `${home}/${name}`, holds: "dependencies", sharing: "locked" }));
}

/** What keeps cargo from the network; undefined: nothing. */
function offline({ args }: CargoCall, { env }: Site): string | undefined {
  const option = ["--offline", "--frozen"].find((name) => hasOption(args, name));
  return option ?? (env.get("CARGO_NET_OFFLINE") === "true" ? "CARGO_NET_OFFLINE=true" : undefined);
}

/** rust-lang/docker-rust sets CARGO_HOME, and images built on it inherit that. */
const RUST_IMAGE = /(?:^|\/)(?:rust|rustlang\/rust|cargo-chef)$/;

function cargoHome(site: Site): string | undefined {
  const official = site.image !== undefined && RUST_IMAGE.test(repository(site.image));
  return cacheDirectory(site, ["CARGO_HOME"], official ? "/usr/local/cargo" : belowHome(site, ".cargo"));
}

/** Removes what would be mounted, or may. */
const clearsHome = ({ program, args }: Command): boolean =>
  (program === "rm" && args.some((word) => /CARGO_HOME|\.cargo\b|\/cargo\b/.test(word.text))) ||
  (program === "cargo" && args[0]?.value === "cache");

function isVendored({ directory }: CargoCall, site: Site, context: Context): boolean {
  const configs = readConfigs(directory, site, context);
  return !("reason" in configs) && configs.some((config) => vendoredBy(config) !== undefined);
}

function projectInputs(install: Install, site: Site, context: Context): Inputs | InputsRefusal {
  const { command, label } = install;
  const call = readCall(command, site);
  if (call === undefined) throw new RangeError(`${label} is cargo's`);
  const configs = readConfigs(call.directory, site, context);
  if ("reason" in configs) return configs;
  const project = readProject(call.project, label, site, context);
  if ("reason" in project) return project;
  const [lockfile] = presentBeside(project.root.directory, ["Cargo.lock"], site, context);
  const refusal = configRefusal(configs, call) ?? projectRefusal(project, label, call, lockfile);
  if (refusal !== undefined) return refusal;
  const rest = [
    ...project.manifests.filter((one) => one !== project.root).map((one) => one.path),
    ...configs.map((one) => one.path),
    ...toolchainFiles(call.directory, site, context),
  ];
  const paths = [project.root.path, ...(lockfile === undefined ? [] : [lockfile]), ...[...new Set(rest)].sort()];
  const notes = lockfile === undefined ? [NO_LOCK] : [];
  const stays = lockfile === undefined || hasOption(call.args, "--locked") || lockInStep(lockfile, project, context);
  const unproven = `whether ${lockfile ?? "Cargo.lock"} is in step with ${project.root.path} cannot be told; \`${label}\` without --locked would rewrite it, and the later copy bring the old one back`;
  const known = { paths, ...(stays ? {} : { unproven }) };
  if (DOWNLOADS.has(call.verb)) return { ...known, notes };
  const text = fetchText(call, command);
  if (text === undefined)
    return { code: "unknown-input", reason: `\`${command.text}\` has settings that only the build knows` };
  // Without a lockfile, the fetch writes one beside the manifest.
  const cacheOnly = lockfile === undefined ? {} : ({ cacheOnly: true } as const);
  return { ...known, notes: [...notes, WHOLE], insert: { text, directory: call.directory, ...cacheOnly } };
}

const NO_LOCK = "there is no Cargo.lock: the cached layer keeps the versions of the day it was built";
const WHOLE =
  "cargo's registry in that stage then holds every crate of the lockfile, also those that this build does not use";

/** Words that need no quotes. */
const PLAIN = /^[\w./:=+-]+$/;
/** Leading assignments that decide what is fetched, and how. */
const READ_BY_FETCH =
  /^(?:CARGO_(?!BUILD_|INCREMENTAL$|PROFILE_|TARGET_DIR$|TERM_)|RUSTUP_|RUSTC|GIT_|SSL_|(?:https?|all|no)_proxy$)/i;

/** Options and assignments that decide what is fetched, in words that need no variable; undefined: there is one that may not be left out. */
function fetchText({ toolchain, args }: CargoCall, command: Command): string | undefined {
  const kept = ["-Z", "--config", "--manifest-path", "--locked", "--target"];
  const words: string[] = [];
  for (const { name, text } of args.options.filter((option) => kept.includes(option.name))) {
    if (name === "--locked") words.push(name);
    else if (text !== undefined && PLAIN.test(text)) words.push(`${name} ${text}`);
    // Without --target, the crates of every platform are fetched.
    else if (name !== "--target") return undefined;
  }
  const told = command.assignments.filter(({ name }) => READ_BY_FETCH.test(name));
  if (told.some(({ value }) => value === undefined || !PLAIN.test(value))) return undefined;
  const before = told.map(({ name, value }) => `${name}=${value ?? ""}`);
  return [...before, "cargo", ...(toolchain === undefined ? [] : [toolchain]), "fetch", ...words].join(" ");
}

function configRefusal(configs: readonly CargoConfig[], { verb }: CargoCall): InputsRefusal | undefined {
  const vendored = verb === "vendor" ? undefined : configs.find((one) => vendoredBy(one) !== undefined);
  return vendored === undefined
    ? configs.map(namesFiles).find((one) => one !== undefined)
    : {
        code: "vendored",
        reason: `${vendored.path} takes the crates from ${vendoredBy(vendored) ?? "files"}: nothing is downloaded`,
      };
}

function projectRefusal(
  { root, manifests, dependencies }: CargoProject,
  label: string,
  { verb, args }: CargoCall,
  lockfile: string | undefined,
): InputsRefusal | undefined {
  const locked = hasOption(args, "--locked");
  if (manifests.every((one) => dependencies(one).every(({ directory }) => directory !== undefined)))
    return { code: "no-dependencies", reason: `${root.path} needs no crates: there is nothing to download` };
  if (verb === "install" && !locked)
    return {
      code: "ignores-lockfile",
      reason: `\`${label}\` without --locked ignores Cargo.lock: only the build knows which versions it takes`,
    };
  if (locked && lockfile === undefined)
    return {
      code: "no-lockfile",
      reason: `\`${label} --locked\` needs a Cargo.lock, which is not in the build context`,
    };
  const sought = manifests.map(soughtInSource).find((one) => one !== undefined);
  return sought === undefined
    ? undefined
    : {
        code: "needs-source",
        reason: `\`cargo fetch\` fails without the source: ${sought}; for Rust a cache mount is the better way (mount-package-caches and mount-build-caches, with --suggested)`,
      };
}

function outputs(install: Install, site: Site, context: Context): readonly Output[] {
  const call = readCall(install.command, site);
  const home = cargoHome(site);
  const made: Output[] =
    home === undefined ? [] : ["registry", "git"].map((name) => ({ path: `${home}/${name}`, kind: "installed" }));
  if (call?.verb === "vendor") {
    const name = call.words[0] === undefined ? "vendor" : call.words[0].value;
    const path = name === undefined ? undefined : resolvePath(call.directory, name);
    if (path !== undefined) made.push({ path, kind: "installed", ignorePattern: site.toContext(path) ?? "vendor" });
  }
  const project = call === undefined ? undefined : readProject(call.project, install.label, site, context);
  const lockfile =
    project === undefined || "reason" in project ? undefined : resolvePath(project.root.directory, "Cargo.lock");
  if (call === undefined || lockfile === undefined || hasOption(call.args, "--locked")) return made;
  const path = site.toContext(lockfile);
  const there = path !== undefined && context.kind(path) !== undefined;
  // In step, it stays as it is; else the inputs say so.
  return there ? made : [...made, { path: lockfile, kind: "installed" }];
}

import type { Context } from "../context/context.js";
import { clean } from "../context/go-match.js";
import { resolvePath } from "../facts/paths.js";
import type { Command } from "../shell/script.js";
import type { Inputs, InputsRefusal, Install, Output, Site } from "./ecosystem.js";
import { INSTALL_SCRIPTS, lifecycleInputs } from "./lifecycle.js";
import { whyMissing } from "./missing.js";
import { readPackageJson, type PackageJson } from "./package-json.js";
import { readMembers } from "./workspaces.js";

/** What differs between the tools of the npm family. */
export interface NodeTool {
  /** For messages: "npm ci". */
  readonly label: string;
  /** Lockfiles it reads, the one that wins first. */
  readonly lockfiles: readonly string[];
  /** Files and folders beside the manifest that it reads when they are there. */
  readonly configs: readonly string[];
  /** It fails without a lockfile, or never writes one. */
  readonly frozen: boolean;
  readonly needsLockfile: boolean;
  /** Install scripts it runs for the project itself; none with --ignore-scripts. */
  readonly scripts: readonly string[];
  /** Workspace patterns of its own configuration (pnpm-workspace.yaml). */
  readonly workspaces?: readonly string[];
  /** Paths of patches and plug-ins its configuration names, relative to the project. */
  readonly named?: readonly string[];
  /** Is the lockfile in step with the manifest? undefined: that cannot be told. */
  inStep?(manifest: PackageJson, lockfile: string): boolean | undefined;
}

const below = (folder: string, path: string): string => (folder === "" ? clean(path) : clean(`${folder}/${path}`));

/** The context folder of a project that is installed in an image directory; where its manifest must be. */
export function projectFolder(
  install: Install,
  site: Site,
  context: Context,
): { readonly folder: string } | InputsRefusal {
  const path = site.toContext(`${install.directory === "/" ? "" : install.directory}/package.json`);
  if (path === undefined)
    return {
      code: "no-manifest",
      reason: `\`${install.label}\` runs in ${install.directory}, where no COPY brings a package.json`,
    };
  if (context.kind(path) === undefined) return { code: "no-manifest", reason: whyMissing(path, context) };
  return { folder: path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "" };
}

export function nodeInputs(
  install: Install,
  tool: NodeTool,
  folder: string,
  site: Site,
  context: Context,
): Inputs | InputsRefusal {
  const manifest = readPackageJson(below(folder, "package.json"), context);
  if ("reason" in manifest) return manifest;
  const above = workspaceAbove(folder, install, site, context);
  if (above !== undefined) return above;
  const members = readMembers([...manifest.workspaces, ...(tool.workspaces ?? [])], folder, context);
  if ("reason" in members) return members;
  const lock = readLock(tool, folder, context);
  if ("reason" in lock) return lock;
  const extra: string[] = [];
  for (const one of [manifest, ...members]) {
    const read = packageInputs(one, one === manifest, tool, context, [manifest, ...members]);
    if ("reason" in read) return read;
    extra.push(...read);
  }
  const configs = [...tool.configs, ...(tool.named ?? [])]
    .map((name) => below(folder, name))
    .filter((path) => context.kind(path) !== undefined);
  const missing = [...(tool.named ?? []), ...manifest.patches]
    .map((name) => below(folder, name))
    .find((path) => context.kind(path) === undefined);
  if (missing !== undefined)
    return { code: "missing-input", reason: `${missing} is named in the configuration, but not in the build context` };
  const hidden = configs.length > 0 ? undefined : privateRegistry(lock.paths[0], context);
  const rest = [...configs, ...members.map((member) => member.path), ...extra].sort();
  return {
    paths: withoutCovered([...new Set([manifest.path, ...lock.paths, ...rest])]),
    ...stepNotes(tool, manifest, lock, context),
    ...(hidden === undefined
      ? {}
      : {
          unproven: `${hidden}; a ${tool.configs[0] ?? "file"} that is made before the build would have to be copied, too`,
        }),
  };
}

const PUBLIC = /^(?:registry\.(?:npmjs\.org|yarnpkg\.com|npmmirror\.com)|codeload\.github\.com|github\.com)$/;

/** A lockfile with packages from elsewhere asks for settings: when the context has none, a pipeline may write them before the build. */
function privateRegistry(lockfile: string | undefined, context: Context): string | undefined {
  const read = lockfile === undefined ? undefined : context.read(lockfile);
  if (lockfile === undefined || read === undefined || "problem" in read) return undefined;
  const hosts = [...read.text.matchAll(/\b(?:resolved|tarball)"?:?\s*"?https?:\/\/([^/":]+)/g)].map(
    (match) => match[1] ?? "",
  );
  const host = hosts.find((one) => !PUBLIC.test(one));
  return host === undefined
    ? undefined
    : `${lockfile} takes packages from ${host}, and no settings for it are in the build context`;
}

interface Lock {
  /** The lockfile that decides, and others that the tool would see. */
  readonly paths: readonly string[];
}

function readLock(tool: NodeTool, folder: string, context: Context): Lock | InputsRefusal {
  const all = tool.lockfiles.map((name) => below(folder, name));
  const paths = all.filter((path) => context.kind(path) !== undefined);
  if (paths.length > 0 || !tool.needsLockfile) return { paths };
  const ignored = all.find((path) => context.rawKind(path) !== undefined);
  const why =
    ignored === undefined
      ? `none (${tool.lockfiles.join(", ")}) is in the build context`
      : `${ignored} is left out by .dockerignore`;
  return { code: "no-lockfile", reason: `\`${tool.label}\` needs a lockfile, but ${why}` };
}

function stepNotes(
  tool: NodeTool,
  manifest: PackageJson,
  lock: Lock,
  context: Context,
): Pick<Inputs, "notes" | "unproven"> {
  const [lockfile] = lock.paths;
  if (lockfile === undefined) {
    return {
      notes: [
        "there is no lockfile: the cached layer keeps the versions of the day it was built, until the manifest changes",
      ],
    };
  }
  if (tool.frozen) return { notes: [] };
  const read = context.read(lockfile);
  const inStep = "problem" in read ? undefined : tool.inStep?.(manifest, read.text);
  if (inStep === true) return { notes: [] };
  const why =
    inStep === false
      ? `${lockfile} is out of step with ${manifest.path}`
      : `whether ${lockfile} is in step with ${manifest.path} cannot be told`;
  return {
    notes: [],
    unproven: `${why}; \`${tool.label}\` would rewrite it, and the later copy bring the old one back`,
  };
}

/** Files that one package of the project adds: what its install scripts read, files its bins point to, local dependencies, patches. */
function packageInputs(
  one: PackageJson,
  isRoot: boolean,
  tool: NodeTool,
  context: Context,
  project: readonly PackageJson[],
): readonly string[] | InputsRefusal {
  const scripts = lifecycleInputs(one, context, tool.scripts);
  if ("reason" in scripts) return scripts;
  const local = localDependencies(one, tool, context, project);
  if ("reason" in local) return local;
  const bins = isRoot ? [] : memberBins(one, context);
  if ("reason" in bins) return bins;
  return [
    ...scripts,
    ...local,
    ...bins,
    ...one.patches.map((path) => below(one.folder, path)).filter((path) => context.kind(path) !== undefined),
  ];
}

/**
 * A member's bin is linked into node_modules/.bin only when its file is there. The install makes the file executable and takes a
 * carriage return off its first line (npm's bin-links, measured): a later copy would undo both.
 */
function memberBins(one: PackageJson, context: Context): readonly string[] | InputsRefusal {
  const paths = one.bins.map((bin) => below(one.folder, bin)).filter((path) => context.kind(path) === "file");
  for (const path of paths) {
    const read = context.read(path);
    const firstLine = "text" in read ? (read.text.split("\n", 1)[0] ?? "") : "";
    if (context.executable(path) === true && !/^#!.*\r$/.test(firstLine)) continue;
    return {
      code: "bin-not-executable",
      reason: `${one.path}: the install makes its bin ${path} executable, which the later copy would undo; commit it as executable`,
    };
  }
  return paths;
}

/** A dependency that is a file or a directory: `file:x`, `link:x`, `./x`. */
const LOCAL = /^(?:(?:file|link|portal):)(.*)$|^(\.{1,2}\/.*|~?\/.*)$/;

function localDependencies(
  one: PackageJson,
  tool: NodeTool,
  context: Context,
  project: readonly PackageJson[],
): readonly string[] | InputsRefusal {
  const paths: string[] = [];
  for (const [name, spec] of one.dependencies) {
    const target = LOCAL.exec(spec);
    if (target === null) continue;
    const path = below(one.folder, target[1] ?? target[2] ?? "");
    const what = `${one.path}: the dependency ${name} is ${spec}`;
    const kind = path.startsWith("..") ? undefined : context.kind(path);
    if (kind === undefined) return { code: "local-dependency", reason: `${what}, which is not in the build context` };
    if (kind === "file") {
      paths.push(path);
      continue;
    }
    if (project.some((member) => member.folder === path)) continue;
    const linked = readPackageJson(below(path, "package.json"), context);
    if ("reason" in linked) return linked;
    if (
      tool.label.split(" ")[0] !== "npm" ||
      linked.bins.length > 0 ||
      [...linked.dependencies.values()].some((one) => LOCAL.test(one)) ||
      INSTALL_SCRIPTS.some((script) => linked.scripts.has(script))
    ) {
      return { code: "local-dependency", reason: `${what}, a directory whose content the install may read` };
    }
    paths.push(linked.path);
  }
  return paths;
}

/** A workspace root above the project, in the image as well, decides about lockfile and hoisting. */
function workspaceAbove(folder: string, install: Install, site: Site, context: Context): InputsRefusal | undefined {
  let image = install.directory;
  for (let path = folder; path !== "";) {
    path = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "";
    image = resolvePath(image, "..") ?? image;
    const manifest = below(path, "package.json");
    const workspace = below(path, "pnpm-workspace.yaml");
    const inImage = site.toContext(`${image === "/" ? "" : image}/package.json`) === manifest;
    if (!inImage) continue;
    const read = context.kind(manifest) === undefined ? undefined : readPackageJson(manifest, context);
    const isRoot =
      context.kind(workspace) !== undefined ||
      (read !== undefined && !("reason" in read) && read.workspaces.length > 0);
    if (isRoot)
      return {
        code: "inside-workspace",
        reason: `${folder} is installed from inside the workspace of ${manifest}, whose files the install reads`,
      };
  }
  return undefined;
}

/** Files below a directory that is an input itself need no line of their own. */
function withoutCovered(paths: readonly string[]): readonly string[] {
  return paths.filter((path) => !paths.some((other) => path !== other && path.startsWith(`${other}/`)));
}

export function nodeOutputs(install: Install, tool: NodeTool, folder: string, context: Context): readonly Output[] {
  const manifest = readPackageJson(below(folder, "package.json"), context);
  const patterns = "reason" in manifest ? [] : [...manifest.workspaces, ...(tool.workspaces ?? [])];
  const members = readMembers(patterns, folder, context);
  const folders = [folder, ...("reason" in members ? [] : members.map((member) => member.folder))];
  const nested = folders.length > 1;
  const own = below(folder, "node_modules");
  const image = (path: string): string =>
    [install.directory === "/" ? "" : install.directory, path.slice(folder === "" ? 0 : folder.length + 1)].join("/");
  const modules = folders.map((one): Output => ({
    path: image(below(one, "node_modules")),
    kind: "installed",
    ignorePattern: nested ? "**/node_modules" : own,
  }));
  const all = tool.lockfiles.map((name) => below(folder, name));
  const present = all.filter((path) => context.kind(path) !== undefined);
  const rewritten = tool.frozen ? [] : present.length > 0 ? present : all;
  const locks = rewritten.map((path): Output => ({ path: image(path), kind: "rewritten" }));
  return [...modules, ...locks];
}

/** Directory of an install: after `-C`, `--prefix` and the like. undefined: given, but not known. */
export function directoryOf(site: Site, option: string | undefined, given: boolean): string | undefined {
  if (!given) return site.cwd;
  return option === undefined ? undefined : resolvePath(site.cwd, option);
}

/** `rm -rf` of caches and temporary files after an install. */
export function removesCaches(command: Command): boolean {
  if (command.program !== "rm") return false;
  const paths = command.args.filter((word) => !word.text.startsWith("-"));
  return (
    paths.length > 0 &&
    paths.every((word) =>
      /^["']?(?:~|\$HOME|\$\{HOME\}|\/root|\/home\/[\w-]+)\/\.(?:npm|cache|yarn\/cache|pnpm-store|local\/share\/pnpm|node-gyp|config\/yarn)|^\/tmp\/|^\/var\/cache\/|^\/usr\/local\/share\/\.cache/.test(
        word.text,
      ),
    )
  );
}

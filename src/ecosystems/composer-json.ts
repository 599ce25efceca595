import type { Context } from "../context/context.js";
import { clean } from "../context/go-match.js";
import { resolvePath } from "../facts/paths.js";
import type { InputsRefusal, Site } from "./ecosystem.js";
import { readObject, record, strings } from "./package-json.js";
import { besideInstall, presentBeside } from "./python-project.js";
import { foldersMatching } from "./workspaces.js";

type Json = Readonly<Record<string, unknown>>;

/** A package as composer.lock has it. */
export interface LockedPackage {
  readonly name: string;
  readonly type: string;
  readonly version: string;
  /** Where its archive or checkout comes from. */
  readonly urls: readonly string[];
  /** Paths of its executables. */
  readonly bins: readonly string[];
}

/** What is read of a composer.json and the lockfile beside it. */
export interface ComposerProject {
  /** Context paths. */
  readonly path: string;
  readonly lockPath: string;
  readonly root: Json;
  readonly config: Json;
  /** Directories of packages and of links to their executables, as written, relative to the project. */
  readonly vendor: string;
  readonly bin: string;
  /** undefined: there is no lockfile, or `config.lock` is off. */
  readonly lock: { readonly packages: readonly LockedPackage[]; readonly dev: readonly LockedPackage[] } | undefined;
}

/** The project in an image directory. COMPOSER may give the manifest another name, and the lockfile its name with it. */
export function readProject(
  directory: string,
  label: string,
  site: Site,
  context: Context,
): ComposerProject | InputsRefusal {
  const name = site.env.has("COMPOSER") ? (site.env.get("COMPOSER") ?? "") : "composer.json";
  if (!/^[\w.-]+\.json$/.test(name))
    return { code: "unknown-input", reason: `COMPOSER names the manifest of \`${label}\`, which is not read there` };
  const manifest = besideInstall(directory, name, label, site, context);
  if ("reason" in manifest) return manifest;
  const read = readObject(manifest.path, context);
  if ("reason" in read) return read;
  const { root } = read;
  const config = record(root["config"]) ?? {};
  const vendor = settingOf("COMPOSER_VENDOR_DIR", "vendor-dir", config, site) ?? "vendor";
  const bin = settingOf("COMPOSER_BIN_DIR", "bin-dir", config, site)?.replace("{$vendor-dir}", vendor);
  const odd = [vendor, bin ?? ""].find((one) => /[$~{}]/.test(one));
  if (odd !== undefined)
    return { code: "unknown-output", reason: `${manifest.path}: only the build knows the directory ${odd}` };
  const lockName = name.replace(/json$/, "lock");
  const [lockPath] = config["lock"] === false ? [] : presentBeside(directory, [lockName], site, context);
  const base = {
    path: manifest.path,
    lockPath: lockPath ?? lockName,
    root,
    config,
    vendor,
    bin: bin ?? `${vendor}/bin`,
  };
  if (lockPath === undefined) return { ...base, lock: undefined };
  const locked = readObject(lockPath, context);
  if ("reason" in locked) return locked;
  return {
    ...base,
    lock: { packages: packagesIn(locked.root["packages"]), dev: packagesIn(locked.root["packages-dev"]) },
  };
}

/** A setting by its variable, else by its key in composer.json. */
function settingOf(variable: string, key: string, config: Json, { env }: Site): string | undefined {
  return env.has(variable) ? (env.get(variable) ?? `$${variable}`) : strings(config).get(key);
}

function packagesIn(list: unknown): readonly LockedPackage[] {
  return (Array.isArray(list) ? list : []).map((one): LockedPackage => {
    const entry = record(one) ?? {};
    const named = strings(entry);
    const bins = Array.isArray(entry["bin"]) ? entry["bin"] : [entry["bin"]];
    return {
      name: named.get("name") ?? "",
      type: named.get("type") ?? "library",
      version: named.get("version") ?? "",
      urls: urlsOf(entry),
      bins: bins.filter((bin): bin is string => typeof bin === "string"),
    };
  });
}

const urlsOf = (entry: Json): readonly string[] =>
  ["dist", "source"].flatMap((key) => strings(record(entry[key])).get("url") ?? []);

/** Has one of these sections of `autoload` a rule that names files of the project? */
export const hasAutoload = (root: Json, sections: readonly string[]): boolean =>
  root["include-path"] !== undefined ||
  root["target-dir"] !== undefined ||
  sections.some((section) =>
    ["psr-4", "psr-0", "classmap", "files"].some((key) => {
      const rules = record(root[section])?.[key];
      return typeof rules === "object" && rules !== null && Object.keys(rules).length > 0;
    }),
  );

/** Not a path: `https://`, `git@host:`. */
const REMOTE = /^(?:https?|ssh|git|svn(?:\+ssh)?):\/\/|^[\w.-]+@[\w.-]+:/;

/** The context paths that local repositories of the project bring packages from; or a local package that is not there. */
export function localRepositories(
  { path, lockPath, root }: ComposerProject,
  packages: readonly LockedPackage[],
  directory: string,
  site: Site,
  context: Context,
): readonly string[] | InputsRefusal {
  const missing = (file: string, what: string): InputsRefusal => ({
    code: "local-dependency",
    reason: `${file}: ${what} is not a directory that a COPY brings from the build context`,
  });
  const listed: readonly unknown[] = Object.values(root["repositories"] ?? {});
  const found: string[] = [];
  for (const entry of listed.map((one) => record(one) ?? {})) {
    const { type, url } = Object.fromEntries(strings(entry));
    const definitions: readonly unknown[] = Array.isArray(entry["package"]) ? entry["package"] : [entry["package"]];
    const urls = url === undefined ? definitions.flatMap((one) => urlsOf(record(one) ?? {})) : [url];
    if (type !== "path" && type !== "artifact") {
      const local = urls.find((one) => !REMOTE.test(one));
      if (local !== undefined) return missing(path, `the repository ${local}`);
      continue;
    }
    const folders = foldersOf(url ?? "", path, directory, site, context);
    const held =
      type === "path" ? folders.filter((one) => context.kind(clean(`${one}/composer.json`)) !== undefined) : folders;
    if (held.length === 0) return missing(path, `the repository ${url ?? ""}`);
    found.push(...held);
  }
  for (const { name, urls } of packages) {
    const local = urls.find((one) => !REMOTE.test(one));
    const from = local === undefined ? undefined : site.toContext(resolvePath(directory, local) ?? "");
    if (local !== undefined && !found.some((folder) => from === folder || from?.startsWith(`${folder}/`) === true))
      return missing(lockPath, `${local}, of the package ${name},`);
  }
  return found;
}

/** The context folders that a url of a local repository names, `../lib` or `packages/*`, as far as COPYs bring them to where it looks. */
function foldersOf(url: string, path: string, directory: string, site: Site, context: Context): readonly string[] {
  if (url === "" || /^\/|[{}$~]|\*\*|:/.test(url)) return [];
  const parts = url.replace(/(?<!\/)\/+$/, "").split("/");
  const wild = parts.findIndex((part) => /[*?[]/.test(part));
  const fixed = (wild < 0 ? parts : parts.slice(0, wild)).join("/");
  const folder = clean([...path.split("/").slice(0, -1), fixed].join("/")).replace(/^\.$/, "");
  if (folder.startsWith("..")) return [];
  const brought = (one: string): boolean =>
    site.toContext(resolvePath(directory, fixed + one.slice(folder.length)) ?? "") === one;
  return foldersMatching(folder, wild < 0 ? [] : parts.slice(wild), context).filter(
    (one) => context.kind(one) === "directory" && brought(one),
  );
}

import type { Context } from "../context/context.js";
import { belowCacheHome, cacheDirectory, neededCache, undoneCache, unknownCache } from "./caches.js";
import { hasOption, optionText, readArgs } from "../shell/args.js";
import { resolvePath } from "../facts/paths.js";
import type { Inputs, InputsRefusal, Install, KnownEcosystem, Output, Site } from "./ecosystem.js";
import { PIP_VALUED, requirementsInputs, requirementsInstall, requirementsOutputs } from "./pip.js";
import {
  besideInstall,
  cleansPythonCaches,
  fileRequirement,
  pathDependency,
  presentBeside,
  projectVenv,
  readToml,
  tableAt,
  withoutProject,
} from "./python-project.js";
import { readRequirements } from "./requirements.js";

const VALUED = `${PIP_VALUED} --directory --project --group --no-group --only-group --extra --no-extra --package --no-install-package --link-mode --index --default-index --resolution --config-file --color --cache-dir`;

export const uv: KnownEcosystem = {
  name: "uv",
  about: {
    summary: "Packages of Python with uv",
    installs: ["uv sync", "uv pip install -r requirements.txt", "uv pip sync requirements.txt"],
    manifests: ["pyproject.toml", "requirements.txt"],
    lockfiles: ["uv.lock"],
    makes: [".venv"],
    docs: `Read as well: \`uv.toml\`, \`.python-version\`. A project that is a package gets a step of its own for its dependencies, with \`--no-install-project\`. Without \`--frozen\` or \`--locked\`, uv may
rewrite its lockfile: suggested. Left alone: workspaces, dependencies by path, dynamic dependencies.`,
  },
  reads: ["pyproject.toml", "uv.lock", "uv.toml", ".python-version", ".venv"],
  install(command, site) {
    if (command.program !== "uv") return undefined;
    const args = readArgs(command.args, VALUED);
    const [verb, second] = args.words.map((word) => word.value);
    if (verb === "pip" && second === "install") return requirementsInstall(command, args, site, "uv pip install", 2);
    if (verb === "pip" && second === "sync") return { command, directory: site.cwd, label: "uv pip sync" };
    if (verb !== "sync") return undefined;
    const given = optionText(args, "--directory", "--project");
    const directory = given === undefined ? site.cwd : resolvePath(site.cwd, given);
    return directory === undefined ? undefined : { command, directory, label: "uv sync" };
  },
  inputs(install, site, context) {
    if (install.label === "uv sync") return syncInputs(install, site, context);
    return install.label === "uv pip sync"
      ? pipSyncInputs(install, site, context)
      : requirementsInputs(install, site, context);
  },
  outputs(install, site): readonly Output[] {
    if (install.label !== "uv sync") return requirementsOutputs(install, site);
    return projectVenv(install.directory, site, site.env.get("UV_PROJECT_ENVIRONMENT") ?? ".venv");
  },
  cleanup: cleansPythonCaches,
  caches(command, site) {
    if (command.program !== "uv") return undefined;
    const args = readArgs(command.args, VALUED);
    const [verb = "", second = ""] = args.words.map((word) => word.value ?? "");
    if (verb !== "sync" && !(verb === "pip" && /^(?:install|sync)$/.test(second))) return undefined;
    const label = verb === "sync" ? "uv sync" : `uv pip ${second}`;
    if (hasOption(args, "--no-cache", "--no-cache-dir", "-n")) return undoneCache(label, "--no-cache");
    if (site.env.has("UV_NO_CACHE")) return undoneCache(label, "UV_NO_CACHE");
    if (hasOption(args, "--offline") || site.env.has("UV_OFFLINE")) return neededCache(label, "--offline");
    const mode = optionText(args, "--link-mode") ?? site.env.get("UV_LINK_MODE");
    if (mode === "symlink") return neededCache(label, "its packages are links into the cache");
    const path = hasOption(args, "--cache-dir")
      ? optionText(args, "--cache-dir")
      : cacheDirectory(site, ["UV_CACHE_DIR"], belowCacheHome(site, "uv"));
    return path?.startsWith("/") === true ? [{ path, holds: "downloads" }] : unknownCache(label);
  },
};

function pipSyncInputs(install: Install, site: Site, context: Context): Inputs | InputsRefusal {
  const paths: string[] = [];
  for (const word of readArgs(install.command.args, VALUED).words.slice(2)) {
    if (word.value === undefined)
      return { code: "unknown-input", reason: `\`uv pip sync ${word.text}\` reads a file whose name is not known` };
    const found = besideInstall(site.cwd, word.value, install.label, site, context);
    if ("reason" in found) return found;
    const read = readRequirements(found.path, context);
    if ("reason" in read) return read;
    paths.push(...read.paths);
  }
  return { paths: [...new Set(paths)], notes: [] };
}

function syncInputs(install: Install, site: Site, context: Context): Inputs | InputsRefusal {
  const args = readArgs(install.command.args, VALUED);
  const manifest = besideInstall(install.directory, "pyproject.toml", install.label, site, context);
  if ("reason" in manifest) return manifest;
  const read = readToml(manifest.path, context);
  if ("reason" in read) return read;
  const settings = tableAt(read.table, "tool", "uv");
  const packaged = settings?.["package"] ?? tableAt(read.table, "build-system") !== undefined;
  const whole = packaged !== false && !hasOption(args, "--no-install-project", "--no-install-workspace");
  const insert = whole ? { insert: withoutProject(install, "--no-install-project") } : {};
  const dynamic = tableAt(read.table, "project")?.["dynamic"];
  if (whole && Array.isArray(dynamic) && dynamic.includes("dependencies")) {
    return {
      code: "installs-project",
      reason: `${manifest.path}: the dependencies are dynamic, so \`uv sync\` builds the project to know them`,
    };
  }
  if (settings !== undefined && tableAt(settings, "workspace") !== undefined) {
    return {
      code: "workspace",
      reason: `${manifest.path}: [tool.uv.workspace] has members whose manifests the install reads`,
    };
  }
  const local =
    pathDependency([settings === undefined ? undefined : tableAt(settings, "sources")]) ??
    fileRequirement(tableAt(read.table, "project")?.["dependencies"]);
  if (local !== undefined)
    return {
      code: "local-dependency",
      reason: `${manifest.path}: ${local} is a local project, which needs its source`,
    };
  const locks = presentBeside(install.directory, ["uv.lock"], site, context);
  const fixed = hasOption(args, "--frozen", "--locked") || site.env.has("UV_FROZEN") || site.env.has("UV_LOCKED");
  if (fixed && locks.length === 0)
    return { code: "no-lockfile", reason: "`uv sync` needs uv.lock, which is not in the build context" };
  const paths = [
    manifest.path,
    ...locks,
    ...presentBeside(install.directory, [".python-version", "uv.toml"], site, context),
  ];
  if (locks.length === 0)
    return {
      paths,
      ...insert,
      notes: ["there is no uv.lock: the cached layer keeps the versions of the day it was built"],
    };
  return fixed
    ? { paths, ...insert, notes: [] }
    : {
        paths,
        ...insert,
        notes: [],
        unproven:
          "`uv sync` without --frozen or --locked may rewrite uv.lock, and the later copy bring the old one back",
      };
}

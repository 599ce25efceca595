import type { Context } from "../context/context.js";
import { hasOption, optionText, readArgs } from "../shell/args.js";
import { resolvePath } from "../facts/paths.js";
import { belowCacheHome, cacheDirectory, undoneCache, unknownCache } from "./caches.js";
import type { Install, KnownEcosystem, Output, Site } from "./ecosystem.js";
import {
  activeVenv,
  besideInstall,
  cleansPythonCaches,
  fileRequirement,
  pathDependency,
  presentBeside,
  projectVenv,
  readToml,
  tableAt,
  withoutProject,
  type Table,
} from "./python-project.js";

const VALUED = "-C --directory -P --project --only --with --without -E --extras";

export const poetry: KnownEcosystem = {
  name: "poetry",
  about: {
    summary: "Packages of Python with Poetry",
    installs: ["poetry install", "poetry sync"],
    manifests: ["pyproject.toml"],
    lockfiles: ["poetry.lock"],
    makes: [".venv"],
    docs: `Read as well: \`poetry.toml\`. Without \`--no-root\` Poetry installs the project, too, which needs its source: then the dependencies get a step of their own with \`--no-root\`, and the full
command behind the source only adds the project. Left alone: dependencies by path, \`--only-root\`.`,
  },
  reads: ["pyproject.toml", "poetry.lock", "poetry.toml", ".venv"],
  install(command, site) {
    if (command.program !== "poetry") return undefined;
    const args = readArgs(command.args, VALUED);
    const verb = args.words[0]?.value;
    if (verb !== "install" && verb !== "sync") return undefined;
    const given = optionText(args, "-C", "--directory", "-P", "--project");
    const directory = given === undefined ? site.cwd : resolvePath(site.cwd, given);
    return directory === undefined ? undefined : { command, directory, label: `poetry ${verb}` };
  },
  inputs(install, site, context) {
    const args = readArgs(install.command.args, VALUED);
    const manifest = besideInstall(install.directory, "pyproject.toml", install.label, site, context);
    if ("reason" in manifest) return manifest;
    const read = readToml(manifest.path, context);
    if ("reason" in read) return read;
    const tool = tableAt(read.table, "tool", "poetry");
    if (hasOption(args, "--only-root"))
      return {
        code: "installs-project",
        reason: "`poetry install --only-root` installs the project itself, which needs its source",
      };
    const insert =
      hasOption(args, "--no-root") || tool?.["package-mode"] === false
        ? {}
        : { insert: withoutProject(install, "--no-root") };
    const groups = Object.values(tableAt(tool ?? {}, "group") ?? {}).map((group) =>
      tableAt(group as Table, "dependencies"),
    );
    const local =
      pathDependency([
        tool === undefined ? undefined : tableAt(tool, "dependencies"),
        tool === undefined ? undefined : tableAt(tool, "dev-dependencies"),
        ...groups,
      ]) ?? fileRequirement(tableAt(read.table, "project")?.["dependencies"]);
    if (local !== undefined)
      return {
        code: "local-dependency",
        reason: `${manifest.path}: ${local} is a local project, which needs its source`,
      };
    const locks = presentBeside(install.directory, ["poetry.lock"], site, context);
    const settings = presentBeside(install.directory, ["poetry.toml"], site, context);
    const paths = [manifest.path, ...locks, ...settings];
    if (locks.length === 0)
      return {
        paths,
        ...insert,
        notes: ["there is no poetry.lock: the cached layer keeps the versions of the day it was built"],
      };
    return { paths, ...insert, notes: [] };
  },
  outputs: (install, site, context): readonly Output[] =>
    venvInProject(install, site, context) ? projectVenv(install.directory, site) : activeVenv(site),
  cleanup: cleansPythonCaches,
  caches(command, site) {
    const label = poetry.install(command, site)?.label;
    if (label === undefined) return undefined;
    if (hasOption(readArgs(command.args, VALUED), "--no-cache")) return undoneCache(label, "--no-cache");
    const base = cacheDirectory(site, ["POETRY_CACHE_DIR"], belowCacheHome(site, "pypoetry"));
    // Beside these two, poetry keeps the virtual environments there.
    return base === undefined
      ? unknownCache(label)
      : ["cache", "artifacts"].map((name) => ({ path: `${base}/${name}`, holds: "downloads" }));
  },
};

/** `poetry config virtualenvs.in-project true` is not seen here: unless something says no, the environment may be .venv. */
function venvInProject(install: Install, site: Site, context: Context): boolean {
  const setting = site.env.get("POETRY_VIRTUALENVS_IN_PROJECT");
  if (setting !== undefined) return !/^(?:false|0)$/i.test(setting);
  if (/^(?:false|0)$/i.test(site.env.get("POETRY_VIRTUALENVS_CREATE") ?? "")) return false;
  const [path] = presentBeside(install.directory, ["poetry.toml"], site, context);
  const read = path === undefined ? undefined : readToml(path, context);
  const table = read === undefined || "reason" in read ? undefined : tableAt(read.table, "virtualenvs");
  return table === undefined || (table["in-project"] !== false && table["create"] !== false);
}

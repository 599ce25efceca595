import { hasOption, optionText, readArgs } from "../shell/args.js";
import { resolvePath } from "../facts/paths.js";
import type { KnownEcosystem, Output } from "./ecosystem.js";
import {
  besideInstall,
  cleansPythonCaches,
  fileRequirement,
  presentBeside,
  projectVenv,
  readToml,
  tableAt,
  withoutProject,
} from "./python-project.js";

const VALUED = "-p --project -G --group -L --lockfile --venv -x --without";

export const pdm: KnownEcosystem = {
  name: "pdm",
  about: {
    summary: "Packages of Python with PDM",
    installs: ["pdm install", "pdm sync"],
    manifests: ["pyproject.toml"],
    lockfiles: ["pdm.lock"],
    makes: [".venv", "__pypackages__"],
    docs: `Read as well: \`pdm.toml\`, \`.pdm-python\`. Without \`--no-self\` a project that is a package gets a step of its own for its dependencies, with \`--no-self\`. Left alone: dependencies by
path.`,
  },
  reads: ["pyproject.toml", "pdm.lock", "pdm.toml", ".pdm-python", ".venv", "__pypackages__"],
  install(command, site) {
    if (command.program !== "pdm") return undefined;
    const args = readArgs(command.args, VALUED);
    const verb = args.words[0]?.value;
    if (verb !== "install" && verb !== "sync") return undefined;
    const given = optionText(args, "-p", "--project");
    const directory = given === undefined ? site.cwd : resolvePath(site.cwd, given);
    return directory === undefined ? undefined : { command, directory, label: `pdm ${verb}` };
  },
  inputs(install, site, context) {
    const args = readArgs(install.command.args, VALUED);
    const manifest = besideInstall(install.directory, "pyproject.toml", install.label, site, context);
    if ("reason" in manifest) return manifest;
    const read = readToml(manifest.path, context);
    if ("reason" in read) return read;
    const distribution =
      tableAt(read.table, "tool", "pdm")?.["distribution"] ?? tableAt(read.table, "build-system") !== undefined;
    const insert =
      hasOption(args, "--no-self") || distribution === false ? {} : { insert: withoutProject(install, "--no-self") };
    const local = fileRequirement(tableAt(read.table, "project")?.["dependencies"]);
    if (local !== undefined)
      return {
        code: "local-dependency",
        reason: `${manifest.path}: ${local} is a local project, which needs its source`,
      };
    const locks = presentBeside(install.directory, [optionText(args, "-L", "--lockfile") ?? "pdm.lock"], site, context);
    const paths = [
      manifest.path,
      ...locks,
      ...presentBeside(install.directory, ["pdm.toml", ".pdm-python"], site, context),
    ];
    return {
      paths,
      ...insert,
      notes:
        locks.length > 0 ? [] : ["there is no pdm.lock: the cached layer keeps the versions of the day it was built"],
    };
  },
  outputs: (install, site): readonly Output[] => [
    ...projectVenv(install.directory, site),
    ...projectVenv(install.directory, site, "__pypackages__"),
  ],
  cleanup: cleansPythonCaches,
};

import { hasOption, readArgs } from "../shell/args.js";
import type { KnownEcosystem, Output } from "./ecosystem.js";
import {
  activeVenv,
  besideInstall,
  cleansPythonCaches,
  pathDependency,
  presentBeside,
  projectVenv,
  readToml,
  tableAt,
} from "./python-project.js";

const VALUED = "--python --pypi-mirror -r --requirements -i --index --categories -c --extra-pip-args";

export const pipenv: KnownEcosystem = {
  name: "pipenv",
  about: {
    summary: "Packages of Python with Pipenv",
    installs: ["pipenv install", "pipenv sync"],
    manifests: ["Pipfile"],
    lockfiles: ["Pipfile.lock"],
    makes: [".venv"],
    docs: `\`pipenv sync\`, \`--deploy\` and \`--ignore-pipfile\` take the lockfile as it is; else Pipenv may rewrite it, which makes the rewrite suggested. Left alone: another Pipfile
(\`PIPENV_PIPFILE\`, \`-r\`), dependencies by path.`,
  },
  reads: ["Pipfile", "Pipfile.lock", ".env", ".venv"],
  install(command, site) {
    if (command.program !== "pipenv") return undefined;
    const args = readArgs(command.args, VALUED);
    const [verb, ...packages] = args.words.map((word) => word.value);
    if ((verb !== "install" && verb !== "sync") || packages.length > 0) return undefined;
    return { command, directory: site.cwd, label: `pipenv ${verb}` };
  },
  inputs(install, site, context) {
    const args = readArgs(install.command.args, VALUED);
    if (site.env.has("PIPENV_PIPFILE") || hasOption(args, "-r", "--requirements")) {
      return { code: "unknown-input", reason: `\`${install.label}\` reads another file than Pipfile` };
    }
    const pipfile = besideInstall(install.directory, "Pipfile", install.label, site, context);
    if ("reason" in pipfile) return pipfile;
    const locks = presentBeside(install.directory, ["Pipfile.lock"], site, context);
    const locked = install.label === "pipenv sync" || hasOption(args, "--deploy", "--ignore-pipfile");
    if (locked && locks.length === 0)
      return {
        code: "no-lockfile",
        reason: `\`${install.label}\` needs Pipfile.lock, which is not in the build context`,
      };
    const read = readToml(pipfile.path, context);
    if ("reason" in read) return read;
    const local = pathDependency([tableAt(read.table, "packages"), tableAt(read.table, "dev-packages")]);
    if (local !== undefined)
      return {
        code: "local-dependency",
        reason: `${pipfile.path}: ${local} is a local project, which needs its source`,
      };
    const notes =
      locks.length === 0
        ? ["there is no Pipfile.lock: the cached layer keeps the versions of the day it was built"]
        : [];
    const paths = [pipfile.path, ...locks];
    if (locked || locks.length === 0 || hasOption(args, "--skip-lock")) return { paths, notes };
    return {
      paths,
      notes,
      unproven: "`pipenv install` without --deploy may rewrite Pipfile.lock, and the later copy bring the old one back",
    };
  },
  outputs(install, site): readonly Output[] {
    if (hasOption(readArgs(install.command.args, VALUED), "--system")) return activeVenv(site);
    // Without a setting, pipenv takes a .venv in the project when there is one.
    return projectVenv(install.directory, site);
  },
  cleanup: cleansPythonCaches,
};

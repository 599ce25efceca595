import { hasOption, optionText, readArgs, type Args } from "../shell/args.js";
import type { Context } from "../context/context.js";
import type { Inputs, InputsRefusal, Install, KnownEcosystem, Output, Site } from "./ecosystem.js";
import { activeVenv, besideInstall, cleansPythonCaches } from "./python-project.js";
import { belowCacheHome, cacheDirectory, undoneCache, unknownCache } from "./caches.js";
import { readRequirements } from "./requirements.js";
import { resolvePath } from "../facts/paths.js";

export const PIP_VALUED =
  "-r --requirement -c --constraint -e --editable -t --target --prefix --root -i --index-url --extra-index-url -f --find-links --trusted-host --platform --python-version --implementation --abi --no-binary --only-binary --progress-bar --proxy --retries --timeout --exists-action --cert --client-cert --cache-dir --upgrade-strategy --global-option --install-option --config-settings -C --src --log --report --root-user-action --use-feature --use-deprecated --python -p";

/** Options that name where it installs. */
const TARGETS = /^(?:-t|--target|--prefix|--root|--src)$/;

export const pip: KnownEcosystem = {
  name: "pip",
  about: {
    summary: "Packages of Python with pip",
    installs: ["pip install -r requirements.txt", "pip3 install -r requirements.txt"],
    manifests: ["requirements.txt"],
    lockfiles: [],
    makes: [],
    docs: `Requirements and constraints files are read whatever they are called, with those that they include. Left alone: what installs the project itself (\`pip install .\`, \`-e\`), and files
that a variable names. Packages that are named on the command line alone are no install of the project; hoist-stable-instructions moves those. A virtual environment in
the project that is in use is kept out of later copies.`,
  },
  reads: [],
  install(command, site) {
    if (!/^pip[\d.]*$/.test(command.program ?? "")) return undefined;
    const args = readArgs(command.args, PIP_VALUED);
    if (args.words[0]?.value !== "install") return undefined;
    return requirementsInstall(command, args, site, "pip install", 1);
  },
  inputs: requirementsInputs,
  outputs: (install, site) => requirementsOutputs(install, site),
  cleanup: cleansPythonCaches,
  caches(command, site) {
    if (!/^pip[\d.]*$/.test(command.program ?? "")) return undefined;
    const args = readArgs(command.args, PIP_VALUED);
    const verb = args.words[0]?.value ?? "";
    if (!/^(?:install|wheel|download)$/.test(verb)) return undefined;
    const label = `pip ${verb}`;
    if (hasOption(args, "--no-cache-dir")) return undoneCache(label, "--no-cache-dir");
    if (site.env.has("PIP_NO_CACHE_DIR")) return undoneCache(label, "PIP_NO_CACHE_DIR");
    const path = hasOption(args, "--cache-dir")
      ? optionText(args, "--cache-dir")
      : cacheDirectory(site, ["PIP_CACHE_DIR"], belowCacheHome(site, "pip"));
    return path?.startsWith("/") === true ? [{ path, holds: "downloads" }] : unknownCache(label);
  },
};

/** `pip install` and `uv pip install` of requirement files or local projects; named packages alone are no project install. */
export function requirementsInstall(
  command: Install["command"],
  args: Args,
  site: Site,
  label: string,
  verbs: number,
): Install | undefined {
  const files = args.options
    .filter((option) => /^(?:-r|--requirement|-e|--editable)$/.test(option.name))
    .map((option) => `${option.name} ${option.value?.text ?? ""}`);
  const local = args.words
    .slice(verbs)
    .filter(
      (word) =>
        /^["']?(?:\.{1,2}(?:[/[]|["']?$)|file:)/.test(word.text) ||
        (/\//.test(word.text) && !/:\/\/|@/.test(word.text)),
    );
  if (files.length === 0 && local.length === 0 && !site.env.has("PIP_REQUIREMENT")) return undefined;
  return { command, directory: site.cwd, label: [label, ...files, ...local.map((word) => word.text)].join(" ") };
}

export function requirementsInputs(install: Install, site: Site, context: Context): Inputs | InputsRefusal {
  const args = readArgs(install.command.args, PIP_VALUED);
  const paths: string[] = [];
  const editable = args.options.find((option) => option.name === "-e" || option.name === "--editable");
  const local = args.words.find(
    (word) =>
      /^["']?\.{1,2}(?:[/[]|["']?$)|^file:/.test(word.text) || (/\//.test(word.text) && !/:\/\/|@/.test(word.text)),
  );
  if (editable !== undefined || local !== undefined) {
    return {
      code: "installs-project",
      reason: `\`${install.label}\` installs the project itself, which needs its source`,
    };
  }
  const target = args.options.find(({ name, text }) => TARGETS.test(name) && text === undefined);
  if (target !== undefined)
    return {
      code: "unknown-output",
      reason: `\`${install.label}\` installs to ${target.value?.text ?? target.name}, which only the build knows`,
    };
  for (const name of ["PIP_REQUIREMENT", "PIP_CONSTRAINT", "PIP_FIND_LINKS", "UV_CONSTRAINT"]) {
    if (site.env.has(name))
      return { code: "environment-input", reason: `${name} names a further file that the install reads` };
  }
  for (const option of args.options) {
    const kind = /^(?:-r|--requirement|-c|--constraint)$/.test(option.name)
      ? "requirements"
      : /^(?:-f|--find-links)$/.test(option.name)
        ? "links"
        : undefined;
    if (kind === undefined || /^[a-z]+:\/\//.test(option.text ?? "")) continue;
    if (option.text === undefined)
      return { code: "unknown-input", reason: `\`${install.label}\` reads a file whose name is not known` };
    const found = besideInstall(site.cwd, option.text, install.label, site, context);
    if ("reason" in found) return found;
    const read = kind === "links" ? { paths: [found.path] } : readRequirements(found.path, context);
    if ("reason" in read) return read;
    paths.push(...read.paths);
  }
  return { paths: [...new Set(paths)], notes: [] };
}

export function requirementsOutputs(install: Install, site: Site): readonly Output[] {
  const args = readArgs(install.command.args, PIP_VALUED);
  const targets = args.options.filter((option) => TARGETS.test(option.name));
  return [
    ...activeVenv(site, install.command),
    ...targets.flatMap((option): Output[] => {
      const path = option.text === undefined ? undefined : resolvePath(site.cwd, option.text);
      const context = path === undefined ? undefined : site.toContext(path);
      return path === undefined
        ? []
        : [{ path, kind: "installed", ...(context === undefined ? {} : { ignorePattern: context }) }];
    }),
  ];
}

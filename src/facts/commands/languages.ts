import { allArguments, either, systemOnly, verbs, versionOnly, type TouchRule } from "./touch.js";

/** Words after the verb that are no options. */
function packages(command: Parameters<TouchRule>[0]): string[] {
  return command.args
    .filter((word) => !word.text.startsWith("-"))
    .slice(1)
    .map((word) => word.text);
}

const hasOption = (command: Parameters<TouchRule>[0], ...names: readonly string[]): boolean =>
  command.args.some((word) => names.includes(word.text.split("=")[0] ?? ""));

/** A global npm install reads no project configuration (npm's own rule for --global). */
const globalNode: TouchRule = (command) =>
  hasOption(command, "-g", "--global", "--location") ? systemOnly(command) : undefined;

/** `pip install poetry==1.8`: named packages only, no requirement file, no local project. */
const namedPackages: TouchRule = (command) =>
  !hasOption(command, "-r", "--requirement", "-e", "--editable", "-c", "--constraint", "-t", "--target") &&
  packages(command).every((name) => /^["']?[A-Za-z0-9][\w.-]*(?:\[[\w,.-]+\])?(?:[<>=!~].*)?["']?$/.test(name))
    ? systemOnly(command)
    : undefined;

const cacheOnly: TouchRule = (command) => systemOnly(command);

/** Language tools installed for the whole image, and version prints. What reads the project is an ecosystem's matter, not listed here. */
export const languageCommands: Readonly<Record<string, TouchRule>> = {
  npm: either(versionOnly, verbs("install i add update uninstall", globalNode), verbs("config cache", cacheOnly)),
  pnpm: either(versionOnly, verbs("add install i", globalNode), verbs("config store", cacheOnly)),
  yarn: either(versionOnly, verbs("cache", cacheOnly), (command) =>
    command.args[0]?.value === "global" && command.args[1]?.value === "add" ? systemOnly(command) : undefined,
  ),
  bun: versionOnly,
  node: versionOnly,
  corepack: either(verbs("enable disable", systemOnly), (command) =>
    command.args[0]?.value === "prepare" && packages(command).length > 0 ? systemOnly(command) : undefined,
  ),
  n: systemOnly,
  pip: either(versionOnly, verbs("install uninstall", namedPackages), verbs("cache", cacheOnly)),
  pip3: either(versionOnly, verbs("install uninstall", namedPackages), verbs("cache", cacheOnly)),
  pipx: verbs("install", namedPackages),
  python: versionOnly,
  python3: versionOnly,
  // `python -m venv DIR`: copies from the system into the directory.
  venv: (command) => ({ paths: allArguments(command)?.paths ?? [], system: true, environment: true }),
  virtualenv: (command) => ({ paths: allArguments(command)?.paths ?? [], system: true, environment: true }),
  gem: verbs("install update", namedPackages),
  go: either(
    versionOnly,
    verbs("install", (command) =>
      packages(command).every((name) => name.includes("@")) ? systemOnly(command) : undefined,
    ),
  ),
  cargo: versionOnly,
  rustc: versionOnly,
  rustup: systemOnly,
};

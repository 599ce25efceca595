import type { Context } from "../context/context.js";
import { parentOf, resolvePath } from "../facts/paths.js";
import { neededCache, unknownCache } from "./caches.js";
import type { Inputs, InputsRefusal, Install, KnownEcosystem, Output, Site, ToolCache } from "./ecosystem.js";
import {
  belowJavaHome,
  carried,
  hasJvmOption,
  lastOption,
  launchOf,
  propertyOf,
  readJvmArgs,
  removesBelowHome,
  startOf,
  type JvmArgs,
  type Launch,
} from "./jvm-tool.js";
import { localInputs, mavenFolder, readPoms, readSettings, type MavenFolder } from "./maven-project.js";
import { readExtensions, type Pom } from "./pom.js";
import { besideInstall } from "./python-project.js";

const VALUED =
  "-b --builder --color -D --define -emp -ep -f --file -gs --global-settings -gt --global-toolchains -l --log-file -P --activate-profiles -pl --projects -rf --resume-from -s --settings -T --threads -t --toolchains";
/** Whole names that begin like an option with a value. */
const FLAGS = "-fae -ff -fn -llr";
/** Has no place in a step that only resolves. */
const DROPPED =
  "-l --log-file -fae -ff -fn --fail-at-end --fail-fast --fail-never -T --threads -am -amd -rf --resume-from -U --update-snapshots";

/** The phases of the default and site lifecycles (Maven: Introduction to the Build Lifecycle). */
const PHASES = new Set(
  (
    "validate initialize generate-sources process-sources generate-resources process-resources compile process-classes " +
    "generate-test-sources process-test-sources generate-test-resources process-test-resources test-compile process-test-classes " +
    "test prepare-package package pre-integration-test integration-test post-integration-test verify install deploy " +
    "pre-site site post-site site-deploy"
  ).split(" "),
);
const RESOLVES =
  /^(?:dependency|org\.apache\.maven\.plugins:maven-dependency-plugin(?::[\w.-]+)?):(?:go-offline|resolve|resolve-plugins)$|:go-offline-maven-plugin(?::[\w.-]+)?:resolve-dependencies$/;

/** Packagings whose plugins are known to resolve without the source. */
const PACKAGINGS = new Set("jar war ear ejb rar pom maven-plugin bundle hpi quarkus".split(" "));

const SETTINGS = ["-s", "--settings", "-gs", "--global-settings"];
const TOOLCHAINS = ["-t", "--toolchains", "-gt", "--global-toolchains"];

export const maven: KnownEcosystem = {
  name: "maven",
  about: {
    summary: "Artifacts of Java with Maven",
    installs: ["mvn dependency:go-offline", "mvn package", "./mvnw package"],
    manifests: ["pom.xml"],
    lockfiles: [],
    makes: ["~/.m2/repository"],
    docs: `Read as well: parent POMs in the context, \`.mvn\`, the wrapper, settings that are named, jars and repositories of files. A build gets a step that resolves dependencies and plugins before the
source: suggested, because that step is new. Left alone: several modules (a cache mount serves them), packagings and extensions that are not known.`,
  },
  reads: ["pom.xml", ".mvn"],
  install(command, site) {
    const launch = launchOf(command, "mvn");
    if (launch === undefined) return undefined;
    const args = ownArgs(launch);
    const goals = args.words.map((word) => word.value);
    const directory = parentOf(pomOf(args, site) ?? "");
    if (directory === "" || goals.includes(undefined) || hasJvmOption(args, "-o", "--offline")) return undefined;
    return resolvesOnly(args) || goals.some((goal) => PHASES.has(goal ?? ""))
      ? { command, directory, label: `${launch.name} ${goals.join(" ")}` }
      : undefined;
  },
  inputs(install, site, context) {
    const launch = launchOf(install.command, "mvn");
    if (launch === undefined) throw new TypeError(`not a Maven command: ${install.command.text}`);
    return mavenInputs(install, launch, site, context);
  },
  outputs(install, site, context): readonly Output[] {
    const launch = launchOf(install.command, "mvn");
    const path = launch && localRepository(launch, site, context);
    const inContext = path === undefined ? undefined : site.toContext(path);
    if (path === undefined) return [];
    return [{ path, kind: "installed", ...(inContext === undefined ? {} : { ignorePattern: inContext }) }];
  },
  cleanup: (command) => removesBelowHome(command, "m2"),
  caches(command, site, context) {
    const launch = launchOf(command, "mvn");
    if (launch === undefined) return undefined;
    const args = allArgs(launch, site, context === undefined ? undefined : folderOf(launch, site, context));
    if (hasJvmOption(args, "-v", "--version", "-h", "--help")) return undefined;
    if (hasJvmOption(args, "-o", "--offline")) return neededCache(launch.name, "--offline");
    const path = localRepository(launch, site, context);
    if (path === undefined) return unknownCache(launch.name);
    // The wrapper goes by HOME, not by the account (its script).
    const own = launch.script === undefined || site.env.has("MAVEN_USER_HOME") || site.env.has("HOME");
    const wrapper = own ? undefined : belowJavaHome(site, ".m2/wrapper");
    return [path, ...(wrapper === undefined ? [] : [wrapper])].map((one): ToolCache => ({ path: one, ...SHARED }));
  },
};

/** Only one build at a time may write the local repository (Maven's own locks hold within one process). */
const SHARED = { holds: "dependencies", sharing: "locked" } as const;

/** The command's own words. */
const ownArgs = (launch: Launch): JvmArgs => readJvmArgs(launch.args, VALUED, FLAGS);

/** With those that .mvn/maven.config, one or several a line, and MAVEN_ARGS put before them. */
function allArgs(launch: Launch, site: Site, folder: MavenFolder | undefined): JvmArgs {
  const lines = (folder?.config ?? "").split(/\r?\n/).filter((line) => !line.startsWith("#"));
  const words = [...lines, site.env.get("MAVEN_ARGS") ?? ""].flatMap((line) => line.split(/\s+/));
  const before = words.filter((word) => word !== "").map((text) => ({ text, value: text }));
  return readJvmArgs([...before, ...launch.args], VALUED, FLAGS);
}

const resolvesOnly = ({ words }: JvmArgs): boolean =>
  words.length > 0 && words.every((word) => RESOLVES.test(word.value ?? ""));

/** Image path of the POM: `-f` names it, or its directory. */
function pomOf(args: JvmArgs, site: Site): string | undefined {
  const file = lastOption(args, "-f", "--file");
  if (file === undefined) return resolvePath(site.cwd, "pom.xml");
  if (file.value === undefined) return undefined;
  return resolvePath(site.cwd, file.value.endsWith(".xml") ? file.value : `${file.value}/pom.xml`);
}

const folderOf = (launch: Launch, site: Site, context: Context): MavenFolder =>
  mavenFolder(parentOf(pomOf(ownArgs(launch), site) ?? "/"), site, context);

const namedFiles = ({ options }: JvmArgs, names: readonly string[]): readonly (string | undefined)[] =>
  options.filter((option) => names.includes(option.name)).map((option) => option.value);

/** Options of the JVM by which Maven finds or loads files. */
const JVM_FILES = /-javaagent:|-D(?:maven\.repo\.local|maven\.ext\.class\.path|user\.home)=/;

/** What tells Maven of files by options of the JVM, or by a variable that only the build knows. */
function toldFiles({ env }: Site, folder: MavenFolder | undefined): string | undefined {
  const unknown = ["MAVEN_OPTS", "MAVEN_ARGS"].find((name) => env.has(name) && env.get(name) === undefined);
  if (unknown !== undefined) return unknown;
  if (JVM_FILES.test(env.get("MAVEN_OPTS") ?? "")) return "MAVEN_OPTS";
  return JVM_FILES.test(folder?.jvm ?? "") ? ".mvn/jvm.config" : undefined;
}

/** Image path of the local repository; undefined: only the build knows. */
function localRepository(launch: Launch, site: Site, context: Context | undefined): string | undefined {
  const folder = context === undefined ? undefined : folderOf(launch, site, context);
  const args = allArgs(launch, site, folder);
  if (toldFiles(site, folder) !== undefined) return undefined;
  const told = propertyOf(args, "maven.repo.local");
  if (told !== undefined) return told.value === undefined ? undefined : resolvePath(site.cwd, told.value);
  const home = belowJavaHome(site, ".m2");
  const own = home === undefined ? undefined : `${home}/settings.xml`;
  const files = [
    ...(own === undefined || site.toContext(own) === undefined ? [] : [own]),
    ...namedFiles(args, SETTINGS),
  ];
  if (context === undefined && files.length > 0) return undefined;
  const settings = context === undefined ? undefined : readSettings(files, "settings", site, context);
  if (settings !== undefined && "reason" in settings) return undefined;
  const repository = settings?.repository ?? (home === undefined ? undefined : `${home}/repository`);
  return repository?.startsWith("/") === true && !repository.includes("$") ? repository : undefined;
}

function mavenInputs(install: Install, launch: Launch, site: Site, context: Context): Inputs | InputsRefusal {
  const args = ownArgs(launch);
  const pom = pomOf(args, site) ?? "";
  const manifest = besideInstall(install.directory, pom.slice(pom.lastIndexOf("/") + 1), install.label, site, context);
  if ("reason" in manifest) return manifest;
  const start = startOf(launch, site, context);
  if ("reason" in start) return start;
  const poms = readPoms(pom, site, context);
  if ("reason" in poms) return poms;
  const refusal = unfit(poms, args);
  if (refusal !== undefined) return refusal;
  const beside = besideFiles(poms, install.directory, launch, site, context);
  if ("reason" in beside) return beside;
  const options = carried(withoutTestSwitches(args), DROPPED, install.command);
  if ("reason" in options) return options;
  const others = [...poms.slice(1).map((one) => one.path), ...start.paths, ...beside.paths].sort();
  const paths = [manifest.path, ...new Set(others)];
  if (resolvesOnly(args)) return plainInputs(paths, poms, beside.extensions);
  return {
    paths,
    notes: [
      "some plugins fetch more when they run (surefire its providers); a cache mount on ~/.m2/repository would keep that as well",
    ],
    // go-offline is the same, but fails where a dependency has the scope system (measured, plugin 3.5.0).
    insert: {
      text: [start.text, ...options, "dependency:resolve", "dependency:resolve-plugins"].join(" "),
      directory: site.cwd,
      scripts: start.paths,
    },
    unproven:
      "`dependency:resolve-plugins` is a new step: it fetches every plugin of the project, also those that this build does not use (deploy, site), and fails where one cannot be had",
  };
}

/** `-DskipTests` and its like: nothing of tests runs. */
const withoutTestSwitches = ({ words, options }: JvmArgs): JvmArgs => ({
  words,
  options: options.filter((option) => !/^-D\s*(?:skip(?:IT|Test)s?|maven\.test\.skip)\b/.test(option.text)),
});

function plainInputs(paths: readonly string[], poms: readonly Pom[], extensions: readonly string[]): Inputs {
  const unread = unreadPart(poms, extensions);
  return { paths, notes: [], ...(unread === undefined ? {} : { unproven: unread }) };
}

/** Why nothing can be resolved from these POMs alone. */
function unfit(poms: readonly Pom[], args: JvmArgs): InputsRefusal | undefined {
  const [first] = poms;
  if (first === undefined) return undefined;
  const { path, modules, packaging } = first;
  const chosen = lastOption(args, "-pl", "--projects", "-rf", "--resume-from", "-am", "-amd");
  const what =
    modules.length > 0 ? `has modules (${modules[0] ?? ""}, ...)` : `is built with \`${chosen?.text ?? ""}\``;
  if (modules.length > 0 || chosen !== undefined)
    return {
      code: "multi-module",
      reason: `${path} ${what}: modules that need each other cannot be resolved before they are built; keep ~/.m2/repository in a cache mount instead`,
    };
  if (!PACKAGINGS.has(packaging))
    return { code: "unknown-packaging", reason: `${path}: what the packaging ${packaging} resolves is not known` };
  return undefined;
}

/** What is read beside POMs and wrapper: .mvn, settings, local jars and repositories. */
function besideFiles(
  poms: readonly Pom[],
  directory: string,
  launch: Launch,
  site: Site,
  context: Context,
): { readonly paths: readonly string[]; readonly extensions: readonly string[] } | InputsRefusal {
  const folder = folderOf(launch, site, context);
  const args = allArgs(launch, site, folder);
  const told = toldFiles(site, folder);
  if (told !== undefined)
    return { code: "unknown-input", reason: `${told} may tell Maven of files that are not known` };
  if (hasJvmOption(args, "-o", "--offline"))
    return { code: "offline", reason: ".mvn/maven.config makes Maven work offline: nothing is downloaded" };
  const settings = readSettings(namedFiles(args, SETTINGS), "settings", site, context);
  if ("reason" in settings) return settings;
  const toolchains = readSettings(namedFiles(args, TOOLCHAINS), "toolchains", site, context);
  if ("reason" in toolchains) return toolchains;
  const local = localInputs(poms, directory, site, context);
  if ("reason" in local) return local;
  const file = folder.paths.map((path) => `${path}/extensions.xml`).find((path) => context.kind(path) === "file");
  const extensions = file === undefined ? [] : readExtensions(file, context);
  if ("reason" in extensions) return extensions;
  const all = [...extensions, ...poms.flatMap((pom) => pom.extensions)];
  const history = all.find((id) => /git(?!hub)/i.test(id) && !id.includes("wagon"));
  if (history !== undefined)
    return {
      code: "reads-history",
      reason: `the extension ${history} reads the repository's history, which changes with every commit`,
    };
  return { paths: [...folder.paths, ...settings.paths, ...toolchains.paths, ...local], extensions: all };
}

/** Parents that are known to activate no profile by a file. */
const KNOWN_PARENTS = new Set(["org.springframework.boot:spring-boot-starter-parent"]);

/** What may look at the source while it resolves, as far as the context does not tell. */
function unreadPart(poms: readonly Pom[], extensions: readonly string[]): string | undefined {
  const active = poms.find((pom) => pom.activatedByFile);
  if (active !== undefined) return `${active.path}: a profile is in force when some file is there, or is not`;
  const [extension] = extensions;
  if (extension !== undefined) return `the extension ${extension} runs in every step, and may read the source`;
  const parent = poms.at(-1)?.parent;
  return parent === undefined || KNOWN_PARENTS.has(parent.id)
    ? undefined
    : `the parent ${parent.id} comes from a repository: whether its profiles look at the source is not known`;
}

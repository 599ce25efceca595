import type { Context } from "../context/context.js";
import { repository } from "../facts/base-images.js";
import { resolvePath } from "../facts/paths.js";
import { cacheDirectory, neededCache, unknownCache } from "./caches.js";
import type { Inputs, InputsRefusal, Install, KnownEcosystem, Output, Site } from "./ecosystem.js";
import { GRADLE_FILES, readBuild, rootOf } from "./gradle-build.js";
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
import { presentBeside } from "./python-project.js";

const VALUED =
  "-b --build-file -c --settings-file --configuration-cache-problems --console -D --system-prop -F --dependency-verification -g --gradle-user-home -I --init-script --include-build --max-workers -P --project-prop -p --project-dir --priority --project-cache-dir --tests --warning-mode -x --exclude-task";
/** Options that a step which only resolves has a use for; the others belong to tasks, or to how they run. */
const CARRIED =
  "-D --system-prop -F --dependency-verification -g --gradle-user-home -P --project-prop -p --project-dir --no-daemon --console -q --quiet -i --info -w --warn -s --stacktrace -S --full-stacktrace --no-configuration-cache --no-build-cache --warning-mode";
/** Tasks of every build that build nothing. */
/** Tasks of the Java, Kotlin, Application, Spring Boot and Quarkus plugins that need what the project depends on; of others (documentation, code generation) that is not known. */
const BUILDS =
  /(?:^|:)(?:assemble\w*|\w*[bB]uild|check|\w*[cC]lasses|compile\w*|\w*[dD]ependencies|resolve\w*|download\w*|\w*[dD]ist\w*|install\w*|\w*[jJ]ar|\w*[wW]ar|test\w*|bootRun|run|stage|nativeCompile|bootBuildImage)$/;
/** Of a task. */
const LONGEST_NAME = 200;

const IDLE = new Set("clean help tasks projects properties wrapper init".split(" "));

export const gradle: KnownEcosystem = {
  name: "gradle",
  about: {
    summary: "Artifacts of Java and Kotlin with Gradle",
    installs: ["gradle dependencies", "gradle build", "./gradlew build"],
    manifests: ["build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"],
    lockfiles: ["gradle.lockfile", "buildscript-gradle.lockfile"],
    makes: [".gradle", "~/.gradle"],
    docs: `Read as well: \`gradle.properties\`, the wrapper and version catalogs below \`gradle\`, \`buildSrc\`, applied scripts. Build scripts are programs: always suggested. A build gets a
\`dependencies\` step before the source. Left alone: scripts that read files or run programs, plugins that look at the source (Android, git versions), projects with computed names.`,
  },
  reads: GRADLE_FILES,
  install(command, site) {
    const launch = launchOf(command, "gradle");
    if (launch === undefined) return undefined;
    const args = argsOf(launch);
    const tasks = tasksOf(args);
    const given = lastOption(args, "-p", "--project-dir");
    const directory = given === undefined ? site.cwd : given.value && resolvePath(site.cwd, given.value);
    if (directory === undefined || directory === "" || hasJvmOption(args, "--offline", "-v", "--version"))
      return undefined;
    return tasks === undefined ||
      !tasks.some((task) => task.length < LONGEST_NAME && BUILDS.test(task)) ||
      tasks.every((task) => IDLE.has(task))
      ? undefined
      : { command, directory, label: `${launch.name} ${tasks.join(" ")}` };
  },
  inputs(install, site, context) {
    const launch = launchOf(install.command, "gradle");
    if (launch === undefined) throw new TypeError(`not a Gradle command: ${install.command.text}`);
    return gradleInputs(install, launch, site, context);
  },
  outputs(install, site, context): readonly Output[] {
    const root = rootOf(install.directory, site, context);
    const launch = launchOf(install.command, "gradle");
    const home = launch && userHome(launch, site);
    const made = [".gradle", "buildSrc/.gradle", "buildSrc/build"].flatMap((name): Output[] => {
      const path = resolvePath(root, name);
      const inContext = path === undefined ? undefined : site.toContext(path);
      const isPart = !name.startsWith("buildSrc") || presentBeside(root, ["buildSrc"], site, context).length > 0;
      return path === undefined || !isPart
        ? []
        : [{ path, kind: "installed", ...(inContext === undefined ? {} : { ignorePattern: inContext }) }];
    });
    return [...made, ...(home === undefined ? [] : [{ path: home, kind: "installed" } as const])];
  },
  cleanup: (command) => removesBelowHome(command, "gradle"),
  caches(command, site) {
    const launch = launchOf(command, "gradle");
    if (launch === undefined) return undefined;
    const args = argsOf(launch);
    if (launch.script === undefined && hasJvmOption(args, "-v", "--version")) return undefined;
    if (hasJvmOption(args, "--offline")) return neededCache(launch.name, "--offline");
    const home = userHome(launch, site);
    if (home === undefined) return unknownCache(launch.name);
    const names = launch.script === undefined ? ["caches"] : ["caches", "wrapper"];
    // Two builds in two containers do not see each other's locks (gradle/gradle#7518).
    return names.map((name) => ({ path: `${home}/${name}`, holds: "dependencies", sharing: "locked" }));
  },
};

const argsOf = (launch: Launch): JvmArgs => readJvmArgs(launch.args, VALUED, "");

/** undefined: none, or not literal. */
function tasksOf({ words }: JvmArgs): readonly string[] | undefined {
  const tasks = words.flatMap((word) => word.value ?? []);
  return tasks.length === words.length && tasks.length > 0 ? tasks : undefined;
}

const resolvesOnly = (tasks: readonly string[]): boolean => tasks.every((task) => /^(?:.*:)?dependencies$/.test(task));

const isGradleImage = ({ image }: Site): boolean => image !== undefined && /(?:^|\/)gradle$/.test(repository(image));

/** GRADLE_USER_HOME; undefined: only the build knows. */
function userHome(launch: Launch, site: Site): string | undefined {
  const args = argsOf(launch);
  const given = lastOption(args, "-g", "--gradle-user-home") ?? propertyOf(args, "gradle.user.home");
  if (given !== undefined) return given.value === undefined ? undefined : resolvePath(site.cwd, given.value);
  const told = ["GRADLE_OPTS", "JAVA_OPTS"].some((name) => /(?:gradle\.)?user\.home=/.test(site.env.get(name) ?? ""));
  // The official image links root's to gradle's (its published Dockerfile).
  const own = isGradleImage(site) && /^(?:root|gradle)?(?::|$)/.test(site.user ?? "");
  const fallback = own ? "/home/gradle/.gradle" : belowJavaHome(site, ".gradle");
  return told ? undefined : cacheDirectory(site, ["GRADLE_USER_HOME"], fallback);
}

function gradleInputs(install: Install, launch: Launch, site: Site, context: Context): Inputs | InputsRefusal {
  const args = argsOf(launch);
  const odd = lastOption(
    args,
    "-b",
    "--build-file",
    "-c",
    "--settings-file",
    "-I",
    "--init-script",
    "--include-build",
    "--project-cache-dir",
  );
  if (odd !== undefined)
    return {
      code: "unknown-input",
      reason: `\`${launch.name} ${odd.text}\` names a part of the build that is not looked at`,
    };
  if (hasJvmOption(args, "--refresh-dependencies"))
    return {
      code: "refreshes",
      reason: "`--refresh-dependencies` fetches all again, whatever an earlier step has left",
    };
  const start = startOf(launch, site, context);
  if ("reason" in start) return start;
  const root = rootOf(install.directory, site, context);
  const build = readBuild(install, { site, context, root, scripts: new Map() });
  if ("reason" in build) return build;
  const tasks = tasksOf(args) ?? [];
  const paths = [...new Set([...build.paths, ...start.paths])];
  const unproven = "build scripts are programs, and their plugins may look at the source";
  if (resolvesOnly(tasks)) return { paths, notes: [], unproven };
  const options = carried(only(args, CARRIED), "", install.command);
  if ("reason" in options) return options;
  const reports = reportsOf(tasks, root === install.directory ? build.projects : []);
  return {
    paths,
    notes: [
      ...(isGradleImage(site) && !site.env.has("GRADLE_USER_HOME") ? [VOLUME] : []),
      "`gradle dependencies` fetches Gradle itself, the plugins and what describes the dependencies; the jars come with the build, and a cache mount on the Gradle user home would keep them as well",
    ],
    insert: { text: [start.text, ...options, ...reports].join(" "), directory: site.cwd, scripts: start.paths },
    unproven: `\`dependencies\` is a new step: ${unproven}`,
  };
}

/** Measured with BuildKit and the classic builder of docker 20.10. */
const VOLUME =
  "the gradle image makes its user home a volume: BuildKit keeps what a step leaves there, the classic builder throws it away";

const only = ({ words, options }: JvmArgs, names: string): JvmArgs => ({
  words,
  options: options.filter((option) => names.split(" ").includes(option.name)),
});

/** The report of each project that the tasks belong to. A name without a colon means the project and all below it. */
function reportsOf(tasks: readonly string[], projects: readonly string[]): readonly string[] {
  const qualified = tasks.map((task) => (task.includes(":") ? task.slice(0, task.lastIndexOf(":") + 1) : undefined));
  const all = ["dependencies", ...projects.map((project) => `:${project.replaceAll("/", ":")}:dependencies`)];
  return qualified.includes(undefined) ? all : [...new Set(qualified.map((project) => `${project ?? ""}dependencies`))];
}

import type { Context } from "../context/context.js";
import { resolvePath } from "../facts/paths.js";
import type { Command } from "../shell/script.js";
import { cacheDirectory, homeOf, undoneCache, unknownCache } from "./caches.js";
import type { Inputs, InputsRefusal, Install, KnownEcosystem, Output, Site } from "./ecosystem.js";
import { lockMatches } from "./mix-lock.js";
import { readMixProject, type MixProject } from "./mix-project.js";
import { besideInstall, presentBeside } from "./python-project.js";

/** Tasks that work on dependencies alone, and tool installs that may stand with them. */
const DEPENDENCY = /^deps\.(?:get|compile)\b/;
const EARLY = /^(?:deps\.(?:get|compile)|local\.(?:hex|rebar))\b/;

/** By these asdf and mise choose an Elixir. */
const VERSION_FILES = [".tool-versions", "mise.toml"];

export const mix: KnownEcosystem = {
  name: "mix",
  about: {
    summary: "Packages of Elixir with Mix",
    installs: ["mix deps.get", "mix deps.compile", "mix do deps.get, deps.compile"],
    manifests: ["mix.exs"],
    lockfiles: ["mix.lock"],
    makes: ["deps", "_build"],
    docs: `Read as well: \`config\`, the applications of an umbrella, local dependencies. \`mix.exs\` is a program: what it may read beside that makes it refused. Compiling dependencies is part of the
install, compiling the project is not. Left alone: a lockfile that is out of step, dependencies that need the project's source.`,
  },
  reads: ["mix.exs", "mix.lock", "config", "deps", "_build", ...VERSION_FILES],
  install(command, site) {
    const tasks = tasksOf(command);
    if (!tasks.some((task) => DEPENDENCY.test(task)) || site.env.has("MIX_EXS")) return undefined;
    return {
      command,
      directory: site.cwd,
      label: `mix ${tasks
        .filter((task) => EARLY.test(task))
        .map(nameOf)
        .join(" and ")}`,
    };
  },
  inputs(install, site, context) {
    const tasks = tasksOf(install.command);
    const manifest = besideInstall(install.directory, "mix.exs", install.label, site, context);
    if ("reason" in manifest) return manifest;
    const project = readMixProject(manifest.path, environmentOf(site), context);
    if ("reason" in project) return project;
    const source = tasks.find((task) => needsSource(task, project));
    if (source !== undefined && project.local !== undefined && DEPENDENCY.test(source))
      return {
        code: "local-dependency",
        reason: `\`mix ${nameOf(source)}\` compiles the project of ${project.local} as well, which needs its source`,
      };
    const early = tasks.slice(0, source === undefined ? tasks.length : tasks.indexOf(source));
    const insert = source === undefined ? {} : downloadStep(install, early);
    if (insert === undefined)
      return { code: "builds-source", reason: `\`mix ${nameOf(source ?? "")}\` needs the source` };
    const read = lockInputs(install, early, project, context);
    if ("reason" in read) return read;
    const managed = !/(?:^|\/)elixir[:@]/.test(site.image ?? "");
    const versions = managed ? presentBeside(install.directory, VERSION_FILES, site, context) : [];
    return { ...read, ...insert, paths: [...read.paths, ...versions] };
  },
  outputs(install, site, context) {
    const [manifest] = presentBeside(install.directory, ["mix.exs"], site, context);
    const project = manifest === undefined ? undefined : readMixProject(manifest, environmentOf(site), context);
    return project === undefined || "reason" in project ? [] : mixOutputs(install, project, site);
  },
  caches(command, site) {
    const task = tasksOf(command).find((one) => /^deps\.(?:get|update)\b/.test(one));
    if (task === undefined) return undefined;
    const label = `mix ${nameOf(task)}`;
    if (/^(?:1|true)$/.test(site.env.get("HEX_OFFLINE") ?? "")) return undoneCache(label, "HEX_OFFLINE");
    const home = cacheDirectory(site, ["HEX_HOME"], homeOf(site)?.concat("/.hex"));
    // Not the whole of it: beside the packages lie credentials.
    return home === undefined
      ? unknownCache(label)
      : [{ path: `${home}/packages`, holds: "downloads", sharing: "locked" }];
  },
};

const nameOf = (task: string): string => task.split(" ")[0] ?? task;

/** The tasks of a command: `mix deps.get --only prod`, `mix do deps.get, deps.compile`, `mix do deps.get + compile`. */
function tasksOf({ program, args }: Command): readonly string[] {
  if (program !== "mix") return [];
  const words = args.map((word) => word.value ?? word.text);
  return words[0] === "do"
    ? words
        .slice(1)
        .join(" ")
        .split(/(?<!\s)\s*,\s+|(?<!\s)\s+\+\s+/)
    : [words.join(" ")];
}

/** MIX_ENV, by default "dev"; undefined when it is not known, as in an image that may set it. */
function environmentOf({ env, image = "" }: Site): string | undefined {
  if (env.has("MIX_ENV")) return env.get("MIX_ENV");
  const plain = /^(?:docker\.io\/)?(?:library\/|hexpm\/)?(?:elixir|erlang|alpine|debian|ubuntu)(?:[:@]|$)/;
  return plain.test(image) ? "dev" : undefined;
}

/** `deps.compile` compiles what the project holds too, unless told not to; the source of the rest is in deps. */
function needsSource(task: string, { local }: MixProject): boolean {
  if (!EARLY.test(task)) return true;
  const skips = /--skip-local-deps/.test(task) && /--skip-umbrella-children/.test(task);
  return task.startsWith("deps.compile") && local !== undefined && !skips;
}

/** The leading tasks of `mix do deps.get, compile` alone. */
function downloadStep({ command, directory }: Install, early: readonly string[]): Pick<Inputs, "insert"> | undefined {
  if (!early.some((task) => DEPENDENCY.test(task)) || command.assignments.length > 0) return undefined;
  const text =
    early.length === 1 ? `mix ${early.join("")}` : `mix do ${early.join(/ \+ /.test(command.text) ? " + " : ", ")}`;
  return { insert: { text, directory } };
}

function lockInputs(
  { label }: Install,
  early: readonly string[],
  project: MixProject,
  context: Context,
): Inputs | InputsRefusal {
  const [manifest = "", ...rest] = project.paths;
  if (context.kind(project.lock) === undefined)
    return {
      paths: project.paths,
      notes: [`there is no ${project.lock}: the cached layer keeps the versions of the day it was built`],
    };
  const paths = [manifest, project.lock, ...rest];
  if (early.every((task) => !task.startsWith("deps.get") || /--check-locked/.test(task))) return { paths, notes: [] };
  const read = context.read(project.lock);
  if ("problem" in read) return { code: "unreadable-manifest", reason: `${project.lock}: ${read.problem}` };
  const inStep = project.packages === undefined ? undefined : lockMatches(project.packages, read.text);
  if (inStep === true) return { paths, notes: [] };
  const rewritten = `\`${label}\` would rewrite it, and the later copy bring the old one back`;
  // Measured, Elixir 1.14: tasks that load dependencies fail on what is not locked as mix.exs says.
  return inStep === false
    ? {
        code: "out-of-step",
        reason: `${project.lock} is out of step with ${manifest}: ${rewritten}, at which \`mix compile\` stops`,
      }
    : {
        paths,
        notes: [],
        unproven: `whether ${project.lock} is in step with ${manifest} cannot be told; else ${rewritten}`,
      };
}

function mixOutputs({ directory }: Install, { written }: MixProject, site: Site): readonly Output[] {
  const made = (variables: readonly string[], usual: string): Output[] => {
    const told = variables.find((name) => site.env.has(name));
    const path = resolvePath(directory, (told === undefined ? usual : site.env.get(told)) ?? usual);
    const local = path === undefined ? undefined : site.toContext(path);
    return path === undefined
      ? []
      : [{ path, kind: "installed", ...(local === undefined ? {} : { ignorePattern: local }) }];
  };
  const lock = resolvePath(directory, written.lock);
  return [
    ...made(["MIX_DEPS_PATH"], written.deps),
    ...made(["MIX_BUILD_PATH", "MIX_BUILD_ROOT"], written.build),
    ...(lock === undefined ? [] : [{ path: lock, kind: "rewritten" } as const]),
  ];
}

import { hasOption, readArgs } from "../shell/args.js";
import type { Command, ShellWord } from "../shell/script.js";
import { fileCommands } from "./commands/files.js";
import { languageCommands } from "./commands/languages.js";
import { systemCommands } from "./commands/system.js";
import { touch, type SystemUse, type Target, type TouchRule } from "./commands/touch.js";
import { environmentPaths } from "./environment-paths.js";
import { expand } from "./expand.js";
import { cleanPath, isSystemPath, isWithin, parentOf, resolvePath } from "./paths.js";
import type { State } from "./state.js";

/** What a step reads and writes in the image (Bernstein's sets), as far as order needs it. */
export interface Effects {
  /** Image paths, each with all that is below it. */
  readonly reads: readonly string[];
  readonly writes: readonly string[];
  /** Looked at, whether there or not; of what a COPY brings there from the build context, `reads` has all that counts. */
  readonly probes: readonly string[];
  /** Directories that must be there: `cd` goes into them, a new file lies in one. */
  readonly needs: readonly string[];
  /** The system's own directories: packages, users, language-wide installs and caches. */
  readonly system: SystemUse;
  /** May depend on any ENV and ARG, not just on those it mentions. */
  readonly environment: boolean;
  /** Holds a relative path. */
  readonly relative: boolean;
  /** Why nothing is known ("`make build` may read or write anything"); nothing crosses such a step. */
  readonly opaque: string | undefined;
}

const NONE: Effects = {
  reads: [],
  writes: [],
  probes: [],
  needs: [],
  system: "none",
  environment: false,
  relative: false,
  opaque: undefined,
};

export const opaque = (reason: string): Effects => ({ ...NONE, opaque: reason });

/** All that the step touches, reading or writing. */
export const touched = ({ reads, writes, probes }: Effects): readonly string[] => [...reads, ...probes, ...writes];

/** The directory after `cd X`; undefined when X is not known. */
export function changeDirectory(command: Command, cwd: string, state: State): string | undefined {
  const [target] = command.args;
  return target === undefined || target.text.startsWith("-") || command.args.length > 1
    ? undefined
    : targetPath(target, cwd, state)?.path;
}

export function commandEffects(command: Command, cwd: string, state: State): Effects {
  const touch = ruleFor(command)?.(command);
  // The words that xargs appends come from elsewhere.
  if (touch === undefined || command.wrappers.includes("xargs"))
    return opaque(`\`${shorten(command.text)}\` may read or write anything`);
  const redirects = redirectTargets(command);
  const reads = resolveAll([...touch.reads, ...redirects.reads], cwd, state);
  const writes = resolveAll([...touch.writes, ...redirects.writes], cwd, state);
  const unknown = reads.unknown ?? writes.unknown;
  if (unknown !== undefined)
    return opaque(`\`${shorten(command.text)}\` touches a path that is not known, \`${unknown}\``);
  // A tool found by PATH in a directory of the image's own reads it, and what it installs for the whole image goes there.
  const own = touch.system === "none" ? [] : toolDirectories(state);
  const told = touch.environment ? environmentPaths(state.env, command.program ?? "") : [];
  return {
    reads: [...reads.paths, ...own, ...told],
    writes: [...writes.paths, ...(touch.system === "writes" ? own : [])],
    probes: [],
    needs: neededBy(command, cwd, state, writes.paths),
    system: touch.system,
    environment: touch.environment,
    relative: reads.relative || writes.relative,
    opaque: undefined,
  };
}

function neededBy(command: Command, cwd: string, state: State, writes: readonly string[]): readonly string[] {
  if (command.program === "cd") return [changeDirectory(command, cwd, state) ?? "/"];
  // `rm -rf` is content when there is nothing.
  return command.program === "rm" ? [] : writes.map(parentOf);
}

/** Directories above those that PATH names outside of the system: a virtual environment, a prefix. */
function toolDirectories(state: State): readonly string[] {
  const entries = (state.env.get("PATH") ?? "").split(":").filter((entry) => entry.startsWith("/"));
  const roots = entries
    .map((entry) => entry.replace(/\/s?bin\/?$/, ""))
    .filter((root) => root !== "" && !isSystemPath(root));
  return [
    ...new Set([
      ...roots,
      ...["VIRTUAL_ENV", "NPM_CONFIG_PREFIX", "npm_config_prefix"].flatMap((name) => state.env.get(name) ?? []),
    ]),
  ];
}

function ruleFor(command: Command): TouchRule | undefined {
  // `FOO=bar` alone sets a shell variable.
  if (command.program === undefined)
    return command.args.length === 0 && command.assignments.length > 0 ? () => touch({}) : undefined;
  if (command.programPath?.startsWith(".") === true) return undefined;
  for (const table of [fileCommands, systemCommands, languageCommands]) {
    if (Object.hasOwn(table, command.program)) return table[command.program];
  }
  return undefined;
}

function redirectTargets(command: Command): {
  readonly reads: readonly ShellWord[];
  readonly writes: readonly ShellWord[];
} {
  const files = command.redirects.flatMap(({ operator, target }) =>
    target === undefined ||
    /^\/dev\/(?:null|stdout|stderr|fd\/\d)$/.test(target.value ?? "") ||
    /^&?\d+$|^-$/.test(target.text) ||
    operator.startsWith("<<")
      ? []
      : [{ operator, target }],
  );
  const of = (read: boolean): ShellWord[] =>
    files.filter((one) => (one.operator === "<") === read).map((one) => one.target);
  return { reads: of(true), writes: of(false) };
}

interface Resolved {
  readonly paths: readonly string[];
  readonly relative: boolean;
  /** Text of a target whose path is not known. */
  readonly unknown: string | undefined;
}

function resolveAll(targets: readonly Target[], cwd: string, state: State): Resolved {
  const paths: string[] = [];
  let relative = false;
  for (const target of targets) {
    const found = targetPath(target, cwd, state);
    if (found === undefined) return { paths, relative, unknown: typeof target === "string" ? target : target.text };
    paths.push(found.path);
    relative ||= found.relative;
  }
  return { paths, relative, unknown: undefined };
}

/** A glob stands for the directory it searches. */
function targetPath(target: Target, cwd: string, state: State): { path: string; relative: boolean } | undefined {
  const own = typeof target === "string";
  const text = own ? target : (target.value ?? globDirectory(expand(target.text, state.env, "\\"), state));
  if (text === undefined) return undefined;
  if (text === "~" || text.startsWith("~/")) {
    const home = state.env.get("HOME") ?? (state.user === "root" ? "/root" : undefined);
    if (home === undefined) return own ? { path: "/home", relative: false } : undefined;
    return { path: cleanPath(home + text.slice(1)) ?? home, relative: false };
  }
  const path = resolvePath(cwd, text);
  return path === undefined ? undefined : { path, relative: !text.startsWith("/") };
}

function globDirectory(text: string, state: State): string | undefined {
  // Only ENV and ARG keep one value; a shell variable or a substitution may be anything.
  const unknown = [...text.matchAll(/\$(?:\{([^}]*)\})?/g)].some(
    ([, name]) => name === undefined || !(name.startsWith("ARG ") || state.env.has(name)),
  );
  if (unknown || text.includes("`")) return undefined;
  const glob = text.replace(/\$\{[^}]*\}/g, (variable) => "_".repeat(variable.length)).search(/[*?[{]/);
  return glob < 0 ? text : text.slice(0, text.lastIndexOf("/", glob) + 1) || ".";
}

/** A symbolic link that a RUN makes: what is done below `from` is done below `to`. Image paths. */
export interface Link {
  readonly from: string;
  readonly to: string;
}

/** `ln -s TO FROM`; undefined for other commands. A link whose ends are not known may lead anywhere: both are `/`. */
export function linkOf(command: Command, cwd: string, state: State): Link | undefined {
  if (command.program !== "ln") return undefined;
  const args = readArgs(command.args, "-t --target-directory -S --suffix");
  if (!hasOption(args, "-s", "--symbolic")) return undefined;
  const [target, name] = args.words;
  const from = name === undefined ? undefined : targetPath(name, cwd, state)?.path;
  const base = from === undefined || target?.text.startsWith("/") === true ? cwd : from.slice(0, from.lastIndexOf("/"));
  const to = target === undefined ? undefined : targetPath(target, base, state)?.path;
  return from === undefined || to === undefined || args.words.length > 2 ? { from: "/", to: "/" } : { from, to };
}

/** The effects with every path that leads through a link also where the link leads. */
export function throughLinks(effects: Effects, links: readonly Link[]): Effects {
  if (links.length === 0) return effects;
  const follow = (paths: readonly string[]): readonly string[] =>
    paths.flatMap((path) => [
      path,
      ...links.flatMap(({ from, to }) =>
        isWithin(path, from) ? [to + path.slice(from.length)] : isWithin(from, path) ? [to] : [],
      ),
    ]);
  return {
    ...effects,
    reads: follow(effects.reads),
    writes: follow(effects.writes),
    probes: follow(effects.probes),
    needs: follow(effects.needs),
  };
}

const USES: readonly SystemUse[] = ["none", "reads", "writes"];

export function joinEffects(all: readonly Effects[]): Effects {
  return {
    reads: all.flatMap((one) => one.reads),
    writes: all.flatMap((one) => one.writes),
    probes: all.flatMap((one) => one.probes),
    needs: all.flatMap((one) => one.needs),
    system: USES[Math.max(0, ...all.map((one) => USES.indexOf(one.system)))] ?? "none",
    environment: all.some((one) => one.environment),
    relative: all.some((one) => one.relative),
    opaque: all.find((one) => one.opaque !== undefined)?.opaque,
  };
}

export function shorten(text: string, limit = 60): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}

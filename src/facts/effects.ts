import type { Command, ShellWord } from "../shell/script.js";
import { fileCommands } from "./commands/files.js";
import { languageCommands } from "./commands/languages.js";
import { systemCommands } from "./commands/system.js";
import { touch, type SystemUse, type Target, type TouchRule } from "./commands/touch.js";
import { environmentPaths } from "./environment-paths.js";
import { expand } from "./expand.js";
import { cleanPath, isSystemPath, parentOf, resolvePath } from "./paths.js";
import type { State } from "./state.js";

/** What a step reads and writes in the image (Bernstein's sets), as far as order needs it. */
export interface Effects {
  /** Image paths, each with all that is below it. */
  readonly reads: readonly string[];
  /**
   * Those of `reads` that a command names and does not make itself: they have to be there, also where the build context does not have them today, because
   * something makes them before the build.
   */
  readonly expects: readonly string[];
  readonly writes: readonly string[];
  /** Those of `writes` that it takes away, with all that is below. */
  readonly removes: readonly string[];
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
  expects: [],
  writes: [],
  removes: [],
  probes: [],
  needs: [],
  system: "none",
  environment: false,
  relative: false,
  opaque: undefined,
};

export const opaque = (reason: string): Effects => ({ ...NONE, opaque: reason });

/** Does the directory that it runs in matter to a RUN? */
export function needsDirectory({ opaque, relative }: Effects, text: string, flags: readonly string[]): boolean {
  const mountsBelow = flags.some((flag) => /\b(?:target|dst|destination)=(?!\/)/.test(flag));
  return opaque !== undefined || relative || mountsBelow || /\b(?:PWD|pwd)\b/.test(text);
}

/** All that the step touches, reading or writing. */
export const touched = ({ reads, writes, probes }: Effects): readonly string[] => [...reads, ...probes, ...writes];

/** The directory after `cd X`; undefined when X is not known. */
export function changeDirectory(command: Command, cwd: string, state: State): string | undefined {
  const [target] = command.args;
  return target === undefined || target.text.startsWith("-") || command.args.length > 1
    ? undefined
    : targetPath(target, cwd, state)?.path;
}

/** Where a command runs: the variables that it sees, and those of them (`state`) that its script does not set itself. */
export interface Place {
  readonly cwd: string;
  readonly env: ReadonlyMap<string, string | undefined>;
  readonly state: State;
}

export function commandEffects(command: Command, { cwd, env, state }: Place): Effects {
  const touch = ruleFor(command)?.(command);
  if (touch === undefined || command.wrappers.some(isElsewhere))
    return opaque(`\`${shorten(command.text)}\` may read or write anything`);
  const redirects = redirectTargets(command);
  const reads = resolveAll([...touch.reads, ...redirects.reads], cwd, state);
  const writes = resolveAll([...touch.writes, ...redirects.writes], cwd, state);
  const named = resolveAll(
    [...touch.reads, ...redirects.reads].filter((one) => typeof one !== "string"),
    cwd,
    state,
  );
  const unknown = reads.unknown ?? writes.unknown;
  if (unknown !== undefined)
    return opaque(`\`${shorten(command.text)}\` touches a path that is not known, \`${unknown}\``);
  const called = calledByPath(command, cwd, state);
  // A tool that lives in a directory of the image's own reads it, and what it installs for the whole image goes there or where a variable says.
  const own = touch.system === "none" ? [] : toolDirectories(env);
  const told = touch.environment ? environmentPaths(env, command.program ?? "") : [];
  const used = [...own, ...told, ...(called === undefined ? [] : [called.path])];
  return {
    reads: [...reads.paths, ...used],
    expects: named.paths.filter((path) => !writes.paths.includes(path)),
    writes: [...writes.paths, ...(touch.system === "writes" ? used : [])],
    removes: resolveAll(touch.removes, cwd, state).paths,
    probes: [],
    needs: neededBy(command, cwd, state, writes.paths),
    system: touch.system,
    environment: touch.environment,
    relative: reads.relative || writes.relative || called?.relative === true || changesRelatively(command),
    opaque: undefined,
  };
}

/** Under another user, in another place or environment; or (xargs) with words that come from elsewhere. */
export const isElsewhere = (wrapper: string): boolean => /^(?:xargs|gosu|su-exec)$| -/.test(wrapper);

const changesRelatively = ({ program, args }: Command): boolean =>
  program === "cd" && args[0]?.text.startsWith("/") !== true;

/** `/opt/venv/bin/pip` lives in /opt/venv; undefined for what lies in the system's directories, or is found by PATH. */
function calledByPath(
  { programPath }: Command,
  cwd: string,
  state: State,
): { readonly path: string; readonly relative: boolean } | undefined {
  const found = programPath === undefined ? undefined : targetPath(programPath, cwd, state);
  if (found === undefined || isSystemPath(found.path)) return undefined;
  return { ...found, path: parentOf(found.path).replace(/(?!^)\/s?bin$/, "") };
}

function neededBy(command: Command, cwd: string, state: State, writes: readonly string[]): readonly string[] {
  if (command.program === "cd") return [changeDirectory(command, cwd, state) ?? "/"];
  // `rm -rf` is content when there is nothing.
  return command.program === "rm" ? [] : writes.map(parentOf);
}

/** Directories above those that PATH names outside of the system: a virtual environment, a prefix. */
function toolDirectories(env: Place["env"]): readonly string[] {
  const entries = (env.get("PATH") ?? "").split(":").filter((entry) => entry.startsWith("/"));
  const roots = entries
    .map((entry) => entry.replace(/\/s?bin\/?$/, ""))
    .filter((root) => root !== "" && !isSystemPath(root));
  return [
    ...new Set([
      ...roots,
      ...["VIRTUAL_ENV", "NPM_CONFIG_PREFIX", "npm_config_prefix"].flatMap((name) => env.get(name) ?? []),
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
export function targetPath(target: Target, cwd: string, state: State): { path: string; relative: boolean } | undefined {
  const own = typeof target === "string";
  const text = own ? target : (target.value ?? globDirectory(expand(target.text, state.env, "\\"), state));
  if (text === undefined) return undefined;
  if (text === "~" || text.startsWith("~/")) {
    const home = state.env.get("HOME") ?? (state.user === "root" ? "/root" : undefined);
    if (home === undefined) return own ? { path: "/home", relative: false } : undefined;
    return { path: cleanPath(home + text.slice(1)) ?? home, relative: false };
  }
  // The home of another user.
  if (text.startsWith("~")) return undefined;
  const path = resolvePath(cwd, text);
  return path === undefined ? undefined : { path, relative: !text.startsWith("/") };
}

function globDirectory(text: string, state: State): string | undefined {
  // Only ENV and ARG keep one value; a shell variable or a substitution may be anything.
  const unknown = [...text.matchAll(/\$(?:\{([^}]*)(?:\}|$))?/g)].some(
    ([, name]) => name === undefined || !(name.startsWith("ARG ") || state.env.has(name)),
  );
  if (unknown || text.includes("`")) return undefined;
  const glob = text.replace(/\$\{[^}]*(?:\}|$)/g, (variable) => "_".repeat(variable.length)).search(/[*?[{]/);
  return glob < 0 ? text : text.slice(0, text.lastIndexOf("/", glob) + 1) || ".";
}

const USES: readonly SystemUse[] = ["none", "reads", "writes"];

export function joinEffects(all: readonly Effects[]): Effects {
  return {
    reads: all.flatMap((one) => one.reads),
    expects: all.flatMap((one) => one.expects),
    writes: all.flatMap((one) => one.writes),
    removes: all.flatMap((one) => one.removes),
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

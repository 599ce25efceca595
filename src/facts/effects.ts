import type { Command, ShellWord } from "../shell/script.js";
import { fileCommands } from "./commands/files.js";
import { languageCommands } from "./commands/languages.js";
import { systemCommands } from "./commands/system.js";
import type { Touch, TouchRule } from "./commands/touch.js";
import { expand } from "./expand.js";
import { resolvePath } from "./paths.js";
import type { State } from "./state.js";

/** What a RUN reads and writes. Reads and writes are not told apart yet: two steps that touch one path are never swapped. */
export interface Effects {
  /** Image paths, each with all that is below it. */
  readonly paths: readonly string[];
  /** The system's own directories: packages, users, language-wide installs and caches. */
  readonly system: boolean;
  /** Depends on ENV and ARG. */
  readonly environment: boolean;
  /** Holds a relative path. */
  readonly relative: boolean;
  /** Why nothing is known ("`make build` may read or write anything"); nothing crosses such a step. */
  readonly opaque: string | undefined;
}

const NONE: Effects = { paths: [], system: false, environment: false, relative: false, opaque: undefined };

export const opaque = (reason: string): Effects => ({ ...NONE, opaque: reason });

/** The directory after `cd X`; undefined when X is not known. */
export function changeDirectory(command: Command, cwd: string, state: State): string | undefined {
  const [target] = command.args;
  return target === undefined || target.text.startsWith("-") || command.args.length > 1
    ? undefined
    : wordPath(target, cwd, state)?.path;
}

export function commandEffects(command: Command, cwd: string, state: State): Effects {
  const touch = ruleFor(command)?.(command);
  if (touch === undefined) return opaque(`\`${shorten(command.text)}\` may read or write anything`);
  const words = [...touch.paths, ...redirectTargets(command)];
  const paths: string[] = [];
  let relative = false;
  for (const word of words) {
    const found = wordPath(word, cwd, state);
    if (found === undefined)
      return opaque(`\`${shorten(command.text)}\` touches a path that is not known, \`${word.text}\``);
    paths.push(found.path);
    relative ||= found.relative;
  }
  return { paths, system: touch.system, environment: touch.environment, relative, opaque: undefined };
}

function ruleFor(command: Command): TouchRule | undefined {
  // `FOO=bar` alone sets a shell variable.
  if (command.program === undefined)
    return command.args.length === 0 && command.assignments.length > 0 ? assignment : undefined;
  if (command.programPath?.startsWith(".") === true) return undefined;
  for (const table of [fileCommands, systemCommands, languageCommands]) {
    if (Object.hasOwn(table, command.program)) return table[command.program];
  }
  return undefined;
}

const assignment = (): Touch => ({ paths: [], system: false, environment: true });

function redirectTargets(command: Command): ShellWord[] {
  return command.redirects.flatMap(({ target }) =>
    target === undefined || target.value === "/dev/null" || /^&?\d+$|^-$/.test(target.text) ? [] : [target],
  );
}

/** A glob stands for the directory it searches. */
function wordPath(word: ShellWord, cwd: string, state: State): { path: string; relative: boolean } | undefined {
  let text = word.value ?? globDirectory(expand(word.text, state.env, "\\"), state);
  if (text === undefined) return undefined;
  if (text === "~" || text.startsWith("~/")) {
    if (state.user !== "root") return undefined;
    text = `/root${text.slice(1)}`;
  }
  const path = resolvePath(cwd, text);
  return path === undefined ? undefined : { path, relative: !text.startsWith("/") };
}

function globDirectory(text: string, state: State): string | undefined {
  // Only ENV and ARG keep one value; a shell variable or a substitution may be anything.
  const unknown = [...text.matchAll(/\$(?:\{([^}]*)\})?/g)].some(
    ([, name]) => name === undefined || !state.env.has(name),
  );
  if (unknown || text.includes("`")) return undefined;
  const glob = text.replace(/\$\{[^}]*\}/g, (variable) => "_".repeat(variable.length)).search(/[*?[{]/);
  return glob < 0 ? text : text.slice(0, text.lastIndexOf("/", glob) + 1) || ".";
}

export function joinEffects(all: readonly Effects[]): Effects {
  return {
    paths: all.flatMap((one) => one.paths),
    system: all.some((one) => one.system),
    environment: all.some((one) => one.environment),
    relative: all.some((one) => one.relative),
    opaque: all.find((one) => one.opaque !== undefined)?.opaque,
  };
}

export function shorten(text: string, limit = 60): string {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > limit ? `${line.slice(0, limit - 1)}…` : line;
}

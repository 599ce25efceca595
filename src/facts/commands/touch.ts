import { hasOption, readArgs, type Args } from "../../shell/args.js";
import type { Command, ShellWord } from "../../shell/script.js";

/** What a program does with the system's own directories (packages, users, certificates, caches): "none" for core utilities. */
export type SystemUse = "none" | "reads" | "writes";

/** A path as a word of the command, or one that the program is known to use, as it would be written (`~/.npmrc`, `/opt/conda`). */
export type Target = ShellWord | string;

/** What a known command does to the image. Each target stands for all that is below it. */
export interface Touch {
  readonly reads: readonly Target[];
  readonly writes: readonly Target[];
  /** Those of `writes` that it takes away. */
  readonly removes: readonly Target[];
  readonly system: SystemUse;
  /** Its result may depend on any variable of the environment, not just on those it mentions. */
  readonly environment: boolean;
}

/** undefined: not known, the command is opaque. */
export type TouchRule = (command: Command) => Touch | undefined;

/** A table: program to what it touches. */
export type TouchTable = Readonly<Record<string, TouchRule>>;

export function touch(parts: Partial<Touch>): Touch {
  return { reads: [], writes: [], removes: [], system: "none", environment: false, ...parts };
}

/** One rule for several blank-separated programs. */
export function each(names: string, rule: TouchRule): TouchTable {
  return Object.fromEntries(names.split(" ").map((name) => [name, rule]));
}

/** A rule over words and options; `valued` names the options that take a value, blank-separated. */
export function withArgs(
  valued: string,
  rule: (args: Args, command: Command) => Partial<Touch> | undefined,
): TouchRule {
  return (command) => {
    const parts = rule(readArgs(command.args, valued), command);
    return parts === undefined ? undefined : touch(parts);
  };
}

/** The values of these options, as targets. */
export function optionTarget(args: Args, ...names: readonly string[]): readonly ShellWord[] {
  return args.options.flatMap(({ name, value, text }) => {
    if (value === undefined || !names.includes(name)) return [];
    // `--file=x` and `-fx` hold option and value in one word.
    return /^["']?-./.test(value.text) ? [valueIn(value, text)] : [value];
  });
}

/** What stands behind the `=`, or the letter, of an option. */
const valueIn = (word: ShellWord, value: string | undefined): ShellWord => ({
  ...word,
  text: value ?? word.text.replace(/^(["']?)(?:--?[\w-]+=|-\w)/, "$1"),
  value,
});

/** A file by its looks: a path, an archive, a package, a key. */
const isFile = (text: string): boolean =>
  /^["']?(?:file:)?(?:\.{0,2}\/|\.{1,2}["']?$|~)/.test(text) ||
  (/\.(?:deb|rpm|apk|gem|whl|egg|tgz|tar|zip|asc|gpg|key|pem|crt|(?:tar|pkg\.tar)\.\w+)["']?$/.test(text) &&
    !text.includes("://"));

/** Only arguments that are paths by their looks: `apt-get install ./x.deb`, `dpkg -i x.deb`, `--home /app`, `--prefix=/x`. */
export const pathWords = ({ args }: Command): readonly ShellWord[] =>
  args.flatMap((word) => {
    const given = /^["']?-{0,2}[\w:.-]+=/.exec(word.text)?.[0] ?? "";
    const own = {
      ...word,
      text: word.text.slice(given.length),
      value: word.value?.slice(given.replace(/^["']/, "").length),
    };
    const named = given !== "" && (isFile(own.text) || /^["']?[\w.-]+\/[^:]*$/.test(own.text));
    return [...(isFile(word.text) ? [word] : []), ...(named ? [own] : [])];
  });

/** All words but URLs are files: `apt-key add KEY`, `rpm --import KEY`. */
export const fileWords = ({ words }: Args): readonly ShellWord[] => words.filter(({ text }) => !text.includes("://"));

/** Works on the system alone, and on files given by a path. */
export const systemOnly: TouchRule = (command) =>
  touch({ reads: pathWords(command), writes: pathWords(command), system: "writes", environment: true });

/** The rule holds when the first word that is no option is one of the verbs; else the command is opaque. */
export function verbs(names: string, rule: TouchRule): TouchRule {
  const known = new Set(names.split(" "));
  return (command) => {
    const verb = command.args.find((word) => !word.text.startsWith("-"))?.value;
    return verb !== undefined && known.has(verb) ? rule(command) : undefined;
  };
}

/** The first rule that knows the command. */
export function either(...rules: readonly TouchRule[]): TouchRule {
  return (command) => {
    for (const rule of rules) {
      const found = rule(command);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/** Holds when one of the options is given. */
export function withOption(names: string, rule: TouchRule): TouchRule {
  const known = names.split(" ");
  return (command) => (hasOption(readArgs(command.args, ""), ...known) ? rule(command) : undefined);
}

/** `node --version`, `go version`: prints, reads nothing of the project. */
export const versionOnly: TouchRule = ({ args }) =>
  args.length === 1 && /^(?:--version|-version|-v|-V|version)$/.test(args[0]?.value ?? "")
    ? touch({ system: "reads" })
    : undefined;

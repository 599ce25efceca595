import type { ShellWord } from "./script.js";

/** The words after a program, told apart. */
export interface Args {
  /** Words that are no options, in order; after `--` all of them. */
  readonly words: readonly ShellWord[];
  /** Option names as written ("-g", "--prefix"), clusters taken apart; the value is undefined for a flag. */
  readonly options: readonly {
    readonly name: string;
    readonly value: ShellWord | undefined;
    readonly text: string | undefined;
  }[];
}

/** Reads options: `--x=v`, `--x v` and `-x v` for those named in `valued` (blank-separated), `-xv` for short ones, clusters `-yq`. */
export function readArgs(args: readonly ShellWord[], valued: string): Args {
  const takesValue = new Set(valued.split(" "));
  const words: ShellWord[] = [];
  const options: { name: string; value: ShellWord | undefined; text: string | undefined }[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i];
    if (word === undefined) break;
    const text = word.value ?? word.text;
    if (text === "--") {
      words.push(...args.slice(i + 1));
      break;
    }
    if (!text.startsWith("-") || text === "-") {
      words.push(word);
      continue;
    }
    const equals = text.startsWith("--") ? text.indexOf("=") : -1;
    if (equals > 0) options.push({ name: text.slice(0, equals), value: word, text: word.value?.slice(equals + 1) });
    else if (takesValue.has(text)) {
      const value = args[++i];
      options.push({ name: text, value, text: value?.value });
    } else if (!text.startsWith("--") && takesValue.has(text.slice(0, 2)) && text.length > 2) {
      options.push({ name: text.slice(0, 2), value: word, text: word.value?.slice(2) });
    } else if (text.startsWith("--")) options.push({ name: text, value: undefined, text: undefined });
    else
      options.push(...[...text.slice(1)].map((letter) => ({ name: `-${letter}`, value: undefined, text: undefined })));
  }
  return { words, options };
}

export function hasOption(args: Args, ...names: readonly string[]): boolean {
  return args.options.some((option) => names.includes(option.name));
}

/** The last value given for any of the names; undefined when absent or not literal. */
export function optionText(args: Args, ...names: readonly string[]): string | undefined {
  return args.options.filter((option) => names.includes(option.name)).at(-1)?.text;
}

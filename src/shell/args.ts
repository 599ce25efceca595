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

/** Reads options: `--x=v`, `--x v` and `-x v` for those named in `valued` (blank-separated), `-xv` for short ones, clusters `-yq`, `-yqx v`. */
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
    else if (text.startsWith("--")) {
      const value = takesValue.has(text) ? args[++i] : undefined;
      options.push({ name: text, value, text: value?.value });
    } else if (takesValue.has(text)) {
      const value = args[++i];
      options.push({ name: text, value, text: value?.value });
    } else i += readCluster(word, args[i + 1], takesValue, options);
  }
  return { words, options };
}

/** `-yqo FILE`, `-yqoFILE`: letters up to the first that takes a value. Returns how many more words it used. */
function readCluster(
  word: ShellWord,
  next: ShellWord | undefined,
  takesValue: ReadonlySet<string>,
  options: { name: string; value: ShellWord | undefined; text: string | undefined }[],
): number {
  const letters = (word.value ?? word.text).slice(1);
  for (const [index, letter] of [...letters].entries()) {
    const name = `-${letter}`;
    if (!takesValue.has(name)) {
      options.push({ name, value: undefined, text: undefined });
      continue;
    }
    const rest = letters.slice(index + 1);
    const attached = rest !== "";
    options.push({ name, value: attached ? word : next, text: attached ? word.value && rest : next?.value });
    return attached ? 0 : 1;
  }
  return 0;
}

export function hasOption(args: Args, ...names: readonly string[]): boolean {
  return args.options.some((option) => names.includes(option.name));
}

/** The last value given for any of the names; undefined when absent or not literal. */
export function optionText(args: Args, ...names: readonly string[]): string | undefined {
  return args.options.filter((option) => names.includes(option.name)).at(-1)?.text;
}

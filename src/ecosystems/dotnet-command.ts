import type { Command } from "../shell/script.js";

/** A word, or the part of one behind `--name=`: as written, and its literal value if it has one. */
interface Value {
  readonly text: string;
  readonly value: string | undefined;
}

/** A command of the .NET CLI, its arguments told apart. */
export interface Call {
  readonly verb: string;
  /** The project, solution or directory; undefined: none is named. */
  readonly target: Value | undefined;
  /** `-p:NAME=VALUE` in all its spellings; the value is undefined when it holds a variable. */
  readonly properties: readonly Property[];
  /** By long name; empty for a flag. */
  readonly options: ReadonlyMap<string, Value>;
  /** Package sources that are named: `--source` may be given again. */
  readonly sources: readonly Value[];
  /** An argument that is not understood. */
  readonly odd: string | undefined;
}

interface Property {
  readonly name: string;
  readonly value: string | undefined;
  /** The word; empty when an earlier property stands in the same one. */
  readonly text: string;
}

const SHORT: ReadonlyMap<string, string> = new Map(
  Object.entries({
    "-a": "--arch",
    "-c": "--configuration",
    "-d": "--diag",
    "-e": "--environment",
    "-f": "--framework",
    "-l": "--logger",
    "-lp": "--launch-profile",
    "-o": "--output",
    "-r": "--runtime",
    "-s": "--source",
    "-v": "--verbosity",
    "--sc": "--self-contained",
    "--ucr": "--use-current-runtime",
  }),
);

/** Options that mean something else after some verbs. */
const OTHERWISE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  restore: { "-f": "--force" },
  run: { "-p": "--project" },
  // `-r` was the results' directory before .NET 7.
  test: { "-s": "--settings", "-r": "-r", "-t": "--list-tests" },
};

const VALUED = new Set(
  "--add-source --arch --artifacts-path --collect --configfile --configuration --diag --environment --filter --framework --launch-profile --lock-file-path --logger --manifest --os --output --packages --project --property --results-directory --runtime --settings --solution --source --test-adapter-path --tool-manifest --verbosity --version-suffix".split(
    " ",
  ),
);
const FLAGS = new Set(
  "--blame --debug --disable-build-servers --disable-parallel --force --force-evaluate --help --ignore-failed-sources --include-source --include-symbols --interactive --list-tests --locked-mode --no-build --no-cache --no-dependencies --no-http-cache --no-incremental --no-launch-profile --no-logo --no-restore --no-self-contained --nologo --self-contained --serviceable --use-current-runtime --use-lock-file".split(
    " ",
  ),
);

/** Switches of MSBuild that change what is printed or built, not what is restored. */
const SWITCH =
  /^(?:--?|\/)(?:(?:m|maxcpucount|nologo|nr|nodereuse|clp|consoleloggerparameters|bl|binarylogger|warnaserror|nowarn|tl|terminallogger|flp?\d?|fileloggerparameters\d?)(?::.*)?|(?:v|verbosity|t|target):.*)$/is;

/** The arguments of a command; the words of `run` and `test` behind `--` are the program's. */
export function readCall({ args }: Command): Call | undefined {
  const end = args.findIndex((word) => word.text === "--");
  const [first, ...words] = end < 0 ? args : args.slice(0, end);
  const verb = first?.value;
  if (verb === undefined || verb.startsWith("-")) return undefined;
  const options = new Map<string, Value>();
  const properties: Property[] = [];
  const targets: Value[] = [];
  const sources: Value[] = [];
  let odd: string | undefined;
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word === undefined) break;
    const plain = word.value ?? word.text.replace(/^["']/, "");
    const [, written = "", attached] = /^(--?[\w?][\w-]*)(?:[:=](.*))?$/s.exec(plain) ?? [];
    const name = OTHERWISE[verb]?.[written] ?? SHORT.get(written) ?? written;
    const property = /^(?:--?|\/)p(?:roperty)?[:=](?=[^=]+=)/i.exec(plain);
    if (property !== null) properties.push(...propertiesIn(plain.slice(property[0].length), word, word.text));
    else if (SWITCH.test(plain)) continue;
    else if (!/^[-@]/.test(plain)) targets.push(word);
    // Taken apart, its quotes would be lost.
    else if (word.value !== undefined && /\s/.test(attached ?? "")) odd ??= word.text;
    else if (VALUED.has(name)) {
      const next = attached === undefined ? words[++i] : undefined;
      const value = next ?? { text: attached ?? "", value: word.value === undefined ? undefined : attached };
      if (name === "--property") properties.push(...propertiesIn(value.value ?? value.text, value, `-p:${value.text}`));
      else if (/^--(?:add-)?source$/.test(name)) sources.push(value);
      else options.set(name, value);
    } else if (FLAGS.has(name)) {
      const next = /^(?:true|false)$/i.test(words[i + 1]?.value ?? "") ? words[++i] : undefined;
      options.set(name, next ?? { text: attached ?? "", value: attached ?? "" });
    } else odd ??= word.text;
  }
  const named = options.get("--project") ?? options.get("--solution");
  if (verb === "run") targets.length = 0;
  return { verb, target: named ?? targets[0], properties, options, sources, odd: odd ?? targets[1]?.text };
}

/** Several may stand in one word, apart by semicolons or commas. */
const propertiesIn = (pairs: string, { value }: Value, text: string): readonly Property[] =>
  pairs.split(/[;,](?=\w+=)/).map((pair, index) => ({
    name: pair.slice(0, pair.indexOf("=")),
    value: value === undefined ? undefined : pair.slice(pair.indexOf("=") + 1),
    text: index === 0 ? text : "",
  }));

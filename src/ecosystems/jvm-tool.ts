import type { Context } from "../context/context.js";
import { resolvePath } from "../facts/paths.js";
import type { Command, ShellWord } from "../shell/script.js";
import { homeOf } from "./caches.js";
import type { InputsRefusal, Site } from "./ecosystem.js";

type Word = Pick<ShellWord, "text" | "value">;

/** How a command starts Maven or Gradle: by the installed program, or by the script that the project carries. */
export interface Launch {
  /** Variables set for it, then the words that name it, as written: `sh ./mvnw`. undefined: they cannot be said again. */
  readonly text: string | undefined;
  /** The tool as it is called, for people: "./mvnw". */
  readonly name: string;
  readonly args: readonly ShellWord[];
  /** The path, as written, of the project's script (mvnw, gradlew), or of a program named by one; undefined: found by PATH. */
  readonly path: string | undefined;
  /** The path is a project's script: not started through a shell, unless `text` says so. */
  readonly script: "direct" | "shell" | undefined;
}

/** `mvn`, `/opt/maven/bin/mvn`, `./mvnw`, `sh mvnw`; undefined for other programs, and behind sudo and the like. */
export function launchOf(command: Command, tool: "mvn" | "gradle"): Launch | undefined {
  if (command.wrappers.length > 0) return undefined;
  const shell = /^(?:ba|da|a)?sh$/.test(command.program ?? "") ? command.name : undefined;
  const word = shell === undefined ? command.name : command.args[0];
  const args = shell === undefined ? command.args : command.args.slice(1);
  const name = word?.value ?? "";
  const wrapped = name === `${tool}w` || name.endsWith(`/${tool}w`);
  const path = name.includes("/") || shell !== undefined ? name : undefined;
  if (word === undefined || !(wrapped || (shell === undefined && command.program === tool))) return undefined;
  const variables = assignmentsText(command);
  const words = [...(shell === undefined ? [] : [shell.text]), word.text];
  return {
    text: variables === undefined ? undefined : [...variables, ...words].join(" "),
    name,
    args,
    path,
    script: wrapped && path !== undefined ? (shell === undefined ? "direct" : "shell") : undefined,
  };
}

function assignmentsText({ assignments }: Command): readonly string[] | undefined {
  const texts = assignments.flatMap(({ name, value }) =>
    value === undefined || !/^[\w./:=,@%+ -]*$/.test(value)
      ? []
      : [`${name}=${/^[\w./:=,@%+-]+$/.test(value) ? value : `"${value}"`}`],
  );
  return texts.length === assignments.length ? texts : undefined;
}

export interface Start {
  /** What starts the tool as the context has it, before anything has changed a mode. */
  readonly text: string;
  /** Context path of the project's script. */
  readonly paths: readonly string[];
}

/** How to start the tool before the source is copied, or why it cannot be. */
export function startOf(launch: Launch, site: Site, context: Context): Start | InputsRefusal {
  const { text, name, path, script } = launch;
  if (text === undefined)
    return { code: "computed-option", reason: `\`${name}\` runs with variables whose values only the build knows` };
  if (path === undefined) return { text, paths: [] };
  const image = resolvePath(site.cwd, path);
  const file = image === undefined ? undefined : site.toContext(image);
  if (script === undefined)
    return file === undefined && path.startsWith("/")
      ? { text, paths: [] }
      : {
          code: "tool-in-context",
          reason: `${path} comes from the build context, and what else it needs is not known`,
        };
  if (file === undefined || context.kind(file) !== "file")
    return { code: "no-wrapper", reason: `\`${name}\` is not in the build context, or no COPY brings it` };
  const read = context.read(file);
  const content = "text" in read ? read.text : "";
  if (content.includes("\r"))
    return {
      code: "script-line-ends",
      reason: `${file} has Windows line ends, with which it does not run; commit it with others (.gitattributes: eol=lf)`,
    };
  const shell = /^#!\s*\/(?:usr\/)?bin\/(?:env\s+)?((?:ba|da|a)?sh)\s*\n/.exec(content)?.[1];
  if (shell === undefined) return { code: "unknown-script", reason: `${file} does not begin as a shell script does` };
  const runs = script === "shell" || context.executable(file) === true;
  return { text: runs ? text : text.replace(/(?<!\S)\S+$/, (word) => `${shell} ${word}`), paths: [file] };
}

/** One option of a command line. */
export interface JvmOption {
  readonly name: string;
  /** undefined: a flag, or not literal. */
  readonly value: string | undefined;
  /** With its value, as a shell takes it. */
  readonly text: string;
  readonly literal: boolean;
}

export interface JvmArgs {
  readonly words: readonly Word[];
  readonly options: readonly JvmOption[];
}

/**
 * Options as Maven and Gradle read them: `--x=v`, `--x v`, `-x v`, `-Dk=v`; several letters behind one dash are one name, unless the first of
 * them takes a value. `valued` and `flags` (those that would be taken for such a value) are blank-separated.
 */
export function readJvmArgs(args: readonly Word[], valued: string, flags = ""): JvmArgs {
  const takesValue = new Set(valued.split(" "));
  const whole = new Set(flags.split(" "));
  const words: Word[] = [];
  const options: JvmOption[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i];
    if (word === undefined) break;
    const given = word.value ?? word.text.replace(/^["']/, "");
    const literal = word.value !== undefined;
    const add = (name: string, rest: string | undefined): number =>
      options.push({ name, value: literal ? rest : undefined, text: quoted(word), literal });
    const equals = given.startsWith("--") ? given.indexOf("=") : -1;
    if (!given.startsWith("-") || given === "-") words.push(word);
    else if (equals > 0) add(given.slice(0, equals), given.slice(equals + 1));
    else if (takesValue.has(given)) {
      const value = args[++i];
      const text = [word, ...(value === undefined ? [] : [value])].map(quoted).join(" ");
      options.push({ name: given, value: value?.value, text, literal: value?.value !== undefined });
    } else if (!given.startsWith("--") && takesValue.has(given.slice(0, 2)) && !whole.has(given))
      add(given.slice(0, 2), given.slice(2).replace(/^=/, ""));
    else add(given, undefined);
  }
  return { words, options };
}

/** The words of a JSON array know no quotes. */
const quoted = ({ text, value }: Word): string =>
  text === value && /[^\w./:=,@%+~-]/.test(text) ? `'${text.replaceAll("'", String.raw`'\''`)}'` : text;

export const hasJvmOption = ({ options }: JvmArgs, ...names: readonly string[]): boolean =>
  options.some((option) => names.includes(option.name));

/** The last option of these names. */
export const lastOption = ({ options }: JvmArgs, ...names: readonly string[]): JvmOption | undefined =>
  options.findLast((option) => names.includes(option.name));

/** The last `-Dname=value`; undefined: it is not given. A value that is not literal is undefined. */
export function propertyOf({ options }: JvmArgs, name: string): { readonly value: string | undefined } | undefined {
  const given = options.findLast(
    (option) =>
      /^(?:-D|--define|--system-prop)$/.test(option.name) &&
      (option.literal ? option.value?.startsWith(`${name}=`) === true : option.text.includes(`${name}=`)),
  );
  return given && { value: given.value?.slice(name.length + 1) };
}

/** The options that a step before the build needs as well, or why they cannot be said again. */
export function carried(
  { options }: JvmArgs,
  without: string,
  { topLevel, text }: Command,
): readonly string[] | InputsRefusal {
  const dropped = new Set(without.split(" "));
  const kept = options.filter((option) => !dropped.has(option.name));
  // What a loop or a branch sets is not set outside of it.
  const computed = kept.find((option) => !option.literal && (!topLevel || /\$\(|`/.test(option.text)));
  return computed === undefined
    ? kept.map((option) => option.text)
    : {
        code: "computed-option",
        reason: `\`${text.split(/\s/, 1)[0] ?? ""} ${computed.text}\`: its value is known only to the build`,
      };
}

/** A path below the home directory as Java sees it: by the user's account, whatever HOME says (measured, JDK 17). */
export function belowJavaHome(site: Site, path: string): string | undefined {
  const home = homeOf({ ...site, env: new Map([...site.env].filter(([name]) => name !== "HOME")) });
  return home === undefined ? undefined : `${home}/${path}`;
}

/** `rm -rf ~/.m2`: nothing but the tool's own directory below a home. */
export function removesBelowHome({ program, args }: Command, folder: "m2" | "gradle"): boolean {
  const paths = args.filter((word) => !word.text.startsWith("-"));
  return (
    program === "rm" &&
    paths.length > 0 &&
    paths.every((word) =>
      new RegExp(String.raw`^["']?(?:~|\$HOME|\$\{HOME\}|/root|/home/[\w-]+)/\.${folder}(?:/|["']?$)`).test(word.text),
    )
  );
}

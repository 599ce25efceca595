import type { Context } from "../context/context.js";
import { clean } from "../context/go-match.js";
import type { InputsRefusal } from "./ecosystem.js";
import { readScript, type Language, type ScriptSource } from "./script-source.js";

/** Calls of a language that matter for what a script reads. All are tried where `suspicious` matches. */
export interface Dialect {
  readonly language: Language;
  /** Names by which a script can read files, list directories or run programs. */
  readonly suspicious: RegExp;
  /** Of these, calls that read nothing. Sticky, as those below. */
  readonly harmless: RegExp;
  /** Calls whose first argument is the path of a file that they read. */
  readonly reads: RegExp;
  /** Calls that ask whether a file is there. */
  readonly probes: RegExp;
}

/** What a script does with one file. `path` is a context path; undefined when its text is not a plain one. */
export interface Read {
  readonly kind: "read" | "probe" | "other";
  readonly path: string | undefined;
  readonly offset: number;
  /** From the name that was found to the end of its line. */
  readonly call: string;
}

export interface Script extends ScriptSource {
  readonly path: string;
  readonly folder: string;
  readonly workingFolder: string | undefined;
  readonly reads: readonly Read[];
}

const STRING = String.raw`(?:"([^"#\\]*)"|'([^'\\]*)')`;
const HERE = String.raw`(?:__dir__|__DIR__|(?:File|Path)\.dirname\(\s*(?:__FILE__|__ENV__\.file)\s*\))`;
const ABSOLUTE = String.raw`(?:File|Path)\.(?:expand_path|absolute_path|expand)`;

/** The ways to write a path that are understood; `here`: relative to the script's own folder. */
const PATHS: readonly { readonly form: RegExp; readonly here: boolean; readonly up?: true }[] = [
  { form: new RegExp(String.raw`^"#\{\s*${HERE}\s*\}\/([^"#\\]*)"`), here: true },
  { form: new RegExp(String.raw`^${HERE}\s*(?:\+|<>)\s*${STRING}`), here: true },
  { form: new RegExp(String.raw`^(?:File|Path)\.join\(\s*\[?\s*${HERE}\s*,\s*${STRING}\s*\]?\s*\)`), here: true },
  { form: new RegExp(String.raw`^${ABSOLUTE}\(\s*${STRING}\s*,\s*${HERE}\s*\)`), here: true },
  { form: new RegExp(String.raw`^${ABSOLUTE}\(\s*${STRING}\s*,\s*__FILE__\s*\)`), here: true, up: true },
  { form: new RegExp(String.raw`^${ABSOLUTE}\(\s*${STRING}\s*\)`), here: false },
  { form: new RegExp(String.raw`^${STRING}`), here: false },
];

/** Where a script stands and runs, and its text. */
export interface Place {
  readonly text: string;
  readonly folder: string;
  /** Context folder it runs in; undefined: none. */
  readonly workingFolder: string | undefined;
}

/** The path that an expression begins with, as a context path; undefined when it is computed or leads elsewhere. */
export function pathIn(expression: string, place: Place): string | undefined {
  const argument = expression.replace(/^\s*\(?\s*/, "");
  for (const { form, here, up } of PATHS) {
    const found = form.exec(argument);
    if (found === null) continue;
    const written = found.slice(1).find((part: string | undefined) => part !== undefined) ?? "";
    const computed = /^[ \t]*(?:\+|<>|%|\.(?!(?:strip|chomp|to_s)\b))/.test(argument.slice(found[0].length));
    const base = here ? place.folder : place.workingFolder;
    if (computed || base === undefined || (written.startsWith("/") && !here)) return undefined;
    return within(base, up === true ? written.replace(/^\.\.\/?/, "") : written);
  }
  const variable = /^([a-z_]\w*)[ \t]*(?:\)|\r?$)/m.exec(argument)?.[1];
  const assigned =
    variable === undefined
      ? []
      : [...place.text.matchAll(new RegExp(`^[ \\t]*${variable}[ \\t]*=(?![=~>])(.*)`, "gm"))];
  const [value, ...others] = assigned.map((match) => match[1] ?? "");
  return value === undefined || others.length > 0 || value.trim() === variable
    ? undefined
    : pathIn(value, { ...place, text: "" });
}

/** undefined: it leaves the context. */
export function within(folder: string, path: string): string | undefined {
  const cleaned = clean([folder, path].filter((part) => part !== "" && part !== ".").join("/") || ".");
  if (cleaned === "..") return undefined;
  return cleaned.startsWith("../") ? undefined : cleaned === "." ? "" : cleaned;
}

export const folderOf = (path: string): string => (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "");

/** Reads a script of the context and finds what it does with files. `workingFolder`: the context folder it runs in. */
export function scriptAt(
  path: string,
  workingFolder: string | undefined,
  dialect: Dialect,
  context: Context,
): Script | InputsRefusal {
  const read = context.read(path);
  if ("problem" in read) return { code: "unreadable-manifest", reason: `${path}: ${read.problem}` };
  const source = readScript(read.text, dialect.language);
  if (source === undefined)
    return { code: "unreadable-manifest", reason: `${path}: a string in it does not end, as far as can be told` };
  const place = { text: source.text, folder: folderOf(path), workingFolder };
  return { ...source, ...place, path, reads: readsOf(source, place, dialect) };
}

function readsOf({ text, code }: ScriptSource, place: Place, dialect: Dialect): readonly Read[] {
  const found: Read[] = [];
  let seen = 0;
  for (const { index } of code.matchAll(dialect.suspicious)) {
    if (index < seen) continue;
    const at = (pattern: RegExp): number => {
      const matcher = new RegExp(pattern.source, "y");
      matcher.lastIndex = index;
      return matcher.test(text) ? matcher.lastIndex : -1;
    };
    const harmless = at(dialect.harmless);
    seen = Math.max(harmless, at(dialect.reads), at(dialect.probes), at(/[\w:]*(?:\.\w+)?/), index + 1);
    // The whole of a command in backticks is one call.
    if (code.charAt(index) === "`") seen = code.indexOf("`", index + 1) + 1;
    if (harmless >= 0) continue;
    const kind = at(dialect.reads) >= 0 ? "read" : at(dialect.probes) >= 0 ? "probe" : "other";
    const path = kind === "other" ? undefined : pathIn(text.slice(seen), place);
    found.push({ kind, path, offset: index, call: (/.*/.exec(text.slice(index))?.[0] ?? "").trim() });
  }
  return found;
}

/**
 * Context files that a script's plain reads take in; a refusal with the line where that cannot be told. Those that `known` says yes to
 * are its caller's matter.
 */
export function filesRead(
  script: Script,
  context: Context,
  known: (read: Read) => boolean = () => false,
): readonly string[] | InputsRefusal {
  const paths: string[] = [];
  for (const read of script.reads) {
    if (known(read)) continue;
    const where = `${script.path}:${script.lineAt(read.offset)}`;
    if (read.path === undefined)
      return {
        code: "reads-files",
        reason: `${where}: \`${shorten(read.call)}\` may read files of the source; which cannot be told`,
      };
    const kind = context.kind(read.path);
    if (kind === "file") paths.push(read.path);
    else if (kind !== undefined || read.kind === "read")
      return {
        code: "reads-files",
        reason: `${where}: \`${shorten(read.call)}\` reads ${read.path || "."}, which is no file of the build context`,
      };
  }
  return paths;
}

const shorten = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

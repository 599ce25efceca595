import { parentOf } from "../facts/paths.js";
import { join, type ImageFiles } from "./image-files.js";

/** Where an expression stands. */
export interface Scope {
  /** Image paths of the project, and of the file that holds the expression. */
  readonly project: string;
  readonly file: string;
  readonly files: ImageFiles;
  /** Value of a property, by its name in lower case; undefined: not known. */
  property(name: string): string | undefined;
}

/** The text with its `$(...)` replaced; undefined when one of them is not known. Files that its functions read are read. */
export function expand(text: string, scope: Scope): string | undefined {
  let result: string | undefined = "";
  for (let at = 0; at < text.length;) {
    const start = text.indexOf("$(", at);
    const end = start < 0 ? text.length : closing(text, start + 1);
    const value = start < 0 ? "" : evaluate(text.slice(start + 2, end).trim(), scope);
    result =
      result === undefined || value === undefined
        ? undefined
        : result + text.slice(at, start < 0 ? end : start) + value;
    at = end + 1;
  }
  return result;
}

/** Names of the properties and environment variables that a text uses, in lower case. */
export const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(/(?:\$\(|GetEnvironmentVariable\(["'`]?)\s*([A-Za-z_][\w-]*)/g)].map(([, name = ""]) =>
    name.toLowerCase(),
  );

/** A path as MSBuild takes it: either slash, `%20` for a blank. */
export const pathFrom = (directory: string, written: string): string =>
  join(
    directory,
    written
      .trim()
      .replaceAll("\\", "/")
      .replace(/%([\da-f]{2})/gi, (_, code: string) => String.fromCharCode(parseInt(code, 16))),
  );

/** Index of the parenthesis that closes the one at `open`; quoted ones do not count. */
export function closing(text: string, open: number): number {
  let depth = 0;
  let quote = "";
  for (let i = open; i < text.length; i++) {
    const c = text.charAt(i);
    if (quote !== "") quote = c === quote ? "" : quote;
    else if (/["'`]/.test(c)) quote = c;
    else if (c === "(") depth++;
    else if (c === ")" && --depth === 0) return i;
  }
  return text.length;
}

function evaluate(inner: string, scope: Scope): string | undefined {
  if (/^[A-Za-z_][\w-]*$/.test(inner)) return scope.property(inner.toLowerCase());
  const call = /^\[([\w.]+)\]::(\w+)\s*(\(?)/.exec(inner);
  if (call === null) {
    // `$(Name.EndsWith('x'))`: only what stands in its arguments matters.
    expand(inner, scope);
    return undefined;
  }
  const [head, type = "", member = "", bracket] = call;
  if (bracket === "") return member === "DirectorySeparatorChar" ? "/" : undefined;
  const end = closing(inner, head.length - 1);
  const values = splitArguments(inner.slice(head.length, end)).map((one) => expand(one, scope));
  const known = values.filter((value) => value !== undefined);
  const result = callFunction(`${type}::${member}`, known.length === values.length ? known : undefined, scope);
  return inner.slice(end + 1).trim() === "" ? result : undefined;
}

function splitArguments(text: string): string[] {
  const parts = [""];
  let quote = "";
  let depth = 0;
  for (const c of text) {
    if (quote !== "") quote = c === quote ? "" : quote;
    else if (/["'`]/.test(c)) quote = c;
    else if (c === "(") depth++;
    else if (c === ")") depth--;
    if (c === "," && quote === "" && depth === 0) parts.push("");
    else parts.push((parts.pop() ?? "") + c);
  }
  return parts.map((part) => part.trim().replace(/^(["'`])(.*)\1$/s, "$2")).filter((part) => part !== "");
}

/** Functions that look at files, and those of them that are followed. */
const LOOKS = /^(?:System\.IO\.(?:File|Directory)::(?!GetParent$)|MSBuild::Get\w+Above$)/i;
const KNOWN_LOOKS = /^(?:System\.IO\.File::(?:ReadAllText|ReadAllLines|Exists)|MSBuild::Get\w+Above)$/;

const withSlash = (path: string): string => (path.endsWith("/") ? path : `${path}/`);

/** MSBuild's property functions that find or read files, and those that build paths (learn.microsoft.com: "Property functions"). */
function callFunction(name: string, args: readonly string[] | undefined, scope: Scope): string | undefined {
  const { files, file } = scope;
  const here = parentOf(file);
  const project = parentOf(scope.project);
  const [first = "", second = ""] = args ?? [];
  if (LOOKS.test(name) && (args === undefined || !KNOWN_LOOKS.test(name))) {
    files.refuse("unknown-property", `${files.name(file)}: ${name} looks at a file that only MSBuild can name`);
    return undefined;
  }
  switch (args && name) {
    case "MSBuild::GetPathOfFileAbove":
      return files.nearest(pathFrom(here, second), first) ?? "";
    case "MSBuild::GetDirectoryNameOfFileAbove": {
      const found = files.nearest(pathFrom(here, first), second);
      return found === undefined ? "" : parentOf(found);
    }
    case "System.IO.File::ReadAllText":
    case "System.IO.File::ReadAllLines":
    case "System.IO.File::Exists":
      files.has(pathFrom(project, first));
      return undefined;
    case "MSBuild::NormalizeDirectory":
      return withSlash(pathFrom(project, (args ?? []).join("/")));
    case "MSBuild::NormalizePath":
    case "System.IO.Path::GetFullPath":
      return pathFrom(project, (args ?? []).join("/"));
    case "System.IO.Path::Combine":
      return args?.join("/");
    case "MSBuild::EnsureTrailingSlash":
      return withSlash(first);
    default:
      return undefined;
  }
}

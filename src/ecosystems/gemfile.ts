import type { Context } from "../context/context.js";
import type { InputsRefusal } from "./ecosystem.js";
import { localGemInputs } from "./gemspec.js";
import { rubyInputs, RUBY } from "./ruby-script.js";
import { pathIn, scriptAt, type Place, type Read, type Script } from "./script-reads.js";

/** What a Gemfile, with those that it evaluates, reads and asks for. */
export interface Gemfile {
  /** Context paths, itself first. */
  readonly paths: readonly string[];
  /** Requirements by gem, as a lockfile writes them ("~> 7.1"). */
  readonly gems: ReadonlyMap<string, ReadonlySet<string>>;
  /** URLs, without a slash at the end. */
  readonly sources: ReadonlySet<string>;
  /** It asks for a version of Ruby. */
  readonly ruby: boolean;
  /** Where the gems it asks for cannot be told from its text: "Gemfile:12". */
  readonly unclear: string | undefined;
}

interface Collected {
  readonly paths: Set<string>;
  readonly gems: Map<string, ReadonlySet<string>>;
  readonly sources: Set<string>;
  ruby: boolean;
  unclear: string | undefined;
}

/** `workingFolder`: the context folder that Bundler runs in; undefined: none. */
export function readGemfile(
  path: string,
  workingFolder: string | undefined,
  context: Context,
): Gemfile | InputsRefusal {
  const found: Collected = { paths: new Set(), gems: new Map(), sources: new Set(), ruby: false, unclear: undefined };
  return visit(path, workingFolder, context, found) ?? { ...found, paths: [...found.paths] };
}

function visit(
  path: string,
  workingFolder: string | undefined,
  context: Context,
  found: Collected,
): InputsRefusal | undefined {
  if (found.paths.has(path)) return undefined;
  const script = scriptAt(path, workingFolder, RUBY, context);
  if ("reason" in script) return script;
  const evaluated: string[] = [];
  const read = rubyInputs(path, workingFolder, context, {
    allows(one, { path: file }) {
      const target = file === path ? evaluatedFile(one, script, context) : undefined;
      if (target !== undefined && target !== "") evaluated.push(target);
      return target !== undefined;
    },
  });
  if ("reason" in read) return read;
  for (const one of read) found.paths.add(one);
  const local = directives(script, context, found);
  if (local !== undefined) return local;
  collectGems(script, found);
  for (const one of evaluated) {
    const refusal = visit(one, workingFolder, context, found);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** `eval_gemfile "x"`, relative to the Gemfile; `eval File.read("x")`, relative to the working directory. "": it only asks for one that is not there. */
function evaluatedFile({ call, offset }: Read, script: Script, context: Context): string | undefined {
  const { text, folder, reads } = script;
  const [whole, name] = /^(eval_gemfile|(?:instance_)?eval[\s(]+(?:File|IO)\.read)\b/.exec(call) ?? [];
  if (whole === undefined) return undefined;
  const place = name === "eval_gemfile" ? { ...script, workingFolder: folder } : script;
  const path = pathIn(text.slice(offset + whole.length), place);
  if (path === undefined || context.kind(path) === "file") return path;
  return reads.some((one) => one.kind === "probe" && one.path === path) ? "" : undefined;
}

/** Directives that make Bundler read more: `ruby file:`, `gemspec`, `path`, `plugin`, a local `git`. */
function directives(script: Script, context: Context, found: Collected): InputsRefusal | undefined {
  const { path, folder, text, code } = script;
  const place = { text, folder, workingFolder: folder };
  for (const { 0: whole, 1: name = "path", index } of code.matchAll(
    /(?<![\w.:@$])(ruby|gemspec|plugin|path)\b(?!\s*(?:=|\.|:(?!:)))[ \t(]*|(?::path\s*=>|(?<!\w)path:(?!:))\s*/g,
  )) {
    const where = `${path}:${script.lineAt(index)}`;
    const rest = text.slice(index + whole.length);
    if (name === "plugin") return { code: "bundler-plugin", reason: `${where}: a plugin of Bundler may read anything` };
    // `gemspec path: "x"` is met again as a path.
    if (name === "gemspec" && /^[^\n]{0,500}?(?:path:|:path\s{0,20}=>)/.test(rest)) continue;
    const refusal =
      name === "ruby"
        ? rubyVersion(rest, where, place, context, found)
        : localGem(name === "gemspec" ? folder : pathIn(rest, place), where, context, found);
    if (refusal !== undefined) return refusal;
  }
  const git = /(?<!\w)git(?:[\s(:]|\s*=>)\s*["'](?:\/|\.|file:)/.exec(text);
  return git === null
    ? undefined
    : {
        code: "local-gem",
        reason: `${path}:${script.lineAt(git.index)}: a git repository of the image is not followed`,
      };
}

/** `ruby file: ".ruby-version"`, relative to the Gemfile. */
function rubyVersion(
  rest: string,
  where: string,
  place: Place,
  context: Context,
  found: Collected,
): InputsRefusal | undefined {
  found.ruby = true;
  const [option] = /^(?::file\s*=>|file:)/.exec(rest) ?? [];
  if (option === undefined) return undefined;
  const file = pathIn(rest.slice(option.length), place);
  if (file === undefined || context.kind(file) !== "file")
    return { code: "reads-files", reason: `${where}: the file with the version of Ruby is not in the build context` };
  found.paths.add(file);
  return undefined;
}

function localGem(
  folder: string | undefined,
  where: string,
  context: Context,
  found: Collected,
): InputsRefusal | undefined {
  found.unclear ??= where;
  if (folder === undefined || (folder !== "" && context.kind(folder) !== "directory"))
    return {
      code: "local-gem",
      reason: `${where}: the local gem's folder is not in the build context, or cannot be told`,
    };
  const read = localGemInputs(folder, where, context);
  if ("reason" in read) return read;
  for (const one of read) found.paths.add(one);
  return undefined;
}

/** Options of a gem that leave what the lockfile says of it alone. */
const PLAIN_OPTIONS = /^(?:require|groups?|platforms?|install_if|path|source|force_ruby_platform)$/;

function collectGems(script: Script, found: Collected): void {
  const { path, text, code } = script;
  const unclear = (offset: number): void => {
    found.unclear ??= `${path}:${script.lineAt(offset)}`;
  };
  for (const { 1: url = "", index } of text.matchAll(/(?<![\w.@$])source(?::\s*|\s*=>\s*|[\s(]+)["']([^"']+)["']/g)) {
    found.sources.add(url.replace(/\/$/, ""));
    if (url.includes("#{")) unclear(index);
  }
  const symbol = /(?<![\w.:@$])source[\s(]+:/.exec(code);
  if (symbol !== null) unclear(symbol.index);
  for (const { index } of code.matchAll(
    /^[ \t]*(?:if|unless|case|while|until|for|def|git|github)\b|\.(?:each|map|times)\b/gm,
  ))
    unclear(index);
  for (const { index, 0: keyword } of code.matchAll(/(?<![\w.:@$])gem\b[\s(]+/g)) {
    const start = index + keyword.length;
    const end = start + statementLength(code.slice(start));
    const gem = readGem(text.slice(start, end), code.slice(start, end));
    if (gem === undefined) unclear(index);
    else found.gems.set(gem.name, gem.requirements);
  }
}

/** Up to the end of a line that does not go on in the next. */
function statementLength(code: string): number {
  let depth = 0;
  let last = "";
  for (let index = 0; index < code.length; index++) {
    const char = code.charAt(index);
    if ("([{".includes(char)) depth++;
    if (")]}".includes(char) && --depth < 0) return index;
    const ends = char === ";" || (char === "\n" && !",\\(|&.".includes(last));
    if (ends && depth === 0) return index;
    if (char.trim() !== "") last = char;
  }
  return code.length;
}

/** `"rails", "~> 7.1", require: false`; undefined where it is not just that. */
function readGem(
  text: string,
  code: string,
): { readonly name: string; readonly requirements: ReadonlySet<string> } | undefined {
  if (/\s(?:if|unless|and|or)\s|[?*]/.test(code)) return undefined;
  const [, name, rest = ""] = /^["']([\w.-]+)["']\s*(?:,\s*([^]*))?$/.exec(text.trimEnd()) ?? [];
  if (name === undefined) return undefined;
  const versions = /^(?:(?:\[\s*)?["'][^"'#]*["']\s*(?:\]\s*)?(?:,\s*|$))*/.exec(rest)?.[0] ?? "";
  const options = rest.slice(versions.length);
  const names = [...options.matchAll(/(?:^|,)\s*(?::(\w+)\s*=>|(\w+):|["'](\w+)["']\s*=>)/g)].map(
    (match) => match[1] ?? match[2] ?? match[3] ?? "",
  );
  if ((options !== "" && names.length === 0) || !names.every((option) => PLAIN_OPTIONS.test(option))) return undefined;
  const written = [...versions.matchAll(/["']([^"']*)["']/g)].map((match) => requirement(match[1] ?? ""));
  return { name, requirements: new Set(written.filter((one) => one !== ">= 0")) };
}

/** "1.2" is "= 1.2"; one blank behind the operator. */
export function requirement(text: string): string {
  const [, operator = "", version = ""] = /^([=!<>~]*)\s*(\S*)$/.exec(text.trim()) ?? [];
  return `${operator === "" ? "=" : operator} ${version}`;
}

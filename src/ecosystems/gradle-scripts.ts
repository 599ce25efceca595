import type { Context } from "../context/context.js";
import { resolvePath } from "../facts/paths.js";
import type { InputsRefusal, Site } from "./ecosystem.js";

/** A Groovy or Kotlin string literal of one line, or a comment. Slashy strings are read as code. */
const LITERAL =
  /"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|(?<!\\)"(?:\\.|[^"\\\n])*"|(?<!\\)'(?:\\.|[^'\\\n])*'|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g;

/** The script without comments; what strings hold stays, for it may be code (`"${file('VERSION').text}"`). */
const withoutComments = (text: string): string =>
  text.replace(LITERAL, (part) => (part.startsWith("//") || part.startsWith("/*") ? " " : part));

/** Without the blocks that run only with their task. */
function withoutActions(code: string): string {
  const masked = code.replace(LITERAL, (part) => " ".repeat(part.length));
  let rest = "";
  let from = 0;
  for (const match of masked.matchAll(/\bdo(?:First|Last)\s*(?:\([^()]*\)\s*)?\{/g)) {
    if (match.index < from) continue;
    let end = match.index + match[0].length;
    for (let depth = 1; depth > 0 && end < masked.length; end++)
      depth += masked.charAt(end) === "{" ? 1 : masked.charAt(end) === "}" ? -1 : 0;
    rest += code.slice(from, match.index);
    from = end;
  }
  return rest + code.slice(from);
}

/** What looks at files, or at the repository, while the build is configured. A path alone (`file("x")`) reads nothing. */
const READS: readonly RegExp[] = [
  /\.(?:text|bytes|isFile|isDirectory)\b/,
  /\.(?:getText|getBytes|readText|readBytes|readLines|eachLine|forEachLine|useLines|splitEachLine|filterLine)\b/,
  /\.(?:withReader|withInputStream|newReader|newInputStream|inputStream|bufferedReader|reader)\b/,
  /\.(?:exists|canRead|lastModified|list|listFiles|walk\w*|eachFile\w*|eachDir\w*|traverse)\s*[({]/,
  /\b(?:FileInputStream|FileReader|XmlSlurper|XmlParser|JsonSlurper|ConfigSlurper|Properties|Files)\b/,
  /\b(?:fileContents|loadProperties|ProcessBuilder|getRuntime)\b|\.execute\s*\(/,
  /\b(?:java)?exec\s*[({]|\bevaluate\s*\(|\bant\.(?:load\w+|\w*property|exec)\b/,
];

/** Plugins that run git, or read the Android SDK's place from a file, when they are applied (their documentation). */
const PLUGINS =
  /["'](com\.palantir\.git-version|(?:com\.netflix\.)?nebula\.release|pl\.allegro\.tech\.build\.axion-release|org\.ajoberstar\.(?:grgit|reckon)[\w.-]*|fr\.brouillard\.oss\.gradle\.jgitver|me\.qoomon\.git-versioning|net\.nemerosa\.versioning|com\.android\.[\w.-]+)["']/;

/** Why the build cannot be configured before the source is there, as far as this script tells. */
export function whyNotEarly(path: string, code: string): InputsRefusal | undefined {
  const plugin = PLUGINS.exec(code)?.[1];
  if (plugin !== undefined)
    return { code: "plugin-reads", reason: `${path}: the plugin ${plugin} reads more than the build files` };
  const configured = withoutActions(code);
  for (const pattern of READS) {
    const match = pattern.exec(configured);
    if (match === null) continue;
    const line = configured.slice(configured.lastIndexOf("\n", match.index) + 1).split("\n", 1)[0] ?? "";
    return {
      code: "script-reads",
      reason: `${path}: \`${line.trim().slice(0, 60)}\` may read files that are not known`,
    };
  }
  return undefined;
}

/** The scripts of a build, read so far. */
export interface ScriptReader {
  readonly site: Site;
  readonly context: Context;
  /** Image path of the build's root. */
  readonly root: string;
  /** Context paths, with the code of each. */
  readonly scripts: Map<string, string>;
}

/** Reads a script and those that it applies, which Gradle looks for in the directory of the project. */
export function readScript(image: string, project: string, reader: ScriptReader): InputsRefusal | undefined {
  const path = reader.site.toContext(image);
  if (path === undefined || reader.scripts.has(path)) return undefined;
  const read = reader.context.read(path);
  if ("problem" in read) return { code: "unreadable-manifest", reason: `${path}: ${read.problem}` };
  const code = withoutComments(read.text);
  reader.scripts.set(path, code);
  const early = whyNotEarly(path, code);
  if (early !== undefined) return early;
  for (const match of code.matchAll(/\bapply\s*(?:\(\s*)?(?:\{\s*)?from\s*(?:[:=(]\s*)?([^\n]*)/g)) {
    const target = appliedPath(match[1] ?? "", project, reader.root);
    if (target === REMOTE) continue;
    const file = target === undefined ? undefined : reader.site.toContext(target);
    if (target === undefined || file === undefined || reader.context.kind(file) !== "file")
      return { code: "computed-script", reason: `${path}: \`${match[0].trim()}\` names a script that is not known` };
    const refusal = readScript(target, project, reader);
    if (refusal !== undefined) return refusal;
  }
  // Applied in a block, or in another way: what is there counts.
  for (const [literal] of code.matchAll(/(?:rootProject\.file\(\s*)?["'][^"'\n*]+\.gradle(?:\.kts)?["']/g)) {
    const target = appliedPath(literal, project, reader.root);
    const file = target === undefined ? undefined : reader.site.toContext(target);
    const there = file !== undefined && reader.context.kind(file) === "file";
    const refusal = there && target !== undefined ? readScript(target, project, reader) : undefined;
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

const REMOTE = "https://";

/** Image path of the script that an `apply from:` names; REMOTE for one of the net's; undefined: not known. */
function appliedPath(argument: string, project: string, root: string): string | undefined {
  const [, call = "", text] = /^((?:rootProject\.)?file\(\s*)?["']([^"']+)["']/.exec(argument) ?? [];
  if (text === undefined) return undefined;
  if (/^https?:/.test(text)) return REMOTE;
  const base = call.startsWith("rootProject") ? root : project;
  const path = text
    .replace(/^\$(?:\{(?:rootDir|rootProject\.(?:projectDir|rootDir)|settingsDir)\}|rootDir\b|settingsDir\b)/, root)
    .replace(/^\$(?:\{(?:projectDir|project\.projectDir)\}|projectDir\b)/, project);
  return path.includes("$") ? undefined : resolvePath(base, path);
}

/** The projects that a settings script includes, as paths below the root ("a/b" for ":a:b"), or why they cannot be told. */
export function includedProjects(path: string, code: string): readonly string[] | InputsRefusal {
  const odd = /\b(?:includeBuild|includeFlat|projectDir|buildFileName|rootProject\.children)\b/.exec(code)?.[0];
  if (odd !== undefined)
    return { code: "computed-projects", reason: `${path}: what \`${odd}\` makes part of the build is not known` };
  const projects: string[] = [];
  for (const match of code.matchAll(/\binclude\b\s*\(?\s*((?:["'][^"'\n]*["']\s*,?\s*)*)/g)) {
    const names = [...(match[1] ?? "").matchAll(/["']([^"']*)["']/g)].map((one) => one[1] ?? "");
    const computed = names.length === 0 || names.some((name) => !/^:?[\w.-]+(?::[\w.-]+)*$/.test(name));
    if (computed)
      return { code: "computed-projects", reason: `${path}: \`${match[0].trim()}\` does not name projects literally` };
    projects.push(...names.map((name) => name.replace(/^:/, "").replaceAll(":", "/")));
  }
  return [...new Set(projects)];
}

/** Version catalogs that a settings script names, relative to its directory. */
export const namedCatalogs = (code: string): readonly string[] =>
  [...code.matchAll(/["']([^"'$\s]+\.toml)["']/g)].map((match) => match[1] ?? "");

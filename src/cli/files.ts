import { lstatSync, readdirSync, realpathSync, statSync, type Dirent } from "node:fs";
import { join, resolve } from "node:path";
import { git } from "../context/git.js";
import { match } from "../context/go-match.js";

/** What the arguments name. */
export interface Found {
  /** Paths as the user would write them, each once, sorted within an argument. */
  readonly files: readonly string[];
  /** "path: what is wrong. What to do." */
  readonly problems: readonly string[];
}

const NAME = /^(?:Dockerfile|Containerfile)(?:[.-][^/]+)?$|\.(?:[Dd]ockerfile|[Cc]ontainerfile)$/;
const NOT =
  /\.(?:dockerignore|containerignore|md|txt|orig|rej|bak|j2|jinja2?|tmpl|tpl|in|erb|ejs|hbs|mustache|template)$/i;

export function isDockerfile(name: string): boolean {
  return NAME.test(name) && !NOT.test(name);
}

/** Files are taken as named; folders are searched, ignored files left out; what is neither is tried as a glob. */
export function findFiles(paths: readonly string[], cwd: string): Found {
  const files = new Map<string, string>();
  const problems: string[] = [];
  for (const path of paths) {
    const stat = statSync(resolve(cwd, path), { throwIfNoEntry: false });
    let found: readonly string[];
    if (stat?.isDirectory() === true) found = searchFolder(path, cwd, problems);
    else if (stat !== undefined) found = [path];
    else found = /[*?[]/.test(path) ? expandGlob(path, cwd) : [];
    if (stat === undefined && found.length === 0)
      problems.push(`${path}: there is no such file or folder. Check the path.`);
    for (const file of [...found].sort())
      files.set(realpathOf(resolve(cwd, file)), files.get(realpathOf(resolve(cwd, file))) ?? file);
  }
  return { files: [...files.values()], problems };
}

function realpathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** git knows what .gitignore leaves out; outside a work tree every folder but .git and node_modules is walked. */
function searchFolder(folder: string, cwd: string, problems: string[]): readonly string[] {
  const full = resolve(cwd, folder);
  const listed = git(full, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate", "--", ".");
  const names = listed === undefined ? walk(full, "", problems) : listed.toString("utf8").split("\0");
  return names
    .filter((name) => isDockerfile(name.slice(name.lastIndexOf("/") + 1)))
    .filter((name) => lstatSync(join(full, name), { throwIfNoEntry: false })?.isFile() === true)
    .map((name) => (folder === "." ? name : join(folder, name)));
}

function walk(root: string, below: string, problems: string[]): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(join(root, below), { withFileTypes: true });
  } catch {
    problems.push(`${join(root, below)}: the folder cannot be read. Check its permissions.`);
    return [];
  }
  return entries.flatMap((entry) => {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory())
      return entry.name === ".git" || entry.name === "node_modules" ? [] : walk(root, path, problems);
    return [path];
  });
}

/** `*`, `?`, `[..]` within a name, `**` over folders. */
function expandGlob(pattern: string, cwd: string): readonly string[] {
  const parts = pattern.split("/");
  const fixed = parts.findIndex((part) => /[*?[]/.test(part));
  const base = parts.slice(0, fixed).join("/");
  const root = resolve(cwd, pattern.startsWith("/") && base === "" ? "/" : base);
  const wanted = parts.slice(fixed);
  return walk(root, "", [])
    .filter((path) => matchParts(wanted, path.split("/")))
    .map((path) => (base === "" && !pattern.startsWith("/") ? path : `${base}/${path}`));
}

function matchParts(pattern: readonly string[], path: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return path.length === 0;
  if (first === "**") return matchParts(rest, path) || (path.length > 0 && matchParts(pattern, path.slice(1)));
  const [name, ...below] = path;
  return name !== undefined && match(first, name) === true && matchParts(rest, below);
}

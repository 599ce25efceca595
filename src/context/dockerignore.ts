import { clean, match } from "./go-match.js";
import { matchesPieces, type Piece } from "./wildcards.js";

/** A .dockerignore file as the builder reads it: a port of moby/patternmatcher v0.6 and its ignorefile reader, bugs included. */
export interface IgnoreFile {
  readonly patterns: readonly Pattern[];
  /** Patterns with which the builder would fail. */
  readonly problems: readonly string[];
}

interface Pattern {
  readonly negated: boolean;
  readonly matches: (path: string) => boolean;
}

export function parseIgnore(text: string): IgnoreFile {
  const patterns: Pattern[] = [];
  const problems: string[] = [];
  for (const line of text.replace(/^\uFEFF/, "").split("\n")) {
    if (line.startsWith("#")) continue;
    const cleaned = cleanLine(line.trim());
    if (cleaned === undefined) continue;
    const negated = cleaned.startsWith("!");
    const pattern = negated ? cleaned.slice(1) : cleaned;
    const matches = pattern === "" || match(pattern, ".") === undefined ? undefined : compile(pattern);
    if (matches === undefined) problems.push(line.trim());
    else patterns.push({ negated, matches });
  }
  return { patterns, problems };
}

/** The reader cleans and drops a leading "/"; the matcher cleans once more, the "!" included. */
function cleanLine(line: string): string | undefined {
  if (line === "") return undefined;
  const negated = line.startsWith("!");
  let pattern = negated ? line.slice(1).trim() : line;
  if (pattern !== "") {
    pattern = clean(pattern);
    if (pattern.length > 1 && pattern.startsWith("/")) pattern = pattern.slice(1);
  }
  return clean(negated ? `!${pattern}` : pattern);
}

/** Is the path, or one of its parents, left out? Later patterns win. */
export function ignores({ patterns }: IgnoreFile, path: string): boolean {
  let ignored = false;
  const parents = parentsOf(path);
  for (const { negated, matches } of patterns) {
    if (negated !== ignored) continue;
    if (matches(path) || parents.some(matches)) ignored = !negated;
  }
  return ignored;
}

function parentsOf(path: string): string[] {
  const parents: string[] = [];
  for (let slash = path.indexOf("/"); slash >= 0; slash = path.indexOf("/", slash + 1))
    parents.push(path.slice(0, slash));
  return parents;
}

/** With more of them a regular expression may take for ever. */
const MOST_STARS = 2;

/**
 * Patterns become regular expressions, the plain ones comparisons. `{`, `|` and `}` are not escaped, as in Docker itself, so that
 * `*.log|b` also leaves out "a/b" (measured). undefined: the expression is malformed, or has so
 * many stars beside classes and the like that nobody could wait for it.
 */
function compile(pattern: string): ((path: string) => boolean) | undefined {
  let source = "^";
  const pieces: Piece[] = [];
  // Are the pieces the whole of it?
  let plain = true;
  let kind: "exact" | "prefix" | "suffix" | "regexp" = "exact";
  for (let i = 0, step = 0; i < pattern.length; step++) {
    const c = pattern.charAt(i++);
    if (c === "*" && pattern.charAt(i) === "*") {
      i++;
      if (pattern.charAt(i) === "/") i++;
      if (i >= pattern.length) {
        if (kind === "exact") kind = "prefix";
        else {
          source += ".*";
          pieces.push("all");
          kind = "regexp";
        }
      } else {
        source += "(?:.*/)?";
        pieces.push("folders");
        kind = "regexp";
      }
      if (step === 0) kind = "suffix";
    } else if (c === "*" || c === "?") {
      source += c === "*" ? "[^/]*" : "[^/]";
      pieces.push(c === "*" ? "star" : "one");
      kind = "regexp";
    } else if (c === "\\") {
      const escaped = i < pattern.length ? pattern.charAt(i++) : "\\";
      source += `\\${escaped}`;
      pieces.push({ character: escaped });
      plain &&= !/\w/.test(escaped);
      kind = "regexp";
    } else {
      if (c === "[" || c === "]") kind = "regexp";
      plain &&= !"[{}|^".includes(c);
      source += ".+()$".includes(c) ? `\\${c}` : c;
      pieces.push({ character: c });
    }
  }
  if (kind === "exact") return (path) => path === pattern;
  if (kind === "prefix") return (path) => path.startsWith(pattern.slice(0, -2));
  if (kind === "suffix") {
    const suffix = pattern.slice(2);
    return (path) => path.endsWith(suffix) || (suffix.startsWith("/") && path === suffix.slice(1));
  }
  if (pieces.filter((piece) => piece === "star" || piece === "all" || piece === "folders").length > MOST_STARS)
    return plain ? (path) => matchesPieces(pieces, path) : undefined;
  try {
    const expression = new RegExp(`${source}$`, "s");
    return (path) => expression.test(path);
  } catch {
    return undefined;
  }
}

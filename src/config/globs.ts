import { match } from "../context/go-match.js";

/** More alternatives than people write in braces. */
const MOST_ALTERNATIVES = 100;

/**
 * Does a pattern of a configuration name this file? Both have slashes, and start at the same folder. `*`, `?`, `[..]` stay within a name,
 * `**` goes over folders, `{a,b}` is either. Without a slash it names files and folders at any depth; with a folder all below it is meant.
 */
export function matchesFile(pattern: string, path: string): boolean {
  const parts = path.split("/");
  return alternatives(pattern).some((one) => {
    const wanted = one.replace(/^\.\//, "").replace(/\/$/, "");
    const pieces = wanted.includes("/") ? wanted.replace(/^\//, "").split("/") : ["**", wanted];
    return parts.some((_, index) => matchParts(pieces, parts.slice(0, index + 1)));
  });
}

/** What is wrong with a pattern, for people; undefined: nothing. */
export function patternProblem(pattern: string): string | undefined {
  if (pattern === "") return "it is empty; name files or folders, such as legacy/**";
  if (pattern.startsWith("!")) return "there is no `!`; name only what is meant";
  if (/^(?:\.\/)*\.\.(?:\/|$)/.test(pattern)) return "it leaves the folder of this file; name files below it";
  if (pattern.includes("\\")) return "folders are parted by /";
  const all = alternatives(pattern);
  if (all.length >= MOST_ALTERNATIVES) return "its braces stand for too many names; use *";
  if (all.some((one) => one.split("/").some((part) => match(part, "") === undefined)))
    return "it has a [ without its ]";
  return undefined;
}

/** A glob's parts against a path's. */
export function matchParts(pattern: readonly string[], path: readonly string[]): boolean {
  // How much of the path the pattern may have taken so far.
  let taken: ReadonlySet<number> = new Set([0]);
  for (const part of pattern) {
    const next = new Set<number>();
    for (const count of taken)
      if (part === "**") for (let at = count; at <= path.length; at++) next.add(at);
      else if (count < path.length && match(part, path[count] ?? "") === true) next.add(count + 1);
    taken = next;
  }
  return taken.has(path.length);
}

/** `a/{b,c}` -> a/b, a/c */
function alternatives(pattern: string): readonly string[] {
  let all: readonly string[] = [pattern];
  for (;;) {
    const next = all.flatMap((one) => {
      const [whole, inner = ""] = /\{([^{}]*)\}/.exec(one) ?? [];
      return whole === undefined ? [one] : inner.split(",").map((choice) => one.replace(whole, () => choice));
    });
    if (next.length >= MOST_ALTERNATIVES || next.every((one, index) => one === all[index]))
      return next.slice(0, MOST_ALTERNATIVES);
    all = next;
  }
}

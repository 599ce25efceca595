/** Go's path/filepath functions that Docker uses; JavaScript's glob libraries answer differently (LIBRARIES: picomatch, minimatch). */

/** filepath.Clean for "/"-separated paths: "" becomes ".". */
export function clean(path: string): string {
  const rooted = path.startsWith("/");
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else if (!rooted) parts.push(part);
  }
  const joined = parts.join("/");
  return rooted ? `/${joined}` : joined === "" ? "." : joined;
}

/** undefined: the pattern is malformed (Go's ErrBadPattern). */
export function match(pattern: string, name: string): boolean | undefined {
  let rest = [...pattern];
  let text = [...name];
  while (rest.length > 0) {
    const { star, chunk, next } = scanChunk(rest);
    rest = next;
    if (star && chunk.length === 0) return !text.includes("/");
    const direct = matchChunk(chunk, text);
    if (direct === "bad") return undefined;
    if (direct !== undefined && (direct.length === 0 || rest.length > 0)) {
      text = direct;
      continue;
    }
    if (!star) return false;
    const found = afterStar(chunk, text, rest.length > 0);
    if (found === "bad") return undefined;
    if (found === undefined) return false;
    text = found;
  }
  return text.length === 0;
}

/** Tries the chunk behind ever longer stretches without a separator. */
function afterStar(chunk: readonly string[], text: readonly string[], more: boolean): string[] | "bad" | undefined {
  for (let i = 0; i < text.length && text[i] !== "/"; i++) {
    const left = matchChunk(chunk, text.slice(i + 1));
    if (left === "bad") return "bad";
    if (left !== undefined && (more || left.length === 0)) return left;
  }
  return undefined;
}

function scanChunk(pattern: readonly string[]): { star: boolean; chunk: string[]; next: string[] } {
  let start = 0;
  while (pattern[start] === "*") start++;
  let inClass = false;
  let i = start;
  for (; i < pattern.length; i++) {
    const c = pattern[i];
    if (c === "\\") i++;
    else if (c === "[") inClass = true;
    else if (c === "]") inClass = false;
    else if (c === "*" && !inClass) break;
  }
  return { star: start > 0, chunk: pattern.slice(start, i), next: pattern.slice(i) };
}

/** What is left of the text behind the chunk; undefined: no match. A bad chunk is reported even when the text has failed already. */
function matchChunk(chunk: readonly string[], text: readonly string[]): string[] | "bad" | undefined {
  let failed = false;
  let at = 0;
  for (let i = 0; i < chunk.length;) {
    if (!failed && at >= text.length) failed = true;
    const c = chunk[i] ?? "";
    if (c === "[") {
      const read = readClass(chunk, i + 1, failed ? undefined : text[at]);
      if (read === undefined) return "bad";
      if (!failed) at++;
      failed ||= !read.matches;
      i = read.next;
      continue;
    }
    if (c === "?") {
      failed ||= text[at] === "/";
      i++;
    } else {
      if (c === "\\" && ++i >= chunk.length) return "bad";
      failed ||= chunk[i] !== text[at];
      i++;
    }
    if (!failed) at++;
  }
  return failed ? undefined : text.slice(at);
}

function readClass(
  chunk: readonly string[],
  start: number,
  c: string | undefined,
): { matches: boolean; next: number } | undefined {
  let i = start;
  const negated = chunk[i] === "^";
  if (negated) i++;
  let hit = false;
  for (let ranges = 0; ; ranges++) {
    if (chunk[i] === "]" && ranges > 0) return { matches: hit !== negated, next: i + 1 };
    const low = readClassCharacter(chunk, i);
    if (low === undefined) return undefined;
    i = low.next;
    let high = low;
    if (chunk[i] === "-") {
      const read = readClassCharacter(chunk, i + 1);
      if (read === undefined) return undefined;
      high = read;
      i = read.next;
    }
    const code = c?.codePointAt(0);
    if (code !== undefined && low.code <= code && code <= high.code) hit = true;
  }
}

function readClassCharacter(chunk: readonly string[], at: number): { code: number; next: number } | undefined {
  let i = at;
  if (i >= chunk.length || chunk[i] === "-" || chunk[i] === "]") return undefined;
  if (chunk[i] === "\\" && ++i >= chunk.length) return undefined;
  const code = chunk[i]?.codePointAt(0) ?? 0;
  // A class cannot end with the pattern.
  return i + 1 >= chunk.length ? undefined : { code, next: i + 1 };
}

/** Has the path a wildcard that is not escaped? (moby: containsWildcards) */
export function hasWildcard(path: string): boolean {
  return /[*?[]/.test(path.replace(/\\./gs, ""));
}

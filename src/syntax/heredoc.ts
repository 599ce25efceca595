import { lastIndexAtMost } from "./lines.js";
import type { Heredoc, JoinedText, Span } from "./nodes.js";
import { isSpace } from "./space.js";
import { readJson, splitCommand } from "./words.js";

type Marker = Omit<Heredoc, "body" | "content">;

/** May heredocs follow this header? ADD, COPY and RUN, also behind ONBUILD, but not in JSON form. */
export function canHoldHeredoc(text: string): boolean {
  if (!text.includes("<<")) return false;
  let { keyword, rest } = splitCommand(text);
  if (keyword.text.toUpperCase() === "ONBUILD") ({ keyword, rest } = splitCommand(text, rest));
  const name = keyword.text.toUpperCase();
  return ["ADD", "COPY", "RUN"].includes(name) && readJson(text, rest)?.strings === undefined;
}

/** The heredocs that a header announces, in order. BuildKit: parser.heredocsFromLine, with shell.Lex over the whole line. */
export function heredocMarkers(joined: JoinedText): Marker[] {
  const words = lexWords(joined.text);
  return words.flatMap((span) => {
    const marker = readMarker(joined.text.slice(span.start, span.end));
    if (marker === undefined) return [];
    return [{ ...marker, marker: toSource(joined, span) }];
  });
}

/** Source offsets of a range of joined text; over continuations it covers what lies between. */
export function toSource(joined: JoinedText, span: Span): Span {
  const start = sourceOffset(joined, span.start);
  return { start, end: span.end > span.start ? sourceOffset(joined, span.end - 1) + 1 : start };
}

function sourceOffset({ segments }: JoinedText, offset: number): number {
  const segment =
    segments[
      Math.max(
        lastIndexAtMost(segments, offset, (one) => one.joined),
        0,
      )
    ];
  return segment === undefined ? 0 : segment.source + (offset - segment.joined);
}

function readMarker(word: string): Omit<Marker, "marker"> | undefined {
  const match = /^(\d*)<<(-?)([^<]*)$/.exec(word);
  const rest = match?.[3] ?? "";
  if (match === null) return undefined;
  const name = unquote(rest);
  // `\EOF` loses its backslash, but counts as unquoted; a lone `<<` ends at the first empty line (measured).
  return name === undefined
    ? undefined
    : { name, chomp: match[2] === "-", expand: !/['"]/.test(rest), fileDescriptor: Number(match[1] ?? "") };
}

/** undefined when a quote is left open. */
function unquote(word: string): string | undefined {
  let name = "";
  let quote = "";
  for (let i = 0; i < word.length; i++) {
    const c = word.charAt(i);
    if (c === quote) quote = "";
    else if (quote === "" && (c === "'" || c === '"')) quote = c;
    else if (c === "\\" && quote !== "'" && (quote === "" || /["$\\]/.test(word.charAt(i + 1))))
      name += word.charAt(++i);
    else name += c;
  }
  return quote === "" ? name : undefined;
}

/** Words as BuildKit's shell.Lex cuts them, quotes and escapes kept; none at all where it gives up (open quote, bad `${`). */
function lexWords(text: string): Span[] {
  const words: Span[] = [];
  let start = -1;
  for (let i = 0; i < text.length;) {
    const c = text.charAt(i);
    if (isSpace(c)) {
      if (start >= 0) words.push({ start, end: i });
      start = -1;
      i++;
      continue;
    }
    if (start < 0) start = i;
    const next = lexPiece(text, i);
    if (next === undefined) return [];
    i = next;
  }
  if (start >= 0) words.push({ start, end: text.length });
  return words;
}

/** End of the quoted part, variable, escape or single character at `at`. */
function lexPiece(text: string, at: number): number | undefined {
  const c = text.charAt(at);
  if (c === "\\") return Math.min(at + 2, text.length);
  if (c === "'") {
    const end = text.indexOf("'", at + 1);
    return end < 0 ? undefined : end + 1;
  }
  if (c === '"') return lexDoubleQuoted(text, at + 1);
  if (c === "$") return lexVariable(text, at);
  return at + 1;
}

function lexDoubleQuoted(text: string, from: number): number | undefined {
  for (let i = from; i < text.length;) {
    const c = text.charAt(i);
    if (c === '"') return i + 1;
    if (c === "\\") i += /["$\\]/.test(text.charAt(i + 1)) ? 2 : 1;
    else if (c === "$") {
      const next = lexVariable(text, i);
      if (next === undefined) return undefined;
      i = next;
    } else i++;
  }
  return undefined;
}

/** `$name`, `${name}` and its modifiers; a `${` that BuildKit cannot read makes it give up on the whole line. */
function lexVariable(text: string, at: number): number | undefined {
  if (text.charAt(at + 1) !== "{") return at + 1;
  const name = /^(?:[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#])/.exec(text.slice(at + 2, at + 258))?.[0];
  if (name === undefined) return undefined;
  const rest = at + 2 + name.length;
  if (text.charAt(rest) === "}") return rest + 1;
  if (!/^(?::?[-+?]|[#%/])/.test(text.slice(rest, rest + 2))) return undefined;
  for (let i = rest + 1; i < text.length;) {
    if (text.charAt(i) === "}") return i + 1;
    const next = lexPiece(text, i);
    if (next === undefined) return undefined;
    i = next;
  }
  return undefined;
}

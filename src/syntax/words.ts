import type { Span } from "./nodes.js";
import { isSpace, trimEnd, trimStart } from "./space.js";

/** A word in joined text: its range there and its text (which differs from the slice only in JSON form and in flags). */
export interface TextWord extends Span {
  readonly text: string;
}

/** BuildKit's reWhitespace, which splits command lines and lists; narrower than isSpace. */
const BLANK = /[\t\v\f\r ]/;

/** Keyword, flags and the range of everything after them (trimmed), of joined text from `range` on. */
export function splitCommand(
  text: string,
  range: Span = { start: 0, end: text.length },
): { readonly keyword: TextWord; readonly flags: readonly TextWord[]; readonly rest: Span } {
  const start = trimStart(text, range.start, range.end);
  const end = trimEnd(text, start, range.end);
  let at = start;
  while (at < end && !BLANK.test(text.charAt(at))) at++;
  const keyword = { start, end: at, text: text.slice(start, at) };
  const { flags, next } = readFlags(text, at, end);
  const from = trimStart(text, next, end);
  return { keyword, flags, rest: { start: from, end: trimEnd(text, from, end) } };
}

/** BuildKit's extractBuilderFlags: words that begin with `--`, quotes and backslashes taken out; a bare `--` ends them. */
function readFlags(text: string, start: number, end: number): { flags: TextWord[]; next: number } {
  const flags: TextWord[] = [];
  let at = start;
  for (;;) {
    at = trimStart(text, at, end);
    if (!text.startsWith("--", at) || at + 1 >= end) return { flags, next: at };
    const from = at;
    let word = "";
    let quote = "";
    for (; at < end; at++) {
      let c = text.charAt(at);
      if (quote === "" && isSpace(c)) break;
      if (quote === "" && (c === "'" || c === '"')) {
        quote = c;
        continue;
      }
      if (c === quote) {
        quote = "";
        continue;
      }
      if (c === "\\") {
        if (at + 1 === end) continue;
        c = text.charAt(++at);
      }
      word += c;
    }
    if (word === "--") return { flags, next: at };
    flags.push({ start: from, end: at, text: word });
  }
}

/** Words between blanks; quotes mean nothing. For FROM, EXPOSE, COPY, ADD, VOLUME. */
export function blankWords(text: string, range: Span): TextWord[] {
  const words: TextWord[] = [];
  let at = range.start;
  while (at < range.end) {
    const start = at;
    while (at < range.end && !BLANK.test(text.charAt(at))) at++;
    if (at > start) words.push({ start, end: at, text: text.slice(start, at) });
    while (at < range.end && BLANK.test(text.charAt(at))) at++;
  }
  return words;
}

/** Words of ENV, LABEL and ARG: quotes group, the escape character takes the next character along; both are kept. BuildKit: parseWords. */
export function quotedWords(text: string, range: Span, escape: string): TextWord[] {
  const words: TextWord[] = [];
  let at = trimStart(text, range.start, range.end);
  while (at < range.end) {
    const start = at;
    let quote = "";
    let word = "";
    for (; at < range.end; at++) {
      const c = text.charAt(at);
      if (quote === "" && isSpace(c)) break;
      if (c === escape && quote !== "'") {
        if (at + 1 === range.end) continue;
        word += c + text.charAt(++at);
        continue;
      }
      if (c === quote) quote = "";
      else if (quote === "" && (c === "'" || c === '"')) quote = c;
      word += c;
    }
    if (word !== "") words.push({ start, end: at, text: word });
    at = trimStart(text, at, range.end);
  }
  return words;
}

/**
 * The exec form. undefined: it is not JSON, so another form. `strings` undefined: it is a JSON array, but not of strings only,
 * which BuildKit rejects.
 */
export function readJson(text: string, range: Span): { readonly strings: readonly TextWord[] | undefined } | undefined {
  if (text.charAt(range.start) !== "[" || text.charAt(range.end - 1) !== "]") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text.slice(range.start, range.end));
  } catch {
    return undefined;
  }
  if (!Array.isArray(value)) return undefined;
  const items: readonly unknown[] = value;
  if (!items.every((item) => typeof item === "string")) return { strings: undefined };
  const spans = [...text.slice(range.start, range.end).matchAll(/"(?:[^"\\]|\\.)*"/g)];
  return {
    strings: spans.map((match, index) => {
      const start = range.start + match.index;
      return { start, end: start + match[0].length, text: items[index] ?? "" };
    }),
  };
}

import { apply } from "../syntax/edit.js";
import { applyCommand, sentences, type Proposal, type Told } from "./findings.js";
import { locator } from "./positions.js";
import { gathered, type Reporter } from "./reporter.js";
import { plainJson } from "./terminal.js";

/** Reviewdog Diagnostic Format, https://github.com/reviewdog/reviewdog/tree/master/proto/rdf */
interface Diagnostic {
  readonly message: string;
  readonly location: { readonly path: string; readonly range?: Range };
  readonly severity: "ERROR" | "WARNING" | "INFO";
  readonly code?: { readonly value: string };
  readonly suggestions?: readonly { readonly range: Range; readonly text: string }[];
}

/** 1-based; columns count bytes of UTF-8. Without columns: whole lines, the end's included, without the last one's end. */
interface Range {
  readonly start: { readonly line: number; readonly column?: number };
  readonly end?: { readonly line: number; readonly column?: number };
}

/** Refusals are left out: nobody can act on them in a review. */
export function rdjsonReporter(): Reporter {
  return gathered(diagnosticsOf, (files) => {
    const diagnostics = files.flat();
    return plainJson(JSON.stringify({ source: { name: "dockopt" }, severity: "WARNING", diagnostics }, null, 2)) + "\n";
  });
}

function diagnosticsOf({ result: { path, report }, findings }: Told): readonly Diagnostic[] {
  const { proposals, problems, error } = findings();
  const text = report?.before ?? "";
  if (error !== undefined) return [{ message: error, location: { path }, severity: "ERROR" }];
  return [
    ...joined(proposals, text).map(({ parts, lines }) => proposed(parts, lines, path, text)),
    ...problems.map(({ line, column, message }): Diagnostic => {
      const start = { line, column: Buffer.byteLength(lineUpTo(text, line, column)) + 1 };
      return { message, location: { path, range: { start } }, severity: "ERROR", code: { value: "syntax" } };
    }),
  ];
}

const lineUpTo = (text: string, line: number, column: number): string =>
  (text.split("\n", line)[line - 1] ?? "").slice(0, column - 1);

function proposed(parts: readonly Proposal[], lines: Lines, path: string, text: string): Diagnostic {
  const needs = [...new Set(parts.flatMap(({ files }) => files.map((file) => file.path)))];
  const more = needs.length === 0 ? [] : [`It changes ${needs.join(", ")} as well: run ${applyCommand(path)}.`];
  const notes = parts.flatMap((one) => one.notes.map((note) => `Note: ${note}.`));
  const range = { start: { line: lines.first }, end: { line: lines.last } };
  // A suggestion is of one file: half a rewrite might not even build.
  const suggestions = needs.length === 0 ? [{ range, text: replacement(parts, lines, text) }] : [];
  return {
    message: [...parts.map(sentences), ...notes, ...more].join("\n"),
    location: { path, range },
    severity: parts.some((one) => one.safety === "safe") ? "WARNING" : "INFO",
    code: { value: [...new Set(parts.flatMap((one) => one.rules))].join(", ") },
    ...(suggestions.length === 0 ? {} : { suggestions }),
  };
}

/** Whole lines of the original text, 1-based, both included; offsets from the first one's start to the last one's end. */
interface Lines {
  readonly first: number;
  readonly last: number;
  readonly start: number;
  readonly end: number;
}

interface Joined {
  readonly parts: readonly Proposal[];
  readonly lines: Lines;
}

/** Proposals whose lines meet are one: of two suggestions for a line only one can be taken. */
function joined(proposals: readonly Proposal[], text: string): readonly Joined[] {
  const result: Joined[] = [];
  for (const proposal of [...proposals].sort((a, b) => a.start.offset - b.start.offset)) {
    let next: Joined = { parts: [proposal], lines: linesOf([proposal], text) };
    for (let last = result.at(-1); last !== undefined && last.lines.last >= next.lines.first; last = result.at(-1)) {
      result.pop();
      const parts = [...last.parts, ...next.parts];
      next = { parts, lines: linesOf(parts, text) };
    }
    result.push(next);
  }
  return result;
}

/**
 * The lines that hold all edits, and more of them until what replaces them is lines again, and not none: as text of a suggestion that
 * would be an empty line.
 */
function linesOf(parts: readonly Proposal[], text: string): Lines {
  const place = locator(text);
  const from = Math.min(...parts.map((one) => one.start.offset));
  const to = Math.max(...parts.map((one) => one.end.offset));
  let start = startOfLine(text, from);
  let end = to > from && text[to - 1] === "\n" ? to : endOfLine(text, to);
  const isLines = (): boolean => {
    const result = edited(parts, start, end, text);
    return result.trim() !== "" && (result.endsWith("\n") || end === text.length);
  };
  while (end < text.length && !isLines()) end = endOfLine(text, end);
  while (start > 0 && (start === end || !isLines())) start = startOfLine(text, start - 1);
  return { start, end, first: place(start).line, last: place(Math.max(start, end - 1)).line };
}

const startOfLine = (text: string, offset: number): number =>
  offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1;

function endOfLine(text: string, offset: number): number {
  const at = text.indexOf("\n", offset);
  return at === -1 ? text.length : at + 1;
}

function edited(parts: readonly Proposal[], start: number, end: number, text: string): string {
  const edits = parts.flatMap((one) =>
    one.edits.map((edit) => ({ start: edit.start.offset - start, end: edit.end.offset - start, text: edit.text })),
  );
  return apply(text.slice(start, end), edits);
}

function replacement(parts: readonly Proposal[], { start, end }: Lines, text: string): string {
  const result = edited(parts, start, end, text);
  return text.slice(start, end).endsWith("\n") ? result.replace(/\r?\n$/, "") : result;
}

import { DiagnosticSeverity, type Diagnostic } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { transforms } from "../../transforms/index.js";
import { ignoredRemarks } from "../project/ignored.js";
import { printable } from "../report/terminal.js";
import type { Span } from "../syntax/nodes.js";
import { withOriginalLines } from "./places.js";
import { findingsOf, type Finding, type Reading } from "./reading.js";

/** Names of all transforms. */
const KNOWN = transforms.map(({ name }) => name);

/** What an editor shows of a Dockerfile. Of a document whose text is that of the reading. */
export function diagnose(reading: Reading, document: TextDocument): readonly Diagnostic[] {
  const { report, contexts } = reading.safe;
  if (report === undefined) return [];
  const atLine = (line: number): Span => lineSpan(line, reading.text);
  const found = (span: Span, severity: DiagnosticSeverity, code: string, message: string): Diagnostic =>
    diagnostic(span, severity, code, message, document);
  const problems = report.problems.map(({ offset, line, message }) =>
    found({ start: offset, end: atLine(line).end }, DiagnosticSeverity.Error, "syntax", message),
  );
  const left = report.refused
    // About the file, whatever the rewrite.
    .filter(({ transform }) => transform === "")
    .map(({ line, code, reason }) => found(atLine(line), DiagnosticSeverity.Hint, code, `left alone: ${reason}`));
  const ignoreFiles = contexts.flatMap(({ problem }) =>
    problem === undefined ? [] : found(atLine(1), DiagnosticSeverity.Warning, "dockerignore", problem),
  );
  const comments = ignoredRemarks(withOriginalLines(report), KNOWN, reading.asked).map(({ line, message }) =>
    found(atLine(line), DiagnosticSeverity.Warning, "ignore", message),
  );
  const rewrites = findingsOf(reading).map((finding) => diagnosticOf(finding, document));
  return [...problems, ...left, ...ignoreFiles, ...comments, ...rewrites];
}

/** A rewrite that can be had, at the first line of its instruction. */
export function diagnosticOf(finding: Finding, document: TextDocument): Diagnostic {
  const { rewrite, place } = finding;
  const [line = ""] = document.getText().slice(place.start, place.end).split("\n", 1);
  const severity = rewrite.safety === "safe" ? DiagnosticSeverity.Information : DiagnosticSeverity.Hint;
  return diagnostic(
    { start: place.start, end: place.start + line.trimEnd().length },
    severity,
    rewrite.transform,
    messageOf(finding),
    document,
  );
}

function diagnostic(
  { start, end }: Span,
  severity: DiagnosticSeverity,
  code: string,
  message: string,
  document: TextDocument,
): Diagnostic {
  return {
    range: { start: document.positionAt(start), end: document.positionAt(Math.max(start, end)) },
    severity,
    code,
    source: "dockopt",
    message: printable(sentence(message)),
  };
}

function messageOf({ rewrite, costs: [before, after] }: Finding): string {
  const { safety, message, notes } = rewrite;
  const gain = before - after;
  return [
    `${sentence(message)}${safety === "safe" ? "" : ` (${safety})`}`,
    // What is less than the model can tell is not told.
    ...(gain < 0.1 ? [] : [`An average rebuild takes ${seconds(after)} instead of ${seconds(before)}.`]),
    ...notes.map((note) => `Note: ${note}`),
  ].join("\n");
}

export const seconds = (value: number): string => `${value.toFixed(value < 9.95 ? 1 : 0)} s`;
const sentence = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

/** The text of a line, 1-based as the builder counts, without its indentation and its end. */
function lineSpan(line: number, text: string): Span {
  const before = text.split("\n", line - 1).join("\n").length;
  const start = line === 1 ? 0 : before + 1;
  const [whole = ""] = text
    .slice(start)
    .split("\n", 1)
    .map((one) => one.trimEnd());
  return { start: start + whole.length - whole.trimStart().length, end: start + whole.length };
}

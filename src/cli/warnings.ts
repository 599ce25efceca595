import { relative } from "node:path";
import type { Remark } from "../builds/build.js";
import { ignoredRemarks } from "../project/ignored.js";
import type { FileResult } from "../project/result.js";
import type { Report } from "../engine/run.js";
import { originalLine } from "../report/positions.js";
import { compose } from "../syntax/compose.js";
import { printable } from "../report/terminal.js";
import type { Transform } from "../transform.js";
import type { FileSettings } from "./settings.js";

/** Says on stderr what is to be said of compose and bake files: "compose.yaml:3:5: ...". */
export function warnOfBuilds(remarks: readonly Remark[], cwd: string): void {
  for (const { path, line, column, message } of remarks)
    process.stderr.write(`${printable(`${relative(cwd, path)}:${line}:${column}: ${message}`)}\n`);
}

/** Says on stderr what is wrong with an input, and unless quiet what is odd; returns whether anything is wrong. */
export function warnOfFile(
  { path, error, report, contexts }: FileResult,
  { engine, known }: FileSettings,
  quiet: boolean,
): boolean {
  const say = (text: string): boolean => process.stderr.write(`${printable(text)}\n`);
  if (error !== undefined) say(`${path}: ${error}`);
  for (const { line, column, message } of report?.problems ?? []) say(`${path}:${line}:${column}: ${message}`);
  if (!quiet) {
    for (const { problem } of contexts) if (problem !== undefined) say(problem);
    if (report !== undefined)
      for (const { line, message } of ignoredRemarks(report, namesOf(known), namesOf(engine.transforms)))
        say(`${path}:${lineOnDisk(report, line)}:1: ${message}`);
  }
  return error !== undefined || (report?.problems.length ?? 0) > 0;
}

/** A line of the resulting text as it is in the file that was read; what is written comes later. */
const lineOnDisk = ({ before, applied }: Report, line: number): number =>
  originalLine(
    before,
    compose(
      before,
      applied.map((one) => one.edits),
    ),
    line,
  );

const namesOf = (some: readonly Transform[]): readonly string[] => some.map((one) => one.name);

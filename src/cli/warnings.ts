import { relative } from "node:path";
import type { Remark } from "../builds/build.js";
import { ignoredRemarks } from "../project/ignored.js";
import type { FileResult } from "../project/result.js";
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
    const remarks = report === undefined ? [] : ignoredRemarks(report, namesOf(known), namesOf(engine.transforms));
    for (const { line, message } of remarks) say(`${path}:${line}:1: ${message}`);
  }
  return error !== undefined || (report?.problems.length ?? 0) > 0;
}

const namesOf = (some: readonly Transform[]): readonly string[] => some.map((one) => one.name);

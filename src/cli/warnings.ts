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

/** Says on stderr what is wrong with an input, and unless quiet what is odd. `failed`: something is wrong; `any`: there is something to say. */
export function warnOfFile(
  { path, error, report, contexts }: FileResult,
  { engine, known }: FileSettings,
  quiet: boolean,
): { readonly failed: boolean; readonly any: boolean } {
  const wrong = [
    ...(error === undefined ? [] : [`${path}: ${error}`]),
    ...(report?.problems ?? []).map(({ line, column, message }) => `${path}:${line}:${column}: ${message}`),
  ];
  const remarks = report === undefined ? [] : ignoredRemarks(report, namesOf(known), namesOf(engine.transforms));
  const odd = [
    ...contexts.flatMap(({ problem }) => problem ?? []),
    ...remarks.map(
      ({ line, message }) => `${path}:${report === undefined ? 1 : lineOnDisk(report, line)}:1: ${message}`,
    ),
  ];
  for (const text of quiet ? wrong : [...wrong, ...odd]) process.stderr.write(`${printable(text)}\n`);
  return { failed: wrong.length > 0, any: wrong.length + odd.length > 0 };
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

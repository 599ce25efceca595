import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import type { Context } from "../src/context/context.js";
import { withCompanions } from "../src/context/overlay.js";
import { commentTexts } from "../src/engine/guard.js";
import { prove } from "../src/engine/prove.js";
import { createFacts } from "../src/facts/facts.js";
import { optimize, type Options, type Report } from "../src/engine/run.js";
import { unifiedDiff } from "../src/report/diff.js";
import { compose } from "../src/syntax/compose.js";
import { apply } from "../src/syntax/edit.js";
import { parse } from "../src/syntax/parse.js";
import { print } from "../src/syntax/print.js";

const LEVELS = ["safe", "suggested", "unsafe"];

/** Everything that holds for every rewrite, whatever made it. Returns the report. */
export function checkLaws(source: string, context: Context | undefined, options: Options): Report {
  const report = optimize(source, context, options);
  const before = parse(source);
  if (!before.ok) {
    expect(report.after).toBe(source);
    expect(report.problems.length).toBeGreaterThan(0);
    return report;
  }
  expect(print(before.document)).toBe(source);
  const after = parse(report.after);
  if (!after.ok) throw new Error(`the result does not parse: ${JSON.stringify(after.problems[0])}`);
  expect(sortedCounts(commentTexts(after.document))).toEqual(sortedCounts(commentTexts(before.document)));
  for (const { safety } of report.applied)
    expect(LEVELS.indexOf(safety)).toBeLessThanOrEqual(LEVELS.indexOf(options.safety));
  const again = optimize(report.after, withCompanions(context, report.companions), options);
  expect(again.after).toBe(report.after);
  expect(again.companions).toEqual([]);
  const edits = report.applied.map((one) => one.edits);
  expect(apply(source, compose(source, edits))).toBe(report.after);
  expect(source.includes("\r\n") && !/(?<!\r)\n/.test(source) ? /(?<!\r)\n/.test(report.after) : false).toBe(false);
  expect(report.after.startsWith("\uFEFF")).toBe(source.startsWith("\uFEFF"));
  expect(report.after.endsWith("\n")).toBe(source.endsWith("\n"));
  if (report.after === source && report.companions.length === 0) expect(report.applied).toEqual([]);
  if (options.safety === "safe") {
    // What is called safe is proved, also from the first text to the last.
    const seen = withCompanions(context, report.companions);
    expect(prove(createFacts(before.document, seen), createFacts(after.document, seen))).toEqual({ proved: true });
  }
  return report;
}

/** Comments are kept, and none is made up. */
const sortedCounts = (texts: readonly string[]): readonly string[] => [...texts].sort();

/** The patch applies with git and gives the same bytes. */
export function checkPatch(report: Report): void {
  const folder = mkdtempSync(join(tmpdir(), "dockopt-"));
  try {
    const changes = [{ path: "Dockerfile", before: report.before, after: report.after }, ...report.companions].filter(
      (one) => one.before !== one.after,
    );
    for (const { path, before } of changes) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      if (before !== undefined) writeFileSync(join(folder, path), before);
    }
    execFileSync("git", ["-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-"], {
      cwd: folder,
      input: changes.map(unifiedDiff).join(""),
    });
    for (const { path, after } of changes) expect(readFileSync(join(folder, path), "utf8")).toBe(after);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

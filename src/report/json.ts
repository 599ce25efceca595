import { unifiedDiff } from "./diff.js";
import type { FileResult } from "../project/result.js";

/** The report for programs; `version` changes when a field changes its meaning. */
export function jsonReport(results: readonly FileResult[]): string {
  const files = results.map(({ path, report, error, contexts, changes }) => ({
    path,
    changed: changes.length > 0,
    // The first one; `contexts` has all.
    context: contexts[0] ?? null,
    contexts,
    applied:
      report?.applied.map(({ transform, safety, message, notes, line }) => ({
        transform,
        safety,
        message,
        notes,
        line,
      })) ?? [],
    refused: report?.refused ?? [],
    // How many the baseline holds.
    accepted: report?.left.length ?? 0,
    companions: report?.companions.map((companion) => companion.path) ?? [],
    diff: changes.map(unifiedDiff).join(""),
    problems: report?.problems.map(({ line, column, message }) => ({ line, column, message })) ?? [],
    error: error ?? null,
  }));
  const count = (test: (file: (typeof files)[number]) => boolean): number => files.filter(test).length;
  const summary = {
    files: files.length,
    changed: count((file) => file.changed),
    refused: count((file) => file.refused.length > 0),
    failed: count((file) => file.error !== null || file.problems.length > 0),
  };
  return JSON.stringify({ version: 1, files, summary }, null, 2) + "\n";
}

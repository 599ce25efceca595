import type { FileResult } from "../project/result.js";
import { unifiedDiff } from "./diff.js";
import { applyCommand, savedBy, savingText } from "./findings.js";
import { duration } from "./figures.js";
import type { Reporter, Setting } from "./reporter.js";
import { printable, wrap, type Colors } from "./terminal.js";

/** For a person, each file as it is done. */
export const textReporter = ({ colors, width }: Setting): Reporter => ({
  add: ({ result, written }) => textReport(result, colors, width, written),
  end: () => "",
});

/** The diff, what was done and why, what it saves, what was left alone and why. */
function textReport(result: FileResult, colors: Colors, width: number, written: boolean): string {
  const { report, path, insight } = result;
  if (report === undefined || report.problems.length > 0) return "";
  const columns = Math.max(40, Math.min(width, 120));
  const item = (text: string): string => wrap(`  - ${printable(text)}`, columns, 4);
  const lines = [...result.changes.map((change) => colouredDiff(printable(unifiedDiff(change)), colors))];
  if (report.applied.length > 0) {
    const costs = insight.costs();
    const number = `${report.applied.length} ${report.applied.length === 1 ? "rewrite" : "rewrites"}`;
    lines.push(colors.bold(wrap(`${printable(path)}: ${number}${rebuilds(costs)}`, columns, 2)));
    for (const one of report.applied) {
      const saving = savingText(savedBy(one, report, costs));
      const terms = [one.transform, one.safety, ...(saving === undefined ? [] : [saving])];
      lines.push(
        item(`line ${one.line} (${terms.join(", ")}): ${one.message}`),
        ...one.notes.map((note) => item(`note: ${note}`)),
      );
    }
  } else lines.push(`${printable(path)}: nothing to rewrite`);
  if (report.left.length > 0) lines.push(`Left as the baseline says: ${report.left.length}.`);
  if (report.refused.length > 0) {
    lines.push("Left alone:");
    lines.push(...report.refused.map((one) => item(`line ${one.line} (${one.code}): ${one.reason}`)));
  }
  for (const line of contextLines(result)) lines.push(colors.dim(wrap(line, columns, 2)));
  if (report.applied.length > 0 && !written) lines.push(`Run ${printable(applyCommand(path))} to apply.`);
  return lines.join("\n") + "\n";
}

function rebuilds(costs: readonly number[]): string {
  const [before, after] = [costs[0] ?? 0, costs.at(-1) ?? 0];
  return savingText(before - after) === undefined
    ? ""
    : `; an average rebuild, by estimate: ${duration(before)} -> ${duration(after)}`;
}

function contextLines({ contexts, report }: FileResult): readonly string[] {
  if (contexts.length === 0 && report?.refused.some((one) => one.code === "context-unreadable") === true) return [];
  if (contexts.length === 0) return ["Build context: none given, so no manifest is known. Name it with --context DIR."];
  return contexts.map(({ folder, why, missing, problem }) => {
    const lacks = missing.length === 0 ? "" : ` It lacks ${missing.join(", ")}.`;
    return printable(`Build context: ${folder} (${why}).${lacks}${problem === undefined ? "" : ` ${problem}.`}`);
  });
}

/** Text of a diff, printable already, line by line in its colours. */
export function colouredDiff(diff: string, colors: Colors): string {
  return diff
    .trimEnd()
    .split("\n")
    .map((line) => {
      if (/^(?:diff |---|\+\+\+|new file)/.test(line)) return colors.bold(line);
      if (line.startsWith("@@")) return colors.cyan(line);
      return line.startsWith("+") ? colors.green(line) : line.startsWith("-") ? colors.red(line) : line;
    })
    .join("\n");
}

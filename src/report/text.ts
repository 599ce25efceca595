import { unifiedDiff } from "./diff.js";
import type { FileResult } from "../project/result.js";
import { printable, wrap, type Colors } from "./terminal.js";

/** A person's report on one file: the diff, what was done and why, what was left alone and why. */
export function textReport(result: FileResult, colors: Colors, width: number, written: boolean): string {
  const { report, path } = result;
  if (report === undefined || report.problems.length > 0) return "";
  const item = (text: string): string => wrap(`  - ${printable(text)}`, Math.max(40, Math.min(width, 120)), 4);
  const lines = [...result.changes.map((change) => coloured(printable(unifiedDiff(change)), colors))];
  if (report.applied.length > 0) {
    lines.push(
      colors.bold(
        `${printable(path)}: ${report.applied.length} ${report.applied.length === 1 ? "rewrite" : "rewrites"}`,
      ),
    );
    for (const one of report.applied) {
      lines.push(
        item(`line ${one.line} (${one.transform}, ${one.safety}): ${one.message}`),
        ...one.notes.map((note) => item(`note: ${note}`)),
      );
    }
  } else lines.push(`${printable(path)}: nothing to rewrite`);
  if (report.left.length > 0) lines.push(`Left as the baseline says: ${report.left.length}.`);
  if (report.refused.length > 0) {
    lines.push("Left alone:");
    lines.push(...report.refused.map((one) => item(`line ${one.line} (${one.code}): ${one.reason}`)));
  }
  for (const line of contextLines(result)) lines.push(colors.dim(wrap(line, Math.max(40, Math.min(width, 120)), 2)));
  if (report.applied.length > 0 && !written)
    lines.push(`Run dockopt --write ${printable(quoteArgument(path))} to apply.`);
  return lines.join("\n") + "\n";
}

function contextLines({ contexts, report }: FileResult): readonly string[] {
  if (contexts.length === 0 && report?.refused.some((one) => one.code === "context-unreadable") === true) return [];
  if (contexts.length === 0) return ["Build context: none given, so no manifest is known. Name it with --context DIR."];
  return contexts.map(({ folder, why, missing, problem }) => {
    const lacks = missing.length === 0 ? "" : ` It lacks ${missing.join(", ")}.`;
    return printable(`Build context: ${folder} (${why}).${lacks}${problem === undefined ? "" : ` ${problem}.`}`);
  });
}

const quoteArgument = (path: string): string =>
  path === "-" ? "PATH" : /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;

function coloured(diff: string, colors: Colors): string {
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

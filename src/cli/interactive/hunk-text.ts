import { unifiedDiff } from "../../report/diff.js";
import { printable, wrap, type Colors } from "../../report/terminal.js";
import { colouredDiff } from "../../report/text.js";
import type { Hunk } from "./session.js";

/** A hunk for people: where and which rule, why, what it gains, and the diff. */
export function hunkText(hunk: Hunk, colors: Colors, width: number): string {
  const { path, number, total, rewrites, changes } = hunk;
  const lines = rewrites.flatMap(({ line, transform, safety, message, notes }, index) => {
    // Lines of those that follow are of a text that nobody sees.
    const where = index === 0 ? `${path}:${line} (${number}/${total}) ` : "and ";
    return [
      colors.bold(wrap(printable(`${where}${transform}, ${safety}`), width, 2)),
      ...[message, ...notes.map((note) => `note: ${note}`)].map((text) => wrap(`  ${printable(text)}`, width, 2)),
    ];
  });
  const diffs = changes.map((change) => {
    const diff = printable(unifiedDiff(change));
    // The head says which file it is; another file's name is told.
    return colouredDiff(change.path === path ? diff.slice(diff.indexOf("\n@@") + 1) : diff, colors);
  });
  return [...lines, wrap(`  ${gainOf(hunk)}`, width, 2), ...diffs].join("\n") + "\n";
}

function gainOf({ now, next }: Hunk): string {
  const [before, after] = [now, next].map(({ result }) => seconds(result.insight.costs().at(-1) ?? 0));
  return before === after
    ? `an average rebuild takes ${before ?? ""} with and without it`
    : `an average rebuild: ${before ?? ""} -> ${after ?? ""}`;
}

const seconds = (value: number): string => `${value.toFixed(value < 99.5 ? 1 : 0)} s`;

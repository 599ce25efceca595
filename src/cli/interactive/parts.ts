import type { Applied, Report } from "../../engine/run.js";
import { compose } from "../../syntax/compose.js";

/**
 * The rewrites of a report in the parts that are asked about, in the order in which they are made: those that change the same place of
 * the Dockerfile, or nothing of it but the same other file. A rewrite whose key `alone` names is a part of its own; what looks alike
 * (equal keys) is never parted.
 */
export function partsOf(report: Report, alone: (key: string) => boolean): readonly (readonly Applied[])[] {
  const { applied, before } = report;
  const part = applied.map((_, index) => index);
  const join = (indices: readonly number[]): void => {
    const parts = new Set(indices.map((index) => part[index]));
    const first = part.find((one) => parts.has(one)) ?? 0;
    for (const [index, one] of part.entries()) if (parts.has(one)) part[index] = first;
  };
  const indices = (wanted: (one: Applied) => boolean): number[] =>
    applied.flatMap((one, index) => (wanted(one) ? [index] : []));
  const edits = applied.map((one) => one.edits);
  for (const { passes } of compose(before, edits))
    join([...passes].filter((index) => !alone(applied[index]?.key ?? "")).sort((a, b) => a - b));
  for (const { key, edits, files } of applied) {
    join(indices((one) => one.key === key));
    if (edits.length > 0 || alone(key)) continue;
    const paths = files.map((file) => file.path);
    join(
      indices((one) => one.edits.length === 0 && !alone(one.key) && one.files.some(({ path }) => paths.includes(path))),
    );
  }
  return [...new Set(part)].map((which) => applied.filter((_, index) => part[index] === which));
}

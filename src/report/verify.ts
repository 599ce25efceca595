import type { Difference } from "../verify/compare.js";
import type { Timing, Verdict } from "../verify/verify.js";
import { printable, wrap, type Colors, plainJson } from "./terminal.js";

export interface VerifyReport {
  readonly path: string;
  readonly tool: string;
  /** Names of the transforms that have done something. */
  readonly rewrites: readonly string[];
  /** undefined: there was nothing to rewrite. */
  readonly verdict: Verdict | undefined;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

/** Median seconds before and after, and the median of the paired ratios. */
export function summaryOf({ rounds }: Timing): {
  readonly before: number;
  readonly after: number;
  readonly ratio: number;
} {
  return {
    before: median(rounds.map((one) => one.before)),
    after: median(rounds.map((one) => one.after)),
    ratio: median(rounds.map((one) => one.before / one.after)),
  };
}

export function verifyJson({ path, tool, rewrites, verdict }: VerifyReport): string {
  const timing = verdict?.timing && { ...verdict.timing, ...summaryOf(verdict.timing) };
  const report = {
    version: 1,
    path,
    tool,
    rewrites,
    outcome: verdict?.outcome ?? "nothing to rewrite",
    differences: verdict?.differences ?? [],
    noise: verdict?.noise ?? null,
    outside: verdict?.outside ?? null,
    timing: timing ?? null,
    log: verdict?.log ?? "",
  };
  return plainJson(JSON.stringify(report, null, 2)) + "\n";
}

const WIDTH = 79;
/** More differences than a person reads; json has all. */
const SHOWN = 40;

export function verifyText({ path, tool, rewrites, verdict }: VerifyReport, colors: Colors): string {
  const name = printable(path);
  if (verdict === undefined) return `${name}: nothing to rewrite, so nothing was built\n`;
  const lines = [colors.bold(wrap(`${name}: ${headline(verdict)} (${tool}; ${rewrites.join(", ")})`, WIDTH, 2))];
  lines.push(...verdict.differences.slice(0, SHOWN).map(differenceLine));
  if (verdict.differences.length > SHOWN)
    lines.push(`  and ${verdict.differences.length - SHOWN} more (--format json has all)`);
  if (verdict.noise !== undefined && verdict.noise > 0)
    lines.push(
      colors.dim(
        wrap(
          `Two builds of the original differ in ${verdict.noise} places by themselves; ` +
            (verdict.outcome === "same" && verdict.differences.length > 0
              ? "that is all there is to see above."
              : "those are left out (--strict shows them)."),
          WIDTH,
          2,
        ),
      ),
    );
  const { paths, entries } = verdict.outside;
  if (entries > 0)
    lines.push(
      wrap(
        `Of ${printable(paths.join(", "))}, ${entries} entries are no longer in the image: the builder keeps them in cache mounts, by design.`,
        WIDTH,
        2,
      ),
    );
  if (verdict.log !== "")
    lines.push("The end of the build's log:", ...verdict.log.split("\n").map((line) => `  ${printable(line)}`));
  if (verdict.timing !== undefined) lines.push(timingLine(verdict.timing));
  if (verdict.untimed !== undefined) lines.push(wrap(`No rebuild was timed: ${verdict.untimed}.`, WIDTH, 2));
  return lines.join("\n") + "\n";
}

function headline({ outcome, differences }: Verdict): string {
  switch (outcome) {
    case "same":
      return "the image is the same";
    case "different":
      return `the images differ in ${differences.length} ${differences.length === 1 ? "place" : "places"}`;
    case "original fails":
      return "the original does not build, so there is nothing to compare";
    case "rewrite fails":
      return "the original builds, the rewritten one does not: please report this";
  }
}

const differenceLine = ({ path, kind, detail }: Difference): string =>
  wrap(`  ${printable(kind === "configuration" ? path : `/${path}`)}: ${kind} (${printable(detail)})`, WIDTH, 6);

function timingLine(timing: Timing): string {
  const { before, after, ratio } = summaryOf(timing);
  const rounds = timing.rounds.length;
  return wrap(
    `After a change of ${printable(timing.touched)}: ${before.toFixed(1)} s before, ${after.toFixed(1)} s after; ${ratio.toFixed(1)}x ` +
      `(medians of ${rounds} interleaved ${rounds === 1 ? "rebuild" : "rebuilds"}).`,
    WIDTH,
    2,
  );
}

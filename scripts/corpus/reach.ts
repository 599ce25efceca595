import { runRow, type Row } from "./repositories.js";
import { defaultTransforms } from "../../transforms/index.js";
import type { Report } from "../../src/engine/run.js";

/** What becomes of a row that an expert would improve. */
const OUTCOMES = ["safe", "suggested", "only cache mounts", "refused", "missed"] as const;
type Outcome = (typeof OUTCOMES)[number];

/** Transforms whose work an expert would not call an improvement of the caching. */
const MINOR = new Set(["merge-run-chains", "clean-apt-lists", "add-apk-no-cache", "extend-dockerignore"]);
const MOUNTS = new Set(["mount-package-caches", "mount-build-caches"]);

/** Rows improved, refused and missed, by ecosystem, with all default transforms. Prints a table, and each row that is not improved with its reasons. */
export function reach(rows: readonly Row[]): void {
  const wanted = rows.filter((row) => row.expect.startsWith("rewrite"));
  const tallies = new Map<string, Map<Outcome, number>>();
  const left: string[] = [];
  for (const row of wanted) {
    const [outcome, report] = outcomeOf(row);
    const family = row.ecosystem.split("(")[0] ?? row.ecosystem;
    const tally = tallies.get(family) ?? new Map<Outcome, number>();
    tallies.set(family, tally.set(outcome, (tally.get(outcome) ?? 0) + 1));
    if (outcome === "refused" || outcome === "missed")
      left.push(`  ${outcome} ${row.dir}/${row.dockerfile}: ${reasonsOf(report)}`);
  }
  console.log("\nrows that an expert would rewrite (expected: rewrite, rewrite-careful), by ecosystem");
  console.log(["  ecosystem ", ...OUTCOMES].join("  "));
  for (const [family, tally] of [...tallies].sort()) {
    const cells = OUTCOMES.map((one) => String(tally.get(one) ?? 0).padStart(one.length));
    console.log([`  ${family.padEnd(10)}`, ...cells].join("  "));
  }
  for (const line of left) console.log(line);
}

function outcomeOf(row: Row): readonly [Outcome, Report] {
  const safe = runRow(row, "safe", defaultTransforms);
  if (improves(safe, MINOR)) return ["safe", safe];
  const suggested = runRow(row, "suggested", defaultTransforms);
  if (improves(suggested, new Set([...MINOR, ...MOUNTS]))) return ["suggested", suggested];
  if (improves(suggested, MINOR)) return ["only cache mounts", suggested];
  return [suggested.refused.length > 0 ? "refused" : "missed", suggested];
}

const improves = ({ applied }: Report, others: ReadonlySet<string>): boolean =>
  applied.some((one) => !others.has(one.transform));

const reasonsOf = ({ refused }: Report): string =>
  [...new Set(refused.map((one) => `${one.code}: ${one.reason}`))].slice(0, 3).join("; ");

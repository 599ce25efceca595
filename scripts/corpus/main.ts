import { createTwoFilesPatch } from "diff";
import { readdirSync } from "node:fs";
import { optimize } from "../../src/engine/run.js";
import { compareAll, readRecords } from "./agreement.js";
import { meaningOf } from "./meaning.js";
import { reach } from "./reach.js";
import { rewrites } from "./rewrites.js";
import { contextOf, readGold, readRows, runRow, sameImage } from "./repositories.js";

/** Prints the figures over the shared corpus: `npm run corpus [-- --diff] [PATTERN]`. */
const showDiffs = process.argv.includes("--diff");
const pattern = process.argv.slice(2).find((word) => !word.startsWith("--")) ?? "";

const started = performance.now();
const rows = readRows();
if (rows === undefined) {
  console.log("skipped: the shared corpus is not here");
  process.exit(0);
}
syntax();
if (pattern === "") rewrites();
repositories();
if (pattern === "") reach(rows);
gold();
console.log(
  `\n${readdirSync("fixtures", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith("/Dockerfile")).length} fixtures`,
);
console.log(`whole corpus: ${((performance.now() - started) / 1000).toFixed(1)} s`);

function syntax(): void {
  for (const path of ["corpus/buildkit.ndjson.gz", "vectors/syntax-fuzz.ndjson.gz"]) {
    const records = readRecords(path) ?? [];
    const { files, agree, roundTrip } = compareAll(records);
    console.log(
      `${path}: ${agree} of ${files} read as BuildKit reads them (${((100 * agree) / files).toFixed(2)} %), round trip ${roundTrip} of ${files}`,
    );
  }
}

function repositories(): void {
  const tallies = new Map<string, string[]>();
  const reasons = new Map<string, number>();
  for (const row of rows ?? []) {
    const name = `${row.dir}/${row.dockerfile}`;
    if (!name.includes(pattern)) continue;
    const safe = runRow(row, "safe");
    const suggested = runRow(row, "suggested");
    const outcome =
      safe.problems.length > 0
        ? "does not parse"
        : safe.after !== safe.before
          ? safe.applied.every((one) => one.transform === "merge-run-chains")
            ? "only RUNs merged"
            : "rewritten"
          : suggested.after !== suggested.before
            ? "rewritten with --suggested"
            : suggested.refused.length > 0
              ? "refused"
              : "untouched";
    const key = `${row.expect}: ${outcome}`;
    tallies.set(key, [...(tallies.get(key) ?? []), `${row.ecosystem} ${name}`]);
    for (const one of new Set(suggested.refused.map((refusal) => refusal.code)))
      reasons.set(one, (reasons.get(one) ?? 0) + 1);
    if (showDiffs) {
      console.log(`\n=== ${name} [${row.ecosystem}; expected ${row.expect}] ${outcome} ${row.note}`);
      if (suggested.after !== suggested.before)
        console.log(
          createTwoFilesPatch("a", "b", suggested.before, suggested.after, "", "", { context: 2 })
            .split("\n")
            .slice(4)
            .join("\n"),
        );
      for (const companion of suggested.companions)
        console.log(`companion ${companion.path}: +${companion.after.slice(companion.before?.length ?? 0).trim()}`);
      for (const one of suggested.applied)
        console.log(`${one.safety}: ${one.message}${one.notes.map((note) => `\n   note: ${note}`).join("")}`);
      for (const one of suggested.refused) console.log(`refused (${one.code}) line ${one.line}: ${one.reason}`);
    }
  }
  console.log("\nrows of repos.tsv");
  for (const [key, names] of [...tallies].sort()) {
    const families = new Map<string, number>();
    for (const name of names) families.set(name.split(" ")[0] ?? "", (families.get(name.split(" ")[0] ?? "") ?? 0) + 1);
    console.log(
      `  ${names.length.toString().padStart(3)} ${key}  (${[...families].map(([family, count]) => `${family} ${count}`).join(", ")})`,
    );
  }
  console.log("refused, by reason (rows)");
  for (const [code, count] of [...reasons].sort((a, b) => b[1] - a[1]))
    console.log(`  ${count.toString().padStart(3)} ${code}`);
}

function gold(): void {
  console.log("\ngold cases");
  for (const one of readGold()) {
    const report = optimize(one.before, contextOf(one), { transforms: sameImage, safety: "suggested" });
    const context = contextOf(one);
    const same =
      report.after === one.after
        ? "same"
        : meaningOf(report.after, context) === meaningOf(one.after, context)
          ? "same in meaning (the same steps; only spelling of sources, destinations, blanks or comments differs)"
          : report.after !== report.before
            ? "differs"
            : report.refused.length > 0
              ? `refused: ${report.refused[0]?.reason ?? ""}`
              : "left alone: none of its installs belongs to an ecosystem that is known yet";
    console.log(`  ${one.dir}: ${same}`);
    if (showDiffs && same === "differs")
      console.log(
        createTwoFilesPatch("gold", "ours", one.after, report.after, "", "", { context: 1 })
          .split("\n")
          .slice(4)
          .join("\n"),
      );
  }
}

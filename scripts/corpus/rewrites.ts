import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { prove } from "../../src/engine/prove.js";
import { optimize, type Report } from "../../src/engine/run.js";
import { createFacts } from "../../src/facts/facts.js";
import { parse } from "../../src/syntax/parse.js";
import { defaultTransforms } from "../../transforms/index.js";
import { readRecords, SHARED } from "./agreement.js";

interface Tally {
  files: number;
  crashes: number;
  slow: number;
  changed: number;
  again: number;
  valid: number;
  proofs: number;
  readonly proofSeconds: number[];
  readonly safe: Map<string, number>;
  readonly suggested: Map<string, number>;
  readonly refused: Map<string, number>;
}

/** What every transform does to the Dockerfiles of the corpus, without a context: manifests are not known then. */
export function rewrites(): void {
  const tally: Tally = {
    files: 0,
    crashes: 0,
    slow: 0,
    changed: 0,
    again: 0,
    valid: 0,
    proofs: 0,
    proofSeconds: [],
    safe: new Map(),
    suggested: new Map(),
    refused: new Map(),
  };
  for (const { path = "" } of readRecords("corpus/buildkit.ndjson.gz") ?? []) {
    const source = readFileSync(join(fileURLToPath(SHARED), "corpus", path), "utf8");
    const before = performance.now();
    try {
      count(source, tally);
    } catch (error) {
      tally.crashes++;
      console.log(`crash: ${path}: ${String(error)}`);
    }
    if (performance.now() - before > 1000) tally.slow++;
  }
  print(tally);
}

function count(source: string, tally: Tally): void {
  tally.files++;
  const safe = optimize(source, undefined, { transforms: defaultTransforms, safety: "safe" });
  const suggested = optimize(source, undefined, { transforms: defaultTransforms, safety: "suggested" });
  for (const name of new Set(safe.applied.map((one) => one.transform))) add(tally.safe, name);
  for (const name of new Set(suggested.applied.filter((one) => one.safety !== "safe").map((one) => one.transform)))
    add(tally.suggested, name);
  for (const code of new Set(safe.refused.map((one) => one.code))) add(tally.refused, code);
  if (safe.after !== source) judge(source, safe, tally);
}

/** Rewritten once: does it stand still, parse, and is the whole of it proved? */
function judge(source: string, report: Report, tally: Tally): void {
  tally.changed++;
  if (optimize(report.after, undefined, { transforms: defaultTransforms, safety: "safe" }).after === report.after)
    tally.again++;
  const [before, after] = [parse(source), parse(report.after)];
  if (!before.ok || !after.ok) return;
  tally.valid++;
  const started = performance.now();
  const verdict = prove(createFacts(before.document, undefined), createFacts(after.document, undefined));
  tally.proofSeconds.push(performance.now() - started);
  if (verdict.proved) tally.proofs++;
}

const add = (counts: Map<string, number>, name: string): void => void counts.set(name, (counts.get(name) ?? 0) + 1);

function print(tally: Tally): void {
  const { files, crashes, slow, changed, again, valid, proofs, proofSeconds } = tally;
  const sorted = [...proofSeconds].sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(2);
  console.log(`\n${files} Dockerfiles without context: ${crashes} crashes, ${slow} over 1 s`);
  console.log(
    `  ${changed} changed as safe: ${again} stand still when rewritten again, ${valid} valid, ${proofs} proved from first to last text`,
  );
  console.log(`  time of that proof: median ${at(0.5)} ms, 95 % ${at(0.95)} ms, most ${at(1)} ms a file`);
  const list = (title: string, counts: ReadonlyMap<string, number>): void => {
    console.log(`  ${title}`);
    for (const [name, number] of [...counts].sort((a, b) => b[1] - a[1]))
      console.log(`    ${String(number).padStart(4)} ${name}`);
  };
  list("files changed, by transform, safe", tally.safe);
  list("files changed more with --suggested", tally.suggested);
  list("files in which something was refused as safe, by reason", tally.refused);
}

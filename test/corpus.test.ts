import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readRecords, SHARED } from "../scripts/corpus/agreement.js";
import { contextOf, readRows } from "../scripts/corpus/repositories.js";
import { transforms } from "../transforms/index.js";
import { checkLaws, checkPatch } from "./laws.js";

const rows = readRows();
if (rows === undefined) console.log("skipped: the shared corpus is not here");

describe.skipIf(rows === undefined)("the laws hold on real repositories", () => {
  test.each((rows ?? []).map((row) => [`${row.dir}/${row.dockerfile}`, row] as const))("%s", (_, row) => {
    const source = readFileSync(join(fileURLToPath(SHARED), "corpus/repos", row.dir, row.dockerfile), "utf8");
    const report = checkLaws(source, contextOf(row), { transforms, safety: "suggested" });
    if (report.after !== source) checkPatch(report);
    if (row.expect === "unchanged" || row.expect === "refuse") expect(report.after).toBe(source);
  });
});

test.skipIf(rows === undefined)("the laws hold on every Dockerfile of the corpus, without a context", () => {
  for (const { path = "" } of readRecords("corpus/buildkit.ndjson.gz") ?? []) {
    checkLaws(readFileSync(join(fileURLToPath(SHARED), "corpus", path), "utf8"), undefined, {
      transforms,
      safety: "unsafe",
    });
  }
});

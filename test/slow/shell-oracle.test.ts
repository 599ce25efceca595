import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readScript } from "../../src/shell/parse.js";
import type { Document, RunInstruction } from "../../src/syntax/nodes.js";
import { parse } from "../../src/syntax/parse.js";
import { readRows, runRow } from "../../scripts/corpus/repositories.js";
import { readFixtures } from "../fixtures.js";
import { optimize } from "../../src/engine/run.js";

const CORPUS = "../shared/corpus/dockerfiles";
const here = existsSync(CORPUS);
if (!here) console.log(`skipped: ${CORPUS} is not here`);

const bashReads = (script: string): boolean => spawnSync("bash", ["-n"], { input: script }).status === 0;

/** RUNs in shell form, with their joined script. */
function shellRuns(source: string): { run: RunInstruction; document: Document }[] {
  const result = parse(source);
  if (!result.ok) return [];
  const { document } = result;
  return document.instructions.flatMap((run) =>
    run.kind === "RUN" && run.json === undefined && run.heredocs.length === 0 ? [{ run, document }] : [],
  );
}

test.skipIf(!here)("bash reads every script that is read here for certain", () => {
  const all = readdirSync(CORPUS, { recursive: true, encoding: "utf8" })
    .filter((name) => name.includes("/"))
    .flatMap((name) => shellRuns(readFileSync(join(CORPUS, name), "utf8")));
  const sample = all.filter((_, index) => index % 10 === 0);
  const wrong = sample.filter(
    ({ run, document }) => readScript(run, ["bash"], document).problem === undefined && !bashReads(run.body.text),
  );
  console.log(`${sample.length} scripts, ${wrong.length} that bash rejects`);
  expect(wrong.map(({ run }) => run.body.text)).toEqual([]);
});

test("bash still reads every RUN of what we print", () => {
  const results = [
    ...readFixtures().map(({ before, context, options }) => optimize(before, context, options).after),
    ...(readRows() ?? [])
      .map((row) => runRow(row, "suggested"))
      .filter((report) => report.after !== report.before)
      .map((report) => report.after),
  ];
  const runs = results.flatMap((after) => shellRuns(after));
  expect(runs.length).toBeGreaterThan(50);
  expect(runs.map(({ run }) => run.body.text).filter((text) => !bashReads(text))).toEqual([]);
});

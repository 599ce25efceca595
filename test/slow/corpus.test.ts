import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readRecords, SHARED } from "../../scripts/corpus/agreement.js";
import { contextOf, readRows, sameImage } from "../../scripts/corpus/repositories.js";
import { optimize } from "../../src/engine/run.js";
import { parse } from "../../src/syntax/parse.js";
import { optimizeFile } from "../../src/project/optimize.js";
import { apply } from "../../src/syntax/edit.js";
import { defaultTransforms, transforms } from "../../transforms/index.js";
import type { Context } from "../../src/context/context.js";
import { clean } from "../../src/context/go-match.js";
import { contextFromList } from "../../src/context/load-list.js";
import { checkLaws, checkPatch } from "../laws.js";

const rows = readRows();
if (rows === undefined) console.log("skipped: the shared corpus is not here");

describe.skipIf(rows === undefined)("the laws hold on real repositories", () => {
  test.each((rows ?? []).map((row) => [`${row.dir}/${row.dockerfile}`, row] as const))("%s", (_, row) => {
    const source = readFileSync(join(fileURLToPath(SHARED), "corpus/repos", row.dir, row.dockerfile), "utf8");
    const report = checkLaws(source, contextOf(row), { transforms, safety: "suggested" });
    if (report.after !== source) checkPatch(report);
    if (row.expect !== "unchanged" && row.expect !== "refuse") return;
    // What an expert leaves alone stays as it is; RUN merges and what changes the image by design are judged apart.
    const others = sameImage.filter((transform) => transform.name !== "merge-run-chains");
    expect(optimize(source, contextOf(row), { transforms: others, safety: "suggested" }).after).toBe(source);
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

const PROJECT: Readonly<Record<string, string>> = {
  "package.json": '{"name":"a","dependencies":{"x":"1"}}',
  "package-lock.json": '{"lockfileVersion":3,"packages":{"":{"dependencies":{"x":"1"}}}}',
  "yarn.lock": 'x@1:\n  version "1"\n',
  "pnpm-lock.yaml": "lockfileVersion: '9.0'\n",
  "bun.lock": "{}",
  "requirements.txt": "flask\n",
  "pyproject.toml": '[project]\nname = "a"\n',
  "poetry.lock": "",
  "uv.lock": "",
  Pipfile: "[packages]\n",
  "Pipfile.lock": "{}",
  "go.mod": "module a\n\nrequire b v1.0.0\n",
  "go.sum": "",
  "src/index.js": "",
};

/** A context made for the Dockerfile, in which all that its COPYs name is there, each folder a project of every kind. */
function madeFor(source: string): Context {
  const result = parse(source);
  const copies = result.ok
    ? result.document.instructions.flatMap((one) => (one.kind === "COPY" || one.kind === "ADD" ? [one] : []))
    : [];
  const named = copies
    .filter((one) => one.from === undefined)
    .flatMap((one) => one.sources.map((word) => clean(`/${word.text}`).slice(1)));
  const entries = new Map(Object.entries(PROJECT));
  for (const path of named.filter((one) => one !== "" && !/[*?[$:]/.test(one))) {
    if (/\.\w+$/.test(path)) entries.set(path, entries.get(path) ?? "");
    else for (const [name, text] of Object.entries(PROJECT)) entries.set(`${path}/${name}`, text);
  }
  return contextFromList([...entries].map(([path, text]) => ({ path, text })));
}

test.skipIf(rows === undefined)(
  "the laws hold on every Dockerfile of the corpus, where every manifest is there",
  () => {
    let changed = 0;
    for (const { path = "" } of readRecords("corpus/buildkit.ndjson.gz") ?? []) {
      const source = readFileSync(join(fileURLToPath(SHARED), "corpus", path), "utf8");
      const report = checkLaws(source, madeFor(source), { transforms, safety: "unsafe" });
      if (report.after !== source) changed++;
    }
    console.log(`${changed} Dockerfiles rewritten`);
    expect(changed).toBeGreaterThan(10);
  },
);

test.skipIf(rows === undefined)("rewrites of every Dockerfile of the corpus can be taken in parts", () => {
  const counts = { rewrites: 0, fixes: 0 };
  for (const { path = "" } of readRecords("corpus/buildkit.ndjson.gz") ?? []) {
    const text = readFileSync(join(fileURLToPath(SHARED), "corpus", path), "utf8");
    const opened = { context: madeFor(text), folder: "/p", why: "", missing: [], history: () => undefined };
    const options = { transforms: defaultTransforms, safety: "suggested" } as const;
    const input = { shown: "Dockerfile", text, opened: { builds: [], contexts: [opened] } };
    const { report, insight } = optimizeFile(input, options, "/p", new Map()).result;
    const fixes = insight.fixes();
    const edits = fixes.flatMap((fix) => fix.edits);
    expect(apply(text, edits), path).toBe(report?.after);
    for (const fix of fixes) expect(parse(apply(text, fix.edits)).ok, path).toBe(true);
    counts.rewrites += report?.applied.length ?? 0;
    counts.fixes += fixes.length;
  }
  console.log(`${counts.rewrites} rewrites in ${counts.fixes} parts`);
});

import type { Applied } from "../../src/engine/run.js";
import { expect, test } from "vitest";
import { optimizeFile } from "../../src/project/optimize.js";
import type { Safety } from "../../src/transform.js";
import { apply } from "../../src/syntax/edit.js";
import { defaultTransforms } from "../../transforms/index.js";
import { contextFromList } from "../../src/context/load-list.js";
import type { FileResult } from "../../src/project/result.js";

const FILES = [
  { path: "package.json", executable: false, size: 20, tracked: true, text: () => '{"name":"a"}' },
  {
    path: "package-lock.json",
    executable: false,
    size: 20,
    tracked: true,
    text: () => '{"name":"a","lockfileVersion":3,"packages":{"":{"name":"a"}}}',
  },
  { path: "src/index.js", executable: false, size: 1, tracked: true, text: () => "1\n" },
];

function resultOf(text: string, chosen: (key: string) => boolean = () => true, safety: Safety = "safe"): FileResult {
  const context = contextFromList(FILES, "/project", "Dockerfile");
  const opened = {
    builds: [],
    contexts: [{ context, folder: "/project", why: "test", missing: [], history: () => undefined }],
  };
  const options = { transforms: defaultTransforms, safety, wanted: (one: Applied) => chosen(one.key) };
  return optimizeFile({ shown: "Dockerfile", text, opened }, options, "/project", new Map()).result;
}

const TWO = `FROM node:20 AS web
WORKDIR /web
COPY . .
RUN npm ci

FROM node:20
WORKDIR /api
COPY . .
RUN npm ci
`;

test("each fix stands for itself, and all together are the rewrite", () => {
  const { report, insight } = resultOf(TWO);
  const fixes = insight.fixes();
  expect(fixes).toHaveLength(2);
  expect(
    report &&
      apply(
        TWO,
        fixes.flatMap((fix) => fix.edits),
      ),
  ).toBe(report?.after);
  for (const fix of fixes) {
    const keys = new Set(fix.rewrites.map((one) => one.key));
    expect(resultOf(TWO, (key) => keys.has(key)).report?.after).toBe(apply(TWO, fix.edits));
  }
});

test("what builds on another rewrite is one fix with it", () => {
  const { report, insight } = resultOf("FROM node:20\nWORKDIR /a\nCOPY . .\nRUN npm ci\n", undefined, "suggested");
  expect(report?.applied.map((one) => one.transform)).toEqual(["split-manifest-copy", "mount-package-caches"]);
  const [fix, ...others] = insight.fixes().filter((one) => one.edits.length > 0);
  expect(others).toEqual([]);
  expect(fix && apply(report?.before ?? "", fix.edits)).toBe(report?.after);
});

test("costs fall with what is rewritten", () => {
  const { report, insight } = resultOf(TWO);
  const costs = insight.costs();
  expect(costs).toHaveLength((report?.applied.length ?? 0) + 1);
  expect(costs.at(-1)).toBeLessThan((costs[0] ?? 0) / 2);
});

test("what is not chosen is left, and no reason is made up for it", () => {
  const { report } = resultOf(TWO, () => false);
  expect(report?.after).toBe(TWO);
  expect(report?.refused.filter((one) => one.transform === "split-manifest-copy")).toEqual([]);
});

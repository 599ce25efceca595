import { expect, test } from "vitest";
import { contextFromList } from "../../src/context/load-list.js";
import { optimize } from "../../src/engine/run.js";
import { placesOf, withOriginalLines } from "../../src/lsp/places.js";
import type { Safety } from "../../src/transform.js";
import { defaultTransforms } from "../../transforms/index.js";

const FILES = ["package.json", "package-lock.json", "src/a.js"].map((path) => ({
  path,
  executable: false,
  size: 2,
  tracked: true,
  text: () => (path === "package.json" ? '{"name":"a"}' : '{"lockfileVersion":3,"packages":{"":{"name":"a"}}}'),
}));

const reportOf = (text: string, safety: Safety): ReturnType<typeof optimize> =>
  optimize(text, contextFromList(FILES, "test", "Dockerfile"), { transforms: defaultTransforms, safety });

test("each rewrite is shown at its instruction as it is, though others have moved and changed it", () => {
  const text = `FROM node:20 AS web
WORKDIR /web
COPY . .
RUN npm ci

FROM debian:12
COPY . /src
RUN apt-get update && apt-get install -y curl
WORKDIR /api
`;
  const report = reportOf(text, "suggested");
  const places = placesOf(report);
  const shown = report.applied.map(({ transform }, index) => {
    const { start = 0, end = 0 } = places[index] ?? {};
    return `${transform}: ${text.slice(start, end)}`;
  });
  expect(shown).toContain("split-manifest-copy: RUN npm ci");
  expect(shown).toContain("mount-package-caches: RUN npm ci");
  expect(shown).toContain("clean-apt-lists: RUN apt-get update && apt-get install -y curl");
  expect(shown).toContain("hoist-stable-instructions: RUN apt-get update && apt-get install -y curl");
});

test("comments that a rewrite has moved stand where they were", () => {
  const text = `FROM node:20
WORKDIR /app
# dockopt ignore=merge-run-chains
COPY . .
# dockopt ignore=merge-run-chains reason=none
RUN npm ci
`;
  const report = reportOf(text, "safe");
  expect(report.ignored.map((one) => [one.line, one.reason])).not.toEqual([
    [3, ""],
    [5, "none"],
  ]);
  const lines = withOriginalLines(report).ignored.map((one) => [one.line, one.reason]);
  expect(lines.sort()).toEqual([
    [3, ""],
    [5, "none"],
  ]);
});

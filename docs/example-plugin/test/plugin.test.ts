import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkLaws, contextFromFiles } from "dockopt/testing";
import plugin from "../src/index.js";

const settings = { plugins: [plugin], safety: "suggested" } as const;

describe("sort-packages", () => {
  const rewritten = (source: string): string => checkLaws(source, undefined, { ...settings, transforms: [] }).after;

  test("packages change places, and nothing else does", () => {
    assert.equal(
      rewritten("FROM debian:12\nRUN apt-get install -y \\\n    wget \\\n    curl=8.* -o A=B \\\n    bash\n"),
      "FROM debian:12\nRUN apt-get install -y \\\n    bash \\\n    curl=8.* -o A=B \\\n    wget\n",
    );
  });

  for (const [why, run] of [
    ["sorted already", "apt-get install -y bash curl"],
    ["a variable", "apt-get install -y wget $MORE"],
    ["no install", "apt-get remove wget curl"],
    ["another shell", 'sh -c "apt-get install wget curl"'],
    ["a comment", "apt-get install -y wget \\\n# for tests\n    curl"],
  ])
    test(`left alone: ${why}`, () => {
      const source = `FROM debian:12\nRUN ${run}\n`;
      assert.equal(rewritten(source), source);
    });
});

describe("helm", () => {
  const CHART = 'dependencies: [{ name: redis, version: "20.1.0", repository: "https://charts.example.org" }]\n';
  const FILES = { "Chart.yaml": CHART, "Chart.lock": "", "templates/a.yaml": "", ".dockerignore": "charts\n" };
  const SOURCE = "FROM alpine/helm:3.16.2\nWORKDIR /chart\nCOPY . .\nRUN helm dependency build\n";
  const run = (files: Readonly<Record<string, string>>, source = SOURCE) =>
    checkLaws(source, contextFromFiles(files), settings);

  test("the manifest and the lockfile are copied first", () => {
    assert.equal(
      run(FILES).after,
      "FROM alpine/helm:3.16.2\nWORKDIR /chart\nCOPY Chart.yaml Chart.lock ./\nRUN helm dependency build\nCOPY . .\n",
    );
  });

  test("a chart below, by its short name", () => {
    const files = { "web/Chart.yaml": CHART, "web/Chart.lock": "", ".dockerignore": "web/charts\n", "a.txt": "" };
    assert.match(
      run(files, SOURCE.replace("dependency build", "dep build ./web")).after,
      /^COPY web\/Chart\.yaml web\/Chart\.lock \.\/web\/$/m,
    );
  });

  for (const [code, files] of [
    ["no-manifest", { "a.txt": "" }],
    ["no-lockfile", { "Chart.yaml": CHART, "a.txt": "" }],
    ["local-dependency", { ...FILES, "Chart.yaml": CHART.replace("https://charts.example.org", "file://../redis") }],
    ["local-dependency", { ...FILES, "Chart.yaml": "dependencies: [{ name: redis }]\n" }],
    ["unreadable-manifest", { ...FILES, "Chart.yaml": "dependencies: 5\n" }],
    ["unreadable-manifest", { ...FILES, "Chart.yaml": "a: [\n" }],
  ] as const)
    test(`left alone, with the reason: ${code}`, () => {
      const { after, refused } = run(files);
      assert.equal(after, SOURCE);
      assert.ok(
        refused.some((one) => one.code === code),
        JSON.stringify(refused),
      );
    });
});

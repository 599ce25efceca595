import { describe, expect, test } from "vitest";
import { unread } from "../../src/project/result.js";
import type { Told } from "../../src/report/findings.js";
import { applySarif, type SarifLog, type SarifResult } from "./sarif-apply.js";
import {
  fixtureResult,
  HOSTILE,
  HOSTILE_PATH,
  ONE,
  reportOf,
  resultOf,
  SETTING,
  someFixtures,
  told,
  TWO,
} from "./results.js";

const runOf = async (all: readonly Told[], setting = SETTING): Promise<SarifLog["runs"][0]> => {
  const log = JSON.parse(await reportOf("sarif", all, setting)) as SarifLog;
  expect(log.version).toBe("2.1.0");
  expect(log.runs).toHaveLength(1);
  return log.runs[0];
};

const firstOf = (results: readonly SarifResult[]): SarifResult => {
  const [first] = results;
  if (first === undefined) throw new Error("there is no result");
  return first;
};

describe("fixes, applied by lines and columns alone, are the rewrite", () => {
  test.each([
    ["LF", TWO],
    ["CRLF", TWO.replaceAll("\n", "\r\n")],
    ["a byte order mark", `\ufeff${TWO}`],
    ["hostile text", HOSTILE],
    ["no last line end", TWO.trimEnd()],
  ])("%s", async (_, text) => {
    const result = resultOf(text);
    const { results } = await runOf([told(result)]);
    expect(results.length).toBeGreaterThan(0);
    expect(applySarif(new Map([["Dockerfile", text]]), results)).toEqual(
      new Map([["Dockerfile", result.report?.after]]),
    );
  });

  test("with the other files that it needs", async () => {
    for (const ignore of [undefined, "a\nb", "a\r\nb\r\n"]) {
      const files = {
        "package.json": "{}",
        "package-lock.json": "{}",
        "src/a.js": "",
        ...(ignore === undefined ? {} : { ".dockerignore": ignore }),
      };
      const result = resultOf(ONE, { files });
      const { results } = await runOf([told(result)]);
      const before = new Map([
        ["Dockerfile", ONE],
        ...(ignore === undefined ? [] : [[".dockerignore", ignore] as const]),
      ]);
      const after = result.changes.map((one) => [one.path, one.after] as const);
      expect(after).toHaveLength(2);
      expect(applySarif(before, results)).toEqual(new Map([...before, ...after]));
    }
  });

  test("of sampled fixtures", async () => {
    let fixes = 0;
    for (const fixture of someFixtures(40)) {
      const result = fixtureResult(fixture);
      const { results } = await runOf([told(result)]);
      if (result.changes.length === 0 || result.changes[0]?.path !== result.path) continue;
      fixes++;
      const before = new Map(
        result.changes.flatMap((one) => (one.before === undefined ? [] : [[one.path, one.before]])),
      );
      expect(applySarif(before, results), fixture.name).toEqual(
        new Map(result.changes.map((one) => [one.path, one.after])),
      );
    }
    expect(fixes).toBeGreaterThan(5);
  });
});

test("fingerprints stay when lines move, and no two are the same", async () => {
  const prints = async (text: string): Promise<readonly string[]> =>
    (await runOf([told(resultOf(text))])).results.map((one) => one.partialFingerprints["dockopt/v1"] ?? "");
  const twice = TWO + TWO.replace(" AS web", "");
  expect(await prints(`# a comment\n\n${TWO}`)).toEqual(await prints(TWO));
  expect(new Set(await prints(twice)).size).toBe((await prints(twice)).length);
});

test("every rule is described, and every result names one", async () => {
  const { tool, results } = await runOf([told(resultOf(TWO)), told(resultOf("FROM a\nRNU b\n", { path: "b" }))]);
  for (const rule of tool.driver.rules)
    expect(
      [rule.shortDescription.text, rule.help.text].every((text) => text.length > 10),
      rule.id,
    ).toBe(true);
  for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  expect(results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
    ["split-manifest-copy", "warning"],
    ["split-manifest-copy", "warning"],
    ["syntax", "error"],
  ]);
});

test("what a comment forbids is a suppressed result; other refusals are notes of the run, not alerts", async () => {
  const text = ONE.replace("COPY", "# dockopt ignore=split-manifest-copy reason=the tests need it\nCOPY");
  const { results, invocations } = await runOf([told(resultOf(text))]);
  expect(results).toHaveLength(1);
  expect(firstOf(results).suppressions).toMatchObject([
    {
      kind: "inSource",
      justification: "the tests need it",
      location: { physicalLocation: { region: { startLine: 3 } } },
    },
  ]);
  const [note] = invocations[0].toolExecutionNotifications;
  expect(note).toMatchObject({ level: "note", descriptor: { id: "less-safe" } });
});

test("a file that cannot be read, or is not there, is a failure of the run", async () => {
  const { results, invocations } = await runOf([told(unread("gone", "it is binary"))], {
    ...SETTING,
    problems: ["x: no"],
  });
  expect(results).toEqual([]);
  expect(invocations[0].executionSuccessful).toBe(false);
  expect(invocations[0].toolExecutionNotifications.map((one) => one.message.text)).toEqual(["x: no", "it is binary"]);
  expect((await runOf([told(resultOf(ONE))])).invocations[0].executionSuccessful).toBe(true);
});

test.each([
  ["a b/é%#?.Dockerfile", "a%20b/%C3%A9%25%23%3F.Dockerfile", "SRCROOT"],
  ["c:d/Dockerfile", "c%3Ad/Dockerfile", "SRCROOT"],
  ["../other/Dockerfile", "file:///other/Dockerfile", undefined],
  ["..a/Dockerfile", "..a/Dockerfile", "SRCROOT"],
  [HOSTILE_PATH, expect.not.stringMatching(/[^\w%/.~!*'()-]/) as string, "SRCROOT"],
])("the path %j is a URI", async (path, uri, base) => {
  const { results } = await runOf([told(resultOf(ONE, { path }))]);
  const { artifactLocation } = firstOf(results).locations[0].physicalLocation;
  expect([artifactLocation.uri, artifactLocation.uriBaseId]).toEqual([uri, base]);
});

test("after --write nothing is proposed any more", async () => {
  expect((await runOf([told(resultOf(ONE), true)])).results).toEqual([]);
});

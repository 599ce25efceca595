import { describe, expect, test } from "vitest";
import { defaultTransforms } from "../../transforms/index.js";
import type { Findings } from "../../src/report/findings.js";
import { lineChange, locator, originalLine } from "../../src/report/positions.js";
import { apply } from "../../src/syntax/edit.js";
import { fixtureResult, ONE, resultOf, someFixtures, told, TWO } from "./results.js";

describe("places", () => {
  test("count UTF-16 code units from 1, and no byte order mark", () => {
    const place = locator("\ufeffa𐐀b\r\nc\n");
    expect([1, 4, 7, 9].map(place)).toEqual([
      { offset: 1, line: 1, column: 1 },
      { offset: 4, line: 1, column: 4 },
      { offset: 7, line: 2, column: 1 },
      { offset: 9, line: 3, column: 1 },
    ]);
  });

  test("a line of the new text comes from where it was, or from where it was moved from", () => {
    const before = "a\nb\nc\nd\n";
    const edits = [
      { start: 2, end: 4, text: "new\n" },
      { start: 8, end: 8, text: "b\nend\n" },
    ];
    expect(apply(before, edits)).toBe("a\nnew\nc\nd\nb\nend\n");
    expect([1, 2, 3, 4, 5, 6].map((line) => originalLine(before, edits, line))).toEqual([1, 2, 3, 4, 2, 5]);
  });

  test.each([
    ["", "a\n"],
    ["a\nb\n", "a\nx\nb\n"],
    ["a\nb\nc\n", "a\nc\n"],
    ["a\na\n", "a\na\na\n"],
    ["a", "b"],
    ["a\n", ""],
  ])("a change of lines makes %j into %j", (before, after) => {
    expect(apply(before, [lineChange(before, after)])).toBe(after);
  });
});

describe("proposals", () => {
  test("hold edits of the file as it is, which together are the rewrite; what they save adds up", () => {
    const result = resultOf(TWO);
    const { proposals } = told(result).findings();
    expect(proposals.map(({ start, lastLine, rules }) => [start.line, lastLine, rules])).toEqual([
      [3, 4, ["split-manifest-copy"]],
      [8, 9, ["split-manifest-copy"]],
    ]);
    const edits = proposals.flatMap((one) =>
      one.edits.map(({ start, end, text }) => ({ start: start.offset, end: end.offset, text })),
    );
    expect(apply(TWO, edits)).toBe(result.report?.after);
    const costs = result.insight.costs();
    const saved = proposals.reduce((sum, one) => sum + one.saves, 0);
    expect(saved).toBeCloseTo((costs[0] ?? 0) - (costs.at(-1) ?? 0), 6);
    expect(saved).toBeGreaterThan(1);
  });

  test("have keys that stay when lines move", () => {
    const keys = (text: string): readonly string[] =>
      told(resultOf(text))
        .findings()
        .proposals.map(({ key }) => key);
    expect(keys(`# a comment\n\n${TWO}`)).toEqual(keys(TWO));
    expect(new Set(keys(TWO)).size).toBe(2);
  });

  test("are gone when they are written; what was refused is where it now is", () => {
    const result = resultOf(TWO);
    const [before, after] = [told(result).findings(), told(result, true).findings()];
    expect([before.proposals.length, after.proposals.length]).toEqual([2, 0]);
    const lines = (all: Findings): readonly number[] => all.refusals.map((one) => one.line);
    expect(lines(before)).toEqual([4, 9]);
    expect(lines(after)).toEqual([4, 10]);
    const now = result.report?.after.split("\n") ?? [];
    expect(lines(after).map((line) => now[line - 1])).toEqual(["RUN npm ci", "RUN npm ci"]);
  });
});

test("a comment that forbids a rewrite is told with its reason and place", () => {
  const text = ONE.replace("COPY", "# dockopt ignore reason=because\nCOPY").replace("FROM", "# top\nFROM");
  const { refusals, proposals } = told(resultOf(text)).findings();
  expect(proposals).toEqual([]);
  expect(refusals).toContainEqual(
    expect.objectContaining({ code: "suppressed", comment: { line: 4, reason: "because" } }),
  );
});

test("in every sampled fixture, a refusal's line is a line of the file that it is about", () => {
  let moved = 0;
  for (const fixture of someFixtures(15)) {
    const result = fixtureResult({ ...fixture, options: { ...fixture.options, transforms: defaultTransforms } });
    const { report } = result;
    const { refusals } = told(result).findings();
    const [before, after] = [report?.before ?? "", report?.after ?? ""].map((text) => text.split("\n"));
    for (const [index, one] of refusals.entries()) {
      const now = after?.[(report?.refused[index]?.line ?? 0) - 1]?.trim();
      const then = before?.[one.line - 1]?.trim();
      expect(then, fixture.name).toBeDefined();
      // A line that is in the old text is found there, unless it is written several times or is new.
      if (before?.filter((line) => line.trim() === now).length === 1) expect(then, fixture.name).toBe(now);
      if (one.line !== report?.refused[index]?.line) moved++;
    }
  }
  expect(moved).toBeGreaterThan(3);
});

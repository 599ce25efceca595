import { expect, test } from "vitest";
import { scoreJson, scoreOf, scoreText, totalOf, type FileScore } from "../../src/report/score.js";
import { colorsFor } from "../../src/report/terminal.js";

const file = (path: string, now: number, safe: number, suggested: number): FileScore => ({
  path,
  level: "safe",
  now,
  best: safe,
  after: new Map([
    ["safe", safe],
    ["suggested", suggested],
  ]),
  commits: undefined,
  timed: false,
});

test("the score is the best rebuild as a share of the present one", () => {
  expect(scoreOf(file("a", 40, 10, 4))).toBe(25);
});

test("100 only when nothing is left to save", () => {
  expect(scoreOf(file("a", 40, 40, 40))).toBe(100);
  expect(scoreOf(file("a", 40, 39.99, 39.99))).toBe(99);
  expect(scoreOf(file("a", 40, 41, 41))).toBe(100);
  expect(scoreOf(file("a", 0, 0, 0))).toBe(100);
});

test("the total is of all seconds, so that the costly files count most", () => {
  const total = totalOf([file("a", 90, 9, 9), file("b", 10, 10, 5)]);
  expect([total.now, total.best, total.after.get("safe"), total.after.get("suggested")]).toEqual([100, 19, 19, 14]);
  expect(scoreOf(total)).toBe(19);
});

test("no file, no score", () => {
  expect(JSON.parse(scoreJson([]))).toMatchObject({ version: 1, score: null, files: [] });
});

test("the text says what it rests on, also where some files have a history", () => {
  const files = [file("a", 40, 10, 4), { ...file("b\u001b[2J", 1, 1, 1), commits: 120 }];
  const text = scoreText(files, colorsFor({}, false, {}), 80);
  expect(text).not.toContain("\u001b");
  expect(text).toContain("\n   25    40.0 s    10.0 s     4.0 s  a\n");
  expect(text.replace(/\s+/g, " ")).toContain(
    "from the git history (assumed for 1 of 2); seconds are of a table of commands",
  );
});

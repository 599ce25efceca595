import { expect, test } from "vitest";
import { optimize, type Report } from "../../src/engine/run.js";
import { ignoredRemarks } from "../../src/project/ignored.js";
import { transforms } from "../../transforms/index.js";

const names = transforms.map((one) => one.name);
const run = (source: string, only: readonly string[] = ["write-env-pairs", "replace-maintainer"]): Report =>
  optimize(source, undefined, { transforms: transforms.filter((one) => only.includes(one.name)), safety: "suggested" });
const remarks = (report: Report, asked = ["write-env-pairs", "replace-maintainer"]): readonly string[] =>
  ignoredRemarks(report, names, asked).map(({ line, message }) => `${line}: ${message}`);

test.each([
  ["by name, right above", "# dockopt ignore=write-env-pairs reason=looks better\nENV a b\n"],
  ["with other comments in between", "# dockopt ignore=write-env-pairs\n# another\nENV a b\n"],
  ["whatever it is", "# dockopt ignore\nENV a b\n"],
  ["several names", "# dockopt ignore=use-npm-ci, write-env-pairs\nENV a b\n"],
  ["the whole file", "ENV a b\n# dockopt ignore-file\n"],
  ["the whole file, by name", "ENV a b\nENV c d\n# dockopt ignore-file=write-env-pairs\n"],
  ["in a file with CRLF", "# dockopt ignore=write-env-pairs\r\nENV a b\r\n"],
])("a rewrite is forbidden %s", (_, rest) => {
  const report = run(`FROM a\n${rest}`);
  expect(report.after).toBe(report.before);
  expect(report.refused.map((one) => one.code)).toContain("suppressed");
  expect(report.ignored).toMatchObject([{ used: true }]);
  expect(remarks(report)).toEqual([]);
});

test("a comment between the lines of an instruction is about it", () => {
  const chain = (comment: string): Report =>
    run(`FROM debian\nRUN apt-get update\nRUN apt-get install -y a && \\\n  # ${comment}\n  true\n`, [
      "merge-run-chains",
    ]);
  expect(chain("as it is").applied).toHaveLength(1);
  expect(chain("dockopt ignore=merge-run-chains").refused).toMatchObject([{ code: "suppressed" }]);
});

test("the reason is told", () => {
  const { refused } = run("FROM a\n# dockopt ignore=write-env-pairs reason=a tool reads it\nENV a b\n");
  expect(refused[0]?.reason).toBe("a comment on line 2 forbids it (a tool reads it): writes a with =");
});

test.each([
  ["another name", "# dockopt ignore=replace-maintainer\nENV a b\n"],
  ["a blank line in between", "# dockopt ignore=write-env-pairs\n\nENV a b\n"],
  ["above another instruction", "# dockopt ignore=write-env-pairs\nUSER a\nENV a b\n"],
])("%s forbids nothing, and is told", (_, rest) => {
  const report = run(`FROM a\n${rest}`);
  expect(report.after).not.toBe(report.before);
  expect(remarks(report)).toHaveLength(1);
});

test.each(["# dockopt: ignore=write-env-pairs", "# Dockopt Ignore-File", "# dockopt ignore=", "# dockopt ignores=a"])(
  "%s is not understood, and that is told",
  (comment) => {
    const report = run(`FROM a\n${comment}\nENV a b\n`);
    expect(report.after).not.toBe(report.before);
    expect(remarks(report)).toEqual([expect.stringContaining("2: the comment is not understood")]);
  },
);

test("a name that is none is told, with the nearest one", () => {
  const report = run("FROM a\n# dockopt ignore=write-env-pair\nENV a b\n");
  expect(remarks(report)).toEqual([
    "2: there is no transform `write-env-pair` to ignore. Did you mean write-env-pairs?",
  ]);
});

test("nothing is said of transforms that were not asked", () => {
  const report = run("FROM a\n# dockopt ignore=use-npm-ci\nUSER a\n");
  expect(remarks(report)).toEqual([]);
  expect(remarks(report, ["use-npm-ci"])).toHaveLength(1);
});

test("hadolint's comments count where a transform does what the rule asks for", () => {
  expect(run("FROM a\n# hadolint ignore=DL4000\nMAINTAINER a\n").applied).toEqual([]);
  expect(run("FROM a\n# hadolint ignore=DL3000\nMAINTAINER a\n").applied).toHaveLength(1);
  expect(run("# hadolint global ignore=DL4000\nFROM a\nMAINTAINER a\n").applied).toEqual([]);
});

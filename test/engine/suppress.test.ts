import { expect, test } from "vitest";
import { optimize, type Report } from "../../src/engine/run.js";
import { suppressionOf, suppressionsOf } from "../../src/engine/suppress.js";
import type { Document } from "../../src/syntax/nodes.js";
import { parse } from "../../src/syntax/parse.js";
import type { Transform } from "../../src/transform.js";
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

function read(source: string): Document {
  const result = parse(source);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.document;
}

test.each([
  ["dockopt ignore", [], ""],
  ["dockopt ignore=a", ["a"], ""],
  ["dockopt ignore = a ,b,  c.d-e", ["a", "b", "c.d-e"], ""],
  ["dockopt ignore why not", [], "why not"],
  ["dockopt ignore=a reason=why", ["a"], "why"],
  ["dockopt ignore=a reason : why # not  ", ["a"], "why # not"],
  ["dockopt ignore=a # why", ["a"], "why"],
  ["dockopt ignore=a #why", ["a"], "why"],
  ["dockopt ignore=a --  why", ["a"], "why"],
  ["dockopt ignore=a - why", ["a"], "why"],
  ["dockopt ignore=a -why", ["a"], "-why"],
  ["dockopt ignore=a the reason=why", ["a"], "the reason=why"],
  ["  dockopt   ignore=a", ["a"], ""],
])("# %s: what it names, and why", (comment, names, reason) => {
  const document = read(`FROM a\n  #${comment}\nRUN x\n`);
  expect(suppressionsOf(document)).toEqual([
    { line: 2, names, reason, instruction: document.instructions[1], malformed: false, tool: "dockopt" },
  ]);
});

test("which instruction a comment is about", () => {
  const document = read(
    "# dockopt ignore=far\n\n# dockopt ignore=first\nFROM a\nRUN x \\\n  # dockopt ignore=inner\n  y\n# dockopt ignore-file=whole\n# hadolint ignore=DL1\nRUN z\n# hadolint global ignore=DL2\n# dockopt ignore=end\n",
  );
  const [from, first, second] = document.instructions;
  expect(suppressionsOf(document).map((one) => [one.line, one.tool, one.names[0], one.instruction])).toEqual([
    [1, "dockopt", "far", null],
    [3, "dockopt", "first", from],
    [6, "dockopt", "inner", first],
    [8, "dockopt", "whole", undefined],
    [9, "hadolint", "DL1", second],
    [11, "hadolint", "DL2", undefined],
    [12, "dockopt", "end", null],
  ]);
});

test.each(["hadolint ignore", "hadolint ignore-file=DL1", "hadolint", "ignore=a", "x dockopt ignore", "docker ignore"])(
  "# %s is no such comment",
  (comment) => {
    expect(suppressionsOf(read(`FROM a\n# ${comment}\nRUN x\n`))).toEqual([]);
  },
);

test("a comment that is not understood forbids nothing", () => {
  expect(suppressionsOf(read("FROM a\n# Dockopt: ignore this\nRUN x\n"))).toEqual([
    { line: 2, names: [], reason: "", instruction: null, malformed: true, tool: "dockopt" },
  ]);
});

test("a comment forbids what is about its instruction, or edits it", () => {
  const document = read("FROM a\nRUN x\n# dockopt ignore\nRUN y\n# hadolint ignore=DL1,DL2\nRUN z\n");
  const [, x, y, z] = document.instructions;
  if (x === undefined || y === undefined || z === undefined) throw new Error("no instruction");
  const transform: Transform = {
    name: "t",
    summary: "",
    docs: "",
    safety: "safe",
    hadolint: ["DL2"],
    propose: () => [],
  };
  const plain: Transform = { name: "t", summary: "", docs: "", safety: "safe", propose: () => [] };
  const all = suppressionsOf(document);
  const line = (
    at: { start: number; end: number },
    edits: readonly { start: number; end: number }[] = [],
    by = transform,
  ) => suppressionOf({ at, message: "", edits: edits.map((one) => ({ ...one, text: "" })) }, by, all)?.line;
  expect([line(x), line(y), line(z), line(z, [], plain)]).toEqual([undefined, 3, 5, undefined]);
  expect(line(x, [x, y])).toBe(3);
  expect(line(x, [{ start: x.start, end: y.start }])).toBeUndefined();
  expect(line(x, [{ start: y.end, end: z.start }])).toBeUndefined();
  expect(line(x, [{ start: y.end - 1, end: z.start }])).toBe(3);
  expect(line({ start: x.start, end: y.start })).toBeUndefined();
  expect(line({ start: y.end, end: z.start })).toBeUndefined();
  expect(line({ start: x.start, end: z.end })).toBe(3);
  expect(suppressionOf({ at: y, reason: "", code: "template" }, plain, all)?.line).toBe(3);
});

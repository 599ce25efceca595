import { describe, expect, test } from "vitest";
import { contextFromList } from "../../src/context/load-list.js";
import { optimize } from "../../src/engine/run.js";
import { defineTransform, type Proposal, type Transform } from "../../src/transform.js";

/** A transform that proposes once, for a file that holds `marker`. */
const once = (marker: string, proposal: (source: string) => Proposal): Transform =>
  defineTransform({
    name: "test-transform",
    summary: "Test",
    docs: "",
    safety: "safe",
    *propose(document) {
      if (document.source.includes(marker)) yield proposal(document.source);
    },
  });

const SOURCE = "FROM a\n# note\nRUN x\n";
const rewrite = (after: string, extra: Partial<Proposal> = {}) =>
  once("RUN x", (source) => ({
    at: { start: 0, end: 1 },
    message: "m",
    edits: [{ start: 0, end: source.length, text: after }],
    ...extra,
  }));
const run = (transform: Transform, safety: "safe" | "suggested" | "unsafe" = "safe") =>
  optimize(SOURCE, undefined, { transforms: [transform], safety });

describe("the guard", () => {
  test("a rewrite that would not parse is thrown away", () => {
    const report = run(rewrite("FROM a\nRNU x\n"));
    expect(report.after).toBe(SOURCE);
    expect(report.refused).toMatchObject([{ code: "would-not-parse" }]);
  });

  test("a rewrite that loses a comment is thrown away", () => {
    const report = run(rewrite("FROM a\nRUN y\n"));
    expect(report.after).toBe(SOURCE);
    expect(report.refused).toMatchObject([{ code: "would-lose-comment", reason: 'the comment "note" would be lost' }]);
  });

  test("what is less safe than asked is not applied, but told", () => {
    const change = rewrite("FROM a\n# note\nRUN y\n", { safety: "suggested", notes: ["why"] });
    expect(run(change)).toMatchObject({
      after: SOURCE,
      refused: [{ code: "less-safe", reason: "--suggested m; not proven safe: why" }],
    });
    expect(run(change, "suggested")).toMatchObject({
      after: "FROM a\n# note\nRUN y\n",
      applied: [{ safety: "suggested" }],
    });
  });
});

describe("the proof", () => {
  test("what says safe and is not proved is left alone, or counts as unsafe", () => {
    const change = rewrite("FROM a\n# note\nRUN y\n");
    expect(run(change)).toMatchObject({
      after: SOURCE,
      refused: [{ code: "not-proved", reason: "not proved safe: line 3: `x` is gone, or runs under other settings" }],
    });
    const report = run(change, "unsafe");
    expect(report.applied).toMatchObject([{ safety: "unsafe" }]);
    expect(report.applied[0]?.notes[0]).toContain("not proved safe");
  });
});

test("the loop runs until the text stands still", () => {
  const grow = defineTransform({
    name: "grow",
    summary: "Test",
    docs: "",
    safety: "safe",
    *propose(document) {
      const count = document.instructions.length;
      if (count < 5)
        yield {
          at: { start: 0, end: 0 },
          message: "m",
          edits: [{ start: document.source.length, end: document.source.length, text: "RUN y\n" }],
        };
    },
  });
  expect(optimize("FROM a\n", undefined, { transforms: [grow], safety: "unsafe" })).toMatchObject({
    after: "FROM a\nRUN y\nRUN y\nRUN y\nRUN y\n",
    applied: { length: 4 },
  });
});

test("transforms that undo each other are told of, and leave the text as it was", () => {
  const flip = once("RUN", (source) => ({
    at: { start: 0, end: 0 },
    message: "m",
    edits: [{ start: 0, end: source.length, text: source.includes("y") ? "FROM a\nRUN x\n" : "FROM a\nRUN y\n" }],
  }));
  expect(optimize("FROM a\nRUN x\n", undefined, { transforms: [flip], safety: "unsafe" })).toMatchObject({
    after: "FROM a\nRUN x\n",
    applied: [],
    refused: [{ code: "restless", reason: expect.stringContaining("did not come to rest") as string }],
  });
});

test("a file that takes too long, or is nested too deep, is left as it was", () => {
  const work = (propose: Transform["propose"]): ReturnType<typeof optimize> =>
    optimize("FROM a\nRUN x\n", undefined, {
      transforms: [{ ...rewrite("FROM b\n"), propose }],
      safety: "unsafe",
      maxSeconds: 0.05,
    });
  const endless = work(function* (document) {
    for (;;) yield { at: document.stages[0]?.from ?? { start: 0, end: 0 }, code: "vendored", reason: "r" };
  });
  expect(endless).toMatchObject({ after: "FROM a\nRUN x\n", refused: [{ code: "too-slow" }] });
  const deep = (): never => deep();
  expect(work(deep)).toMatchObject({ after: "FROM a\nRUN x\n", refused: [{ code: "too-deep" }] });
});

test("a file that does not parse is reported and left alone", () => {
  const report = optimize("FROM a\nRNU x\n", undefined, { transforms: [rewrite("FROM b\n")], safety: "unsafe" });
  expect(report).toMatchObject({ after: "FROM a\nRNU x\n", applied: [], problems: [{ line: 2, column: 1 }] });
});

test("companions of several rewrites become one edit, and are seen by the next pass", () => {
  const context = contextFromList([{ path: "a", text: "" }]);
  const seen: boolean[] = [];
  const companion = defineTransform({
    name: "companion",
    summary: "Test",
    docs: "",
    safety: "safe",
    *propose(document, facts) {
      const ignored = facts.context?.ignores("a") ?? false;
      seen.push(ignored);
      const count = document.instructions.length;
      if (count > 2) return;
      const before = facts.context?.ignoreFile?.text;
      yield {
        at: { start: 0, end: 0 },
        message: "m",
        edits: [{ start: document.source.length, end: document.source.length, text: "RUN y\n" }],
        files: [{ path: ".dockerignore", before, after: `${before ?? ""}${ignored ? "b" : "a"}\n` }],
      };
    },
  });
  const report = optimize("FROM a\n", context, { transforms: [companion], safety: "unsafe" });
  expect(report.companions).toEqual([{ path: ".dockerignore", before: undefined, after: "a\nb\n" }]);
  expect(seen).toEqual([false, true, true]);
});

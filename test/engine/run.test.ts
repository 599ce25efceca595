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

test("a text that is left alone has nothing else to tell", () => {
  const nothing = { applied: [], left: [], companions: [], ignored: [] };
  const transforms = [rewrite("FROM b\n")];
  for (const source of ["FROM a\nRNU x\n", "FROM {{ a }}\n"]) {
    const report = optimize(source, undefined, { transforms, safety: "unsafe" });
    expect(report).toMatchObject({ ...nothing, before: source, after: source });
    expect(report.problems.length + report.refused.length).toBe(1);
  }
  expect(optimize("FROM a\n", undefined, { transforms, safety: "safe" })).toEqual({
    ...nothing,
    before: "FROM a\n",
    after: "FROM a\n",
    refused: [],
    problems: [],
  });
});

describe("templates", () => {
  const template = (line: string) =>
    optimize(`FROM a\n${line}\n`, undefined, { transforms: [], safety: "safe" }).refused;

  test.each(["ENV A={{b}}", "COPY a{% b", "WORKDIR <% x %>", "USER %%USER_NAME%%", "COPY {{a}} b", "EXPOSE {{a}}"])(
    "%s is refused",
    (line) => {
      expect(template(line)).toMatchObject([{ transform: "", code: "template", line: 2 }]);
    },
  );

  test.each([
    "RUN echo {{ x }}",
    "LABEL a={{ x }}",
    "CMD {{ x }}",
    "ENTRYPOINT {{ x }}",
    "HEALTHCHECK CMD {{ x }}",
    "ENV A=%%a%%",
    "ENV A=%%",
    "ENV A={b}",
  ])("%s is none", (line) => {
    expect(template(line)).toEqual([]);
  });

  test("the reason has the beginning of the line", () => {
    expect(template(`ENV A={{b}}${"x".repeat(80)}`)[0]?.reason).toBe(
      `\`ENV A={{b}}${"x".repeat(53)}\` belongs to a template; give the rendered file`,
    );
  });
});

test("comments that forbid nothing are listed, with where they stand; hadolint's are not", () => {
  const source = "# dockopt ignore=a why\n\nFROM a\n# dockopt ignore=b\n# hadolint ignore=DL1\nRUN x\n";
  expect(optimize(source, undefined, { transforms: [], safety: "safe" }).ignored).toEqual([
    { line: 1, names: ["a"], reason: "why", malformed: false, used: false, adrift: true },
    { line: 4, names: ["b"], reason: "", malformed: false, used: false, adrift: false },
  ]);
});

describe("plug-ins that do not come to rest", () => {
  const flip = (name: string, plugin?: string): Transform => ({
    name,
    summary: "Test",
    docs: "",
    safety: "unsafe",
    ...(plugin === undefined ? {} : { plugin }),
    *propose(document) {
      const text = document.source.includes("y") ? "FROM a\nRUN x\n" : "FROM a\nRUN y\n";
      yield { at: { start: 0, end: 0 }, message: "m", edits: [{ start: 0, end: document.source.length, text }] };
    },
  });
  const first: Transform = {
    ...flip("first", "early"),
    *propose(document) {
      if (document.instructions.length === 2)
        yield { at: { start: 0, end: 0 }, message: "m", edits: [{ start: 13, end: 13, text: "USER u\n" }] };
    },
  };

  test("have no part in the result", () => {
    const report = optimize("FROM a\nRUN x\n", undefined, { transforms: [flip("flip", "own")], safety: "unsafe" });
    expect(report).toMatchObject({ after: "FROM a\nRUN x\n", applied: [] });
    expect(report.refused).toEqual([
      {
        transform: "flip",
        code: "plugin-failed",
        reason: "plug-in own: flip did not come to rest after 200 rewrites; none of them was made",
        line: 1,
      },
    ]);
  });

  test("others keep theirs", () => {
    const restless: Transform = {
      ...flip("grow", "own"),
      *propose({ source }) {
        yield {
          at: { start: 0, end: 0 },
          message: "m",
          edits: [{ start: source.length, end: source.length, text: "RUN z\n" }],
        };
      },
    };
    const report = optimize("FROM a\nRUN x\n", undefined, { transforms: [first, restless], safety: "unsafe" });
    expect(report.after).toBe("FROM a\nRUN x\nUSER u\n");
    expect(report.refused.map((one) => one.transform)).toEqual(["grow"]);
  });
});

describe("what a rewrite is told by", () => {
  const about = (source: string, at: { start: number; end: number }, message = "m") =>
    optimize(source, undefined, {
      transforms: [
        defineTransform({
          name: "t",
          summary: "",
          docs: "",
          safety: "unsafe",
          *propose(document) {
            if (document.source === source)
              yield { at, message, edits: [{ start: source.length, end: source.length, text: "USER z\n" }] };
          },
        }),
      ],
      safety: "unsafe",
    }).applied[0];

  test("its instruction, line, and a key that says which stage", () => {
    const source = "FROM a\nRUN x\nFROM b\nRUN x\n";
    expect(about(source, { start: 7, end: 12 })).toMatchObject({
      instruction: "RUN x",
      line: 2,
      safety: "unsafe",
      notes: [],
      files: [],
      key: '["t",0,"m","RUN x"]',
    });
    expect(about(source, { start: 20, end: 25 })?.key).toBe('["t",1,"m","RUN x"]');
    expect(about(source, { start: 13, end: 19 }, "n")?.key).toBe('["t",1,"n","FROM b"]');
    expect(about("ARG v\nFROM a\n", { start: 0, end: 5 })?.key).toBe('["t",-1,"m","ARG v"]');
  });

  test("what is not wanted is left, and the next is made", () => {
    const add = (name: string): Transform =>
      defineTransform({
        name,
        summary: "",
        docs: "",
        safety: "unsafe",
        *propose({ source }) {
          if (!source.includes(name))
            yield { at: { start: 0, end: 6 }, message: name, edits: [{ start: 7, end: 7, text: `USER ${name}\n` }] };
        },
      });
    const report = optimize("FROM a\n", undefined, {
      transforms: [add("one"), add("two")],
      safety: "unsafe",
      wanted: (rewrite) => rewrite.transform !== "one",
    });
    expect(report.after).toBe("FROM a\nUSER two\n");
    expect(report.left.map((one) => one.transform)).toEqual(["one"]);
    expect(report.applied.map((one) => one.transform)).toEqual(["two"]);
  });

  test("what is unsafe says what it does, without a note only what it would be", () => {
    const refused = (extra: Partial<Proposal>) => run(rewrite("FROM a\n# note\nRUN y\n", extra)).refused;
    expect(refused({ safety: "unsafe", notes: ["first", "last"] })).toMatchObject([
      { code: "less-safe", reason: "--unsafe m; it changes the image: last" },
    ]);
    expect(refused({ safety: "suggested" })).toMatchObject([{ code: "less-safe", reason: "--suggested m" }]);
  });

  test("a refusal is passed on; a suppressed one is not told at all", () => {
    const refusing = defineTransform({
      name: "t",
      summary: "",
      docs: "",
      safety: "safe",
      *propose(document) {
        const one = document.instructions.at(-1);
        if (one !== undefined) yield { at: one, code: "template", reason: "because of /${ARG X}/y" };
      },
    });
    const refused = (source: string) => optimize(source, undefined, { transforms: [refusing], safety: "safe" }).refused;
    expect(refused("FROM a\nRUN x\n")).toEqual([
      { transform: "t", code: "template", reason: "because of $X/y", line: 2 },
    ]);
    expect(refused("FROM a\n# dockopt ignore\nRUN x\n")).toEqual([]);
  });

  test("what a comment forbids tells of the comment", () => {
    const source = "FROM a\n# dockopt ignore\nRUN x\n";
    const change = once("RUN x", () => ({
      at: { start: 24, end: 29 },
      message: "m",
      edits: [{ start: 28, end: 29, text: "y" }],
    }));
    expect(optimize(source, undefined, { transforms: [change], safety: "unsafe" })).toMatchObject({
      after: source,
      refused: [
        { code: "suppressed", reason: "a comment on line 2 forbids it: m", comment: { line: 2, reason: "" }, line: 3 },
      ],
      ignored: [{ used: true }],
    });
  });

  test("a safety that is none is an error", () => {
    const wrong = { ...rewrite("FROM a\n# note\nRUN y\n"), safety: "sure" as "safe" };
    expect(() => run(wrong)).toThrow("test-transform: there is no safety sure");
  });
});

describe("comments", () => {
  const guarded = (source: string, after: string) => {
    const change = defineTransform({
      name: "t",
      summary: "",
      docs: "",
      safety: "unsafe",
      *propose(document) {
        if (document.source === source)
          yield { at: { start: 0, end: 0 }, message: "m", edits: [{ start: 0, end: source.length, text: after }] };
      },
    });
    return optimize(source, undefined, { transforms: [change], safety: "unsafe" });
  };

  test.each([
    ["FROM a\n# x\n# x\nRUN y\n", "FROM a\n# x\nRUN y\n", "x"],
    ["FROM a\nRUN x \\\n  #  in # it  \n  y\n", "FROM a\nRUN x y\n", "in # it"],
    ["# x\nFROM a\n", "FROM a\n", "x"],
  ])("%j to %j loses one", (before, after, lost) => {
    expect(guarded(before, after)).toMatchObject({
      after: before,
      refused: [{ code: "would-lose-comment", reason: `the comment "${lost}" would be lost` }],
    });
  });

  test.each([
    ["FROM a\nRUN x \\\n  # in\n  y\n", "FROM a\n#in\nRUN x y\n"],
    ["FROM a\n# x\n# x\nRUN y\n", "FROM a\n# x\nRUN y\n# x\n"],
    ["FROM a\n# x\nRUN y\n", "FROM a\n# x\n# z\nRUN y\n"],
  ])("%j to %j keeps all", (before, after) => {
    expect(guarded(before, after).after).toBe(after);
  });

  test("what would not parse says where and why", () => {
    expect(guarded("FROM a\n", "FROM a\nRNU x\n").refused[0]?.reason).toBe(
      "the result would not parse: line 2: `RNU` is no instruction. Did you mean RUN?",
    );
  });
});

test("other files are judged, too: an ignore line may only keep out what an install makes", () => {
  const context = contextFromList([
    { path: "package.json", text: "{}" },
    { path: "package-lock.json", text: '{"lockfileVersion":3,"packages":{"":{}}}' },
    { path: "src/a.js", text: "" },
  ]);
  const source = "FROM node\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";
  const ignoring = (line: string) =>
    optimize(source, context, {
      transforms: [
        defineTransform({
          name: "t",
          summary: "",
          docs: "",
          safety: "safe",
          *propose(_, facts) {
            if (facts.context?.ignoreFile === undefined)
              yield {
                at: { start: 0, end: 4 },
                message: "m",
                edits: [],
                files: [{ path: ".dockerignore", before: undefined, after: line }],
              };
          },
        }),
      ],
      safety: "safe",
    });
  expect(ignoring("node_modules\n")).toMatchObject({
    applied: [{ safety: "safe" }],
    companions: [{ after: "node_modules\n" }],
  });
  expect(ignoring("src\n")).toMatchObject({
    applied: [],
    refused: [
      { code: "not-proved", reason: "not proved safe: .dockerignore: `src` is not known to be made by an install" },
    ],
  });
});

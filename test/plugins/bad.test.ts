import { describe, expect, test } from "vitest";
import { contextFromFiles } from "../../src/context/load-list.js";
import { optimize } from "../../src/optimize.js";
import { checkLaws } from "../../src/testing.js";
import {
  definePlugin,
  insert,
  replace,
  type Context,
  type Document,
  type Ecosystem,
  type Facts,
  type Proposal,
  type Refusal,
  type Safety,
} from "../../src/transform.js";

/** Planted bad plug-ins: none of them may crash the engine, nor get anything wrong past it. */
const SOURCE = "FROM debian:12\n# the tools\nRUN echo one && \\\n    # why two\n    echo two\nCOPY . /src\n";

type Propose = (document: Document, facts: Facts) => unknown;

const bad = (propose: Propose, safety: Safety = "safe") =>
  definePlugin({
    name: "bad",
    transforms: [
      {
        name: "do-harm",
        summary: "Harm",
        docs: "Harm",
        safety,
        propose: propose as (document: Document, facts: Facts) => Iterable<Proposal | Refusal>,
      },
    ],
  });

const AT = { start: 0, end: 4 };
const run = (propose: Propose, asked: Safety = "unsafe", own: Safety = "safe", context?: Context) =>
  optimize(SOURCE, { transforms: [], plugins: [bad(propose, own)], safety: asked, context });

describe("what a transform does wrong is refused, with the plug-in's name", () => {
  const proposing = (proposal: unknown) => () => [proposal];
  const edit = (start: number, end: number, text: unknown) => ({ start, end, text });
  const end = SOURCE.length;
  test.each<[string, Propose, string]>([
    ["throws", () => (undefined as unknown as string).trim(), "threw TypeError: Cannot read properties of undefined"],
    [
      "throws what is no error, over several lines",
      () => {
        // eslint-disable-next-line @typescript-eslint/only-throw-error -- a plug-in may be JavaScript
        throw "a\nb";
      },
      "threw a b",
    ],
    [
      "throws after its first outcome",
      function* () {
        yield { at: AT, code: "fine", reason: "fine" };
        throw new Error("late");
      },
      "threw Error: late",
    ],
    ["returns nothing", () => undefined, "threw TypeError"],
    ["is asynchronous", () => Promise.resolve([]), "threw TypeError"],
    ["yields a number", () => [1], "neither a proposal nor a refusal"],
    ["says not where", proposing({ message: "m", edits: [] }), "does not say where"],
    [
      "says where, outside of the text",
      proposing({ at: edit(0, 1e6, ""), message: "m", edits: [] }),
      "does not say where",
    ],
    ["has no message", proposing({ at: AT, edits: [insert(end, "RUN x\n")] }), "without a message"],
    ["has no edits", proposing({ at: AT, message: "m" }), "edits that are no list"],
    ["edits that overlap", proposing({ at: AT, message: "m", edits: [edit(0, 9, "a"), edit(5, 12, "b")] }), "overlap"],
    [
      "edits behind the text",
      proposing({ at: AT, message: "m", edits: [edit(end, end + 1, "a")] }),
      "outside of the text",
    ],
    ["edits before the text", proposing({ at: AT, message: "m", edits: [edit(-1, 0, "a")] }), "outside of the text"],
    ["edits at no number", proposing({ at: AT, message: "m", edits: [edit(NaN, 1, "a")] }), "outside of the text"],
    ["edits with no text", proposing({ at: AT, message: "m", edits: [edit(0, 0, undefined)] }), "or without one"],
    ["edits that change nothing", proposing({ at: AT, message: "m", edits: [edit(0, 4, "FROM")] }), "change nothing"],
    [
      "adds far too much",
      proposing({ at: AT, message: "m", edits: [insert(end, "#".repeat(1e6))] }),
      "more than 100000",
    ],
    [
      "a safety that is none",
      proposing({ at: AT, message: "m", edits: [insert(end, "RUN x\n")], safety: "SAFE" }),
      "no safety",
    ],
    ["refuses without a reason", proposing({ at: AT, reason: undefined, code: "x" }), "refuses without a reason"],
    [
      "writes elsewhere",
      proposing({
        at: AT,
        message: "m",
        edits: [],
        files: [{ path: "../../.bashrc", before: undefined, after: "rm" }],
      }),
      "changes a file other than .dockerignore",
    ],
  ])("%s", (_, propose, reason) => {
    const { after, applied, refused } = run(propose);
    expect({ after, applied }).toEqual({ after: SOURCE, applied: [] });
    const failed = refused.find((one) => one.code === "plugin-failed");
    expect(failed).toMatchObject({ transform: "do-harm", line: 1 });
    expect(failed?.reason).toMatch(/^plug-in bad: do-harm [^\n]+$/);
    expect(failed?.reason).toContain(reason);
  });

  test("never ends", () => {
    const { after, refused } = run(function* () {
      for (;;) yield { at: AT, code: "more", reason: "more" };
    });
    expect(after).toBe(SOURCE);
    expect(refused.at(-1)?.reason).toBe(
      "plug-in bad: do-harm has more than 1000 things to say; the rest was not heard",
    );
  });

  test("grows the text without end: dropped, and what others do stays", () => {
    const grows = bad((document) => [{ at: AT, message: "m", edits: [insert(document.source.length, "RUN true\n")] }]);
    const source = "FROM a\nMAINTAINER b\n";
    const report = optimize(source, { plugins: [grows], safety: "unsafe", transforms: [] });
    expect(report).toMatchObject({ after: source, applied: [] });
    expect(report.refused.map((one) => one.reason)).toEqual([
      "plug-in bad: do-harm did not come to rest after 200 rewrites; none of them was made",
    ]);
  });
});

describe("what a transform gets wrong is judged as dockopt's own", () => {
  const all = (after: string) => () => [
    { at: AT, message: "m", edits: [replace({ start: 0, end: SOURCE.length }, after)] },
  ];
  test.each<[string, string, string]>([
    ["calls safe what changes the image", SOURCE.replace("echo two", "rm -rf /"), "not-proved"],
    ["loses a comment", SOURCE.replace("# the tools\n", ""), "would-lose-comment"],
    ["loses a comment inside of a RUN", SOURCE.replace("    # why two\n", ""), "would-lose-comment"],
    ["writes what does not parse", `${SOURCE}NURB\n`, "would-not-parse"],
    ["empties the file", "", "would-not-parse"],
  ])("%s", (_, after, code) => {
    const report = run(all(after), "safe");
    expect(report).toMatchObject({ after: SOURCE, applied: [] });
    expect(report.refused.map((one) => one.code)).toEqual([code]);
  });

  test("a proposal cannot be safer than its transform", () => {
    const raises = () => [
      { at: AT, message: "m", edits: [replace({ start: 5, end: 14 }, "debian:13")], safety: "safe" },
    ];
    expect(run(raises, "suggested", "unsafe").applied).toEqual([]);
  });
});

describe("what a transform does to what it is given changes nothing for others", () => {
  const context = contextFromFiles({ "a.txt": "a", ".dockerignore": "b\n" });
  const harm = (document: Document, facts: Facts): readonly Proposal[] => {
    // As JavaScript may: the types forbid it.
    (document.instructions as unknown as unknown[]).length = 1;
    for (const stage of document.stages) (stage.instructions as unknown as unknown[]).length = 1;
    Object.assign(document, { source: "FROM evil\n" });
    const [from] = document.instructions;
    Object.assign(facts, { state: () => undefined, commands: () => [], effects: () => ({}), copies: () => [] });
    const moved = SOURCE.replace("COPY . /src\n", "").replace("# the tools", "COPY . /src\n# the tools");
    const lie = moved.replace("echo two", "rm -r /src");
    return from === undefined
      ? []
      : [{ at: AT, message: "m", edits: [replace({ start: 0, end: SOURCE.length }, lie)] }];
  };

  test("the document and the facts are its own", () => {
    const report = optimize(SOURCE, { context, transforms: [], plugins: [bad(harm)] });
    expect(report).toMatchObject({ after: SOURCE, refused: [{ code: "not-proved" }] });
  });

  test("the context cannot be changed", () => {
    const { refused } = run(
      (_, facts) => Object.assign(facts.context ?? {}, { kind: () => undefined }),
      "safe",
      "safe",
      context,
    );
    expect(refused[0]?.reason).toContain("plug-in bad: do-harm threw TypeError");
    expect(context.kind("a.txt")).toBe("file");
  });
});

describe("ecosystems", () => {
  const HELM = 'FROM helm\nWORKDIR /c\nCOPY . .\nRUN helm build\nCMD ["a"]\n';
  const SPLIT = 'FROM helm\nWORKDIR /c\nCOPY Chart.yaml ./\nRUN helm build\nCOPY . .\nCMD ["a"]\n';
  const context = contextFromFiles({ "Chart.yaml": "", "a.txt": "", ".dockerignore": "charts\n" });
  const good: Ecosystem = {
    name: "helm",
    reads: ["Chart.yaml"],
    install: (command, site) =>
      command.program === "helm" ? { command, directory: site.cwd, label: "helm build" } : undefined,
    inputs: () => ({ paths: ["Chart.yaml"], notes: [] }),
    outputs: (_, site) => [{ path: `${site.cwd}/charts`, kind: "installed", ignorePattern: "charts" }],
  };
  const optimized = (ecosystem: Partial<Record<keyof Ecosystem, unknown>>, safety: Safety = "suggested") =>
    optimize(HELM, {
      context,
      safety,
      plugins: [definePlugin({ name: "mine", ecosystems: [{ ...good, ...ecosystem } as Ecosystem] })],
    });

  test("a good one takes part, but its word is never safe", () => {
    const report = optimized({});
    expect(report.after).toBe(SPLIT);
    expect(report.applied).toMatchObject([{ transform: "split-manifest-copy", safety: "suggested" }]);
    expect(report.applied[0]?.notes).toContain(
      "the plug-in's ecosystem helm says what it reads, which dockopt cannot check",
    );
    expect(optimized({}, "safe")).toMatchObject({ after: HELM, applied: [], refused: [{ code: "less-safe" }] });
    checkLaws(HELM, context, {
      safety: "suggested",
      plugins: [definePlugin({ name: "mine", ecosystems: [good] })],
    });
  });

  test("a transform cannot have a step proved by an ecosystem's word", () => {
    const source = "FROM helm\nWORKDIR /c\nCOPY . .\nRUN helm build\n";
    const plugin = definePlugin({
      name: "mine",
      ecosystems: [
        { ...good, inputs: () => ({ paths: ["Chart.yaml"], notes: [], insert: { text: "evil", directory: "/c" } }) },
      ],
      transforms: [
        {
          name: "add-evil",
          summary: "Add",
          docs: "Add",
          safety: "safe",
          propose: (document) =>
            document.source.includes("evil")
              ? []
              : [{ at: AT, message: "m", edits: [insert(source.indexOf("RUN"), "RUN evil\n")] }],
        },
      ],
    });
    const report = optimize(source, { context, transforms: [], plugins: [plugin] });
    expect(report).toMatchObject({ after: source, refused: [{ code: "not-proved" }] });
  });

  test.each<[string, Partial<Record<keyof Ecosystem, unknown>>, string]>([
    [
      "install throws",
      {
        install: () => {
          throw new Error("boo");
        },
      },
      "plug-in mine: helm threw Error: boo",
    ],
    ["install says no directory", { install: () => ({ label: "x" }) }, "does not say in which directory"],
    [
      "inputs throws",
      {
        inputs: () => {
          throw new Error("boo");
        },
      },
      "plug-in mine: helm threw Error: boo",
    ],
    ["inputs gives nothing", { inputs: () => undefined }, "gives no inputs and no reason"],
    ["inputs names what is not there", { inputs: () => ({ paths: ["gone"], notes: [] }) }, '"gone" as an input'],
    ["inputs is no list", { inputs: () => ({ paths: "Chart.yaml", notes: [] }) }, "lists of texts"],
    [
      "inserts several lines",
      { inputs: () => ({ paths: [], notes: [], insert: { text: "a\nUSER root", directory: "/c" } }) },
      "no command of one line",
    ],
    [
      "outputs throws",
      {
        outputs: () => {
          throw new Error("boo");
        },
      },
      "plug-in mine: helm threw Error: boo",
    ],
    ["outputs are none", { outputs: () => [{ path: "charts" }] }, "names outputs that are none"],
    ["caches are none", { caches: () => [{ path: 5 }] }, "names caches that are none"],
  ])("%s", (_, ecosystem, reason) => {
    const { applied, refused } = optimized(ecosystem);
    expect(applied.filter((one) => one.transform === "mount-package-caches")).toEqual([]);
    expect(refused.map((one) => one.reason).join("\n")).toContain(reason);
  });

  test("what it does to a command and a site changes nothing for others", () => {
    const { after } = optimized({
      install: (command: { args: unknown[]; program: string }, site: { env: Map<string, string>; cwd: string }) => {
        command.args.length = 0;
        site.env.set("HOME", "/evil");
        return command.program === "helm" ? { command, directory: site.cwd, label: "helm build" } : undefined;
      },
    });
    expect(after).toBe(SPLIT);
  });
});

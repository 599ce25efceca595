import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { beforeAll, describe, expect, test } from "vitest";
import { unread } from "../../src/project/result.js";
import type { Told } from "../../src/report/findings.js";
import { apply } from "../../src/syntax/edit.js";
import { fixtureResult, HOSTILE, HOSTILE_PATH, ONE, reportOf, resultOf, someFixtures, told, TWO } from "./results.js";

interface Place {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}
interface Edit {
  readonly start: Place;
  readonly end: Place;
  readonly text: string;
}
interface Report {
  readonly files: readonly {
    readonly fixes: readonly { readonly edits: readonly Edit[]; readonly saves: number }[];
    readonly applied: readonly { readonly saves: number }[];
    readonly seconds: { readonly before: number; readonly after: number } | null;
    readonly ignored: readonly unknown[];
    readonly refused: readonly { readonly line: number; readonly placed: number }[];
  }[];
  readonly summary: unknown;
}

/** The published schemas, and the same with every object closed: then a field that they do not tell of is an error. */
function schemas(closed: boolean): {
  readonly report: (data: unknown) => string;
  readonly line: (data: unknown) => string;
} {
  const ajv = new Ajv2020({ strict: true, strictRequired: false, allowUnionTypes: true, allErrors: true });
  const [report, line] = ["report-1", "report-lines-1"].map((name) => {
    const schema = JSON.parse(readFileSync(`docs/schema/${name}.schema.json`, "utf8")) as { $id: string };
    ajv.addSchema((closed ? close(schema) : schema) as object);
    return (data: unknown): string =>
      ajv.validate(schema.$id, data) ? "" : ajv.errorsText(ajv.errors, { separator: "\n" });
  });
  if (report === undefined || line === undefined) throw new Error("there are two schemas");
  return { report, line };
}

function close(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(close);
  if (typeof schema !== "object" || schema === null) return schema;
  const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, close(value)]));
  // The parts of a line are closed by themselves.
  return "required" in copy && !("if" in copy) ? { ...copy, unevaluatedProperties: false } : copy;
}

const ODD: readonly Told[] = [
  told(unread("gone", "there is no such file. Check the path.")),
  told(resultOf("FROM a\nRNU b\n", { path: "broken" })),
  told(resultOf(HOSTILE, { path: HOSTILE_PATH })),
  told(resultOf(ONE.replaceAll("\n", "\r\n"))),
  told(resultOf(`\ufeff${TWO}`)),
  told(resultOf(ONE, { files: {} })),
  told(resultOf(ONE), true),
  told(resultOf(ONE.replace("COPY", "# dockopt ignore=split-manifest-copy\nCOPY"))),
  told(resultOf(ONE, { files: { "package.json": "{}", "package-lock.json": "{}" } })),
];

describe("the schemas", () => {
  let all: readonly Told[];
  beforeAll(() => {
    all = [...ODD, ...someFixtures(40).map((fixture) => told(fixtureResult(fixture)))];
  });

  test("hold for reports of many Dockerfiles, and tell of every field", async () => {
    const report = JSON.parse(await reportOf("json", all)) as Report;
    expect(report.files).toHaveLength(all.length);
    for (const closed of [false, true]) expect(schemas(closed).report(report)).toBe("");
  });

  test("hold for every line", async () => {
    const lines = (await reportOf("jsonl", all)).trimEnd().split("\n");
    expect(lines).toHaveLength(all.length + 1);
    for (const line of lines) expect(schemas(false).line(JSON.parse(line))).toBe("");
    const { summary } = JSON.parse(await reportOf("json", all)) as Report;
    expect(JSON.parse(lines.at(-1) ?? "")).toEqual({ version: 1, type: "summary", ...(summary as object) });
  });

  test.each<[string, (file: Record<string, unknown>) => void]>([
    ["a field is missing", (file) => delete file["fixes"]],
    ["a field is of another type", (file) => (file["changed"] = "yes")],
    ["a line is 0", (file) => (file["problems"] = [{ line: 0, column: 1, message: "" }])],
    ["there is no such safety", (file) => Object.assign((file["applied"] as object[])[0] ?? {}, { safety: "fine" })],
  ])("do not hold when %s", async (_, spoil) => {
    const report = JSON.parse(await reportOf("json", [told(resultOf(ONE))])) as { files: Record<string, unknown>[] };
    expect(schemas(false).report(report)).toBe("");
    report.files.forEach(spoil);
    expect(schemas(false).report(report)).not.toBe("");
  });

  test("a field that they do not tell of is found by the closed ones", async () => {
    const report = JSON.parse(await reportOf("json", [told(resultOf(ONE))])) as { files: Record<string, unknown>[] };
    report.files.forEach((file) => (file["news"] = 1));
    expect(schemas(true).report(report)).toContain("unevaluated");
  });
});

test("fixes: by offsets and by lines and columns the same bytes, which are those of the rewrite", async () => {
  for (const text of [TWO, TWO.replaceAll("\n", "\r\n"), `\ufeff${TWO}`, HOSTILE]) {
    const result = resultOf(text);
    const [file] = (JSON.parse(await reportOf("json", [told(result)])) as Report).files;
    const edits = file?.fixes.flatMap((fix) => fix.edits) ?? [];
    expect(edits.length).toBeGreaterThan(0);
    const byOffset = edits.map((one) => ({ start: one.start.offset, end: one.end.offset, text: one.text }));
    expect(apply(text, byOffset)).toBe(result.report?.after);
    const offset = ({ line, column }: Place): number =>
      text
        .split("\n")
        .slice(0, line - 1)
        .join("\n").length +
      (line === 1 ? 0 : 1) +
      column -
      1;
    const mark = text.startsWith("\ufeff") ? 1 : 0;
    for (const { start, end } of edits)
      for (const place of [start, end]) expect(offset(place) + (place.line === 1 ? mark : 0)).toBe(place.offset);
  }
});

test("what a rebuild takes before and after, and what each rewrite and each fix saves of it", async () => {
  const [file] = (JSON.parse(await reportOf("json", [told(resultOf(TWO))])) as Report).files;
  const saved = (all: readonly { readonly saves: number }[] = []): number =>
    all.reduce((sum, one) => sum + one.saves, 0);
  const { before, after } = file?.seconds ?? { before: 0, after: 0 };
  expect(before - after).toBeGreaterThan(1);
  expect(saved(file?.applied)).toBeCloseTo(before - after, 2);
  expect(saved(file?.fixes)).toBeCloseTo(before - after, 2);
});

test("lines of refusals in the new text and in the file as it is", async () => {
  const linesOf = async (written: boolean): Promise<unknown> =>
    (JSON.parse(await reportOf("json", [told(resultOf(TWO), written)])) as Report).files[0]?.refused.map((one) => [
      one.line,
      one.placed,
    ]);
  expect(await linesOf(false)).toEqual([
    [4, 4],
    [10, 9],
  ]);
  expect(await linesOf(true)).toEqual([
    [4, 4],
    [10, 10],
  ]);
});

test("jsonl gives each line as the file is done", async () => {
  const { jsonlReporter } = await import("../../src/report/json.js");
  const reporter = jsonlReporter();
  expect(reporter.add(told(resultOf(ONE)))).toMatch(/^\{"version":1,"type":"file",.*\}\n$/);
});

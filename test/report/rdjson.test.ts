import { describe, expect, test } from "vitest";
import { unread } from "../../src/project/result.js";
import type { Told } from "../../src/report/findings.js";
import { fixtureResult, HOSTILE, HOSTILE_PATH, ONE, reportOf, resultOf, someFixtures, told, TWO } from "./results.js";

interface Place {
  readonly line: number;
  readonly column?: number;
}
interface Range {
  readonly start: Place;
  readonly end?: Place;
}
interface Diagnostic {
  readonly message: string;
  readonly location: { readonly path: string; readonly range?: Range };
  readonly severity: string;
  readonly suggestions?: readonly { readonly range: Range; readonly text: string }[];
}

/** Every field that the protocol buffers' definition of reviewdog has (proto/rdf/reviewdog.proto), by the message it is in. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  DiagnosticResult: { diagnostics: "Diagnostic", source: "Source", severity: "" },
  Diagnostic: {
    message: "",
    location: "Location",
    severity: "",
    source: "Source",
    code: "Code",
    suggestions: "Suggestion",
    original_output: "",
  },
  Location: { path: "", range: "Range" },
  Range: { start: "Position", end: "Position" },
  Position: { line: "", column: "" },
  Suggestion: { range: "Range", text: "" },
  Source: { name: "", url: "" },
  Code: { value: "", url: "" },
};

function unknownFields(value: unknown, message: string): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => unknownFields(one, message));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => {
    const kind = FIELDS[message]?.[key];
    return kind === undefined ? [`${message}.${key}`] : unknownFields(one, kind);
  });
}

async function diagnostics(all: readonly Told[]): Promise<readonly Diagnostic[]> {
  const report = JSON.parse(await reportOf("rdjson", all)) as { readonly diagnostics: readonly Diagnostic[] };
  expect(unknownFields(report, "DiagnosticResult")).toEqual([]);
  for (const { location, severity, suggestions = [] } of report.diagnostics) {
    expect(["ERROR", "WARNING", "INFO"]).toContain(severity);
    // Else GitHub's comment has another range than the suggestion, and reviewdog leaves the suggestion out.
    for (const one of suggestions) expect(one.range).toEqual(location.range);
    for (const place of [location.range?.start, location.range?.end])
      for (const number of Object.values(place ?? {})) expect(number).toBeGreaterThanOrEqual(1);
  }
  return report.diagnostics;
}

/** As the definition says of ranges without columns: lines from the first to the last, without the last one's end. */
function take(text: string, all: readonly Diagnostic[]): string {
  const lines = text.split(/(?<=\n)/);
  const taken = all.flatMap((one) => one.suggestions ?? []).sort((a, b) => b.range.start.line - a.range.start.line);
  for (const { range, text: replacement } of taken) {
    const [first, last] = [range.start.line, range.end?.line ?? 0];
    expect([range.start.column, range.end?.column]).toEqual([undefined, undefined]);
    expect(last).toBeLessThanOrEqual(lines.length);
    expect(replacement).not.toBe("");
    const end = /\r?\n$/.exec(lines[last - 1] ?? "")?.[0] ?? "";
    lines.splice(first - 1, last - first + 1, replacement + end);
  }
  return lines.join("");
}

describe("all suggestions taken are the rewrite, and none meets another", () => {
  test.each([
    ["LF", TWO],
    ["CRLF", TWO.replaceAll("\n", "\r\n")],
    ["a byte order mark", `\ufeff${TWO}`],
    ["hostile text", HOSTILE],
    ["no last line end", TWO.trimEnd()],
  ])("%s", async (_, text) => {
    const result = resultOf(text);
    const all = await diagnostics([told(result)]);
    expect(take(text, all)).toBe(result.report?.after);
  });

  test("of sampled fixtures", async () => {
    let changed = 0;
    for (const fixture of someFixtures(40)) {
      const result = fixtureResult(fixture);
      const all = await diagnostics([told(result)]);
      const ranges = all.flatMap((one) => one.suggestions?.map(({ range }) => range) ?? []);
      const ordered = [...ranges].sort((a, b) => a.start.line - b.start.line);
      for (const [index, range] of ordered.entries())
        expect(range.start.line, fixture.name).toBeGreaterThan(ordered[index - 1]?.end?.line ?? 0);
      if (result.changes.some((one) => one.path !== result.path)) continue;
      changed += result.changes.length;
      expect(take(fixture.before, all), fixture.name).toBe(result.report?.after);
    }
    expect(changed).toBeGreaterThan(5);
  });
});

test("proposals on neighbouring instructions whose lines meet are one suggestion", async () => {
  const text = "FROM debian\nMAINTAINER a\nENV A b\n";
  const { transforms } = await import("../../transforms/index.js");
  const options = {
    transforms: transforms.filter(({ name }) => /^(?:replace-maintainer|write-env-pairs)$/.test(name)),
    safety: "unsafe" as const,
  };
  const result = resultOf(text, { options });
  expect(result.report?.applied.map((one) => one.transform).sort()).toEqual(["replace-maintainer", "write-env-pairs"]);
  expect(take(text, await diagnostics([told(result)]))).toBe(result.report?.after);
});

test("a rewrite that needs another file is told, not suggested: half of it might not be right", async () => {
  const files = { "package.json": "{}", "package-lock.json": "{}", "src/a.js": "" };
  const [one] = await diagnostics([told(resultOf(ONE, { files }))]);
  expect(one?.suggestions).toBeUndefined();
  expect(one?.message).toContain("It changes .dockerignore as well: run dockopt --write Dockerfile.");
});

test("columns count bytes of UTF-8", async () => {
  const text = "FROM a\nCOPY é𐐀 --xyz=1 /\nENV é𐐀=1 =2\n";
  const { report } = resultOf(text);
  const [problem] = report?.problems ?? [];
  const [one] = await diagnostics([told(resultOf(text))]);
  const before = text.split("\n")[(problem?.line ?? 0) - 1]?.slice(0, (problem?.column ?? 0) - 1) ?? "";
  expect(before).toContain("é𐐀");
  expect(one?.location.range?.start).toEqual({ line: problem?.line, column: Buffer.byteLength(before) + 1 });
});

test("a file that cannot be read, and a hostile path", async () => {
  const all = await diagnostics([told(unread("gone", "it is binary")), told(resultOf(ONE, { path: HOSTILE_PATH }))]);
  expect(all.map((one) => [one.location.path, one.severity])).toEqual([
    ["gone", "ERROR"],
    [HOSTILE_PATH, "WARNING"],
  ]);
});

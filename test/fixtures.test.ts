import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { optimize } from "../src/engine/run.js";
import { transforms } from "../transforms/index.js";
import { readFixtures, type Fixture } from "./fixtures.js";
import { checkLaws, checkPatch } from "./laws.js";

const update = process.env["UPDATE"] !== undefined && !process.env["CI"];
const fixtures = readFixtures();
/** "TRANSFORM CODE" of all that was refused. */
const refused = new Set<string>();

describe.each(fixtures.map((fixture) => [fixture.name, fixture] as const))("%s", (_, fixture) => {
  const { before, context, options, settings } = fixture;
  if (update) {
    const { after } = optimize(before, context, options);
    if (after !== before || existsSync(join(fixture.folder, "expected.Dockerfile")))
      writeFileSync(join(fixture.folder, "expected.Dockerfile"), after);
  }

  test("becomes what is expected, by the laws", () => {
    const report = checkLaws(before, context, options);
    for (const { transform, code } of report.refused) refused.add(`${transform} ${code}`);
    expect(report.after).toBe(update ? report.after : (fixture.expected ?? before));
    expect(Object.fromEntries(report.companions.map((one) => [one.path, one.after]))).toEqual(
      settings.companions ?? {},
    );
    if (settings.message !== undefined)
      expect(report.applied.map((one) => one.message).join("\n")).toContain(settings.message);
    if (settings.refused !== undefined) expect(report.refused.map((one) => one.code)).toContain(settings.refused);
    if (settings.reason !== undefined)
      expect(report.refused.map((one) => one.reason).join("\n")).toContain(settings.reason);
    if (report.after !== before || report.companions.length > 0) checkPatch(report);
  });

  test.skipIf(settings.lineEndsMatter === true)("with CRLF line ends, becomes the same", () => {
    const crlf = (text: string): string => text.replace(/\r?\n/g, "\r\n");
    const { after } = checkLaws(crlf(before), context, options);
    expect(after).toBe(crlf(fixture.expected ?? before));
  });

  test("with a byte order mark and no last line end, becomes the same", () => {
    const bare = (text: string): string => `\uFEFF${text.replace(/\r?\n$/, "")}`;
    expect(checkLaws(bare(before), context, options).after).toBe(bare(fixture.expected ?? before));
  });
});

test.each(transforms.map((transform) => [transform.name]))(
  "%s has a case that changes and one that must not",
  (name) => {
    const own = fixtures.filter((fixture) => fixture.name.startsWith(`${name}/`));
    const changes = ({ expected, settings }: Fixture): boolean =>
      expected !== undefined || settings.companions !== undefined;
    expect(own.some(changes)).toBe(true);
    expect(own.some((fixture) => !changes(fixture))).toBe(true);
  },
);

test("what a transform refuses, one of its cases expects: the docs list it from there", () => {
  const expected = new Set(
    fixtures.flatMap(({ name, settings }) => `${name.split("/")[0] ?? ""} ${settings.refused ?? ""}`),
  );
  expect([...refused].filter((one) => !one.startsWith(" ") && !expected.has(one))).toEqual([]);
});

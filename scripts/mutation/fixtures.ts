import { describe, expect, test } from "vitest";
import { optimize } from "../../src/engine/run.js";
import { readFixtures } from "../../test/fixtures.js";

/** test/fixtures.test.ts without what takes it long (the laws, other line ends, git): thousands of mutants are held against it. */
describe("fixtures", () => {
  for (const { name, before, context, options, settings, expected } of readFixtures())
    test(name, () => {
      const report = optimize(before, context, options);
      expect(report.after).toBe(expected ?? before);
      expect(Object.fromEntries(report.companions.map((one) => [one.path, one.after]))).toEqual(
        settings.companions ?? {},
      );
      if (settings.message !== undefined)
        expect(report.applied.map((one) => one.message).join("\n")).toContain(settings.message);
      if (settings.refused !== undefined) expect(report.refused.map((one) => one.code)).toContain(settings.refused);
      if (settings.reason !== undefined)
        expect(report.refused.map((one) => one.reason).join("\n")).toContain(settings.reason);
    });
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { refusals } from "../src/refusals.js";

test("no sentence is left of a code that nobody gives any more", () => {
  const sources = ["src", "transforms"].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts") && name !== "refusals.ts")
      .map((name) => readFileSync(join(folder, name), "utf8")),
  );
  const given = (code: string): boolean => sources.some((text) => text.includes(`"${code}"`));
  expect(Object.keys(refusals).filter((code) => !given(code))).toEqual([]);
});

test.each(Object.entries(refusals))("%s is told in whole sentences", (code, sentence) => {
  expect(code).toMatch(/^[a-z]+(?:-[a-z]+)*$/);
  expect(sentence).toMatch(/^[\p{Lu}.][^]*\.$|^[a-z]+\.[a-z]+ [^]*\.$/u);
});

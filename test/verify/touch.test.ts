import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { contextFromList } from "../../src/context/load-list.js";
import { createFacts } from "../../src/facts/facts.js";
import { parse } from "../../src/syntax/parse.js";
import { sourceFile, touchFile } from "../../src/verify/touch.js";

test.each([
  [["package.json", "package-lock.json", "src/index.js", "README.md"], "COPY . .", "src/index.js"],
  [["package.json", "package-lock.json", "scripts/x.js", "src/deep/er/y.js"], "COPY . .", "src/deep/er/y.js"],
  [["package.json", "package-lock.json", "a.py", "b.txt"], "COPY . .", "a.py"],
  [["package.json", "package-lock.json", "notes.txt", "data.bin"], "COPY . .", "notes.txt"],
  [["package.json", "package-lock.json", "data.bin"], "COPY . .", undefined],
  [["package.json", "package-lock.json", "src/a.js", "other/b.js"], "COPY other other", "other/b.js"],
])("of %j with %s, %s is changed", (paths, copy, expected) => {
  const result = parse(`FROM node:20\nWORKDIR /app\n${copy}\nRUN npm ci\n`);
  if (!result.ok) throw new Error("parse");
  const text = (path: string): string =>
    path === "package-lock.json" ? '{"lockfileVersion":3,"packages":{"":{}}}' : path === "package.json" ? "{}" : "";
  const context = contextFromList(paths.map((path) => ({ path, text: text(path) })));
  expect(sourceFile(createFacts(result.document, context))).toBe(expected);
});

test("a change of a file without comments is new every time, and means nothing", () => {
  const folder = mkdtempSync(join(tmpdir(), "dockopt-"));
  const path = join(folder, "package.json");
  const changed = [0, 1].map((n) => {
    touchFile(path, Buffer.from('{"a":1}'), Date.now() * 2 + n);
    return readFileSync(path, "utf8");
  });
  expect(changed.map((text) => JSON.parse(text) as unknown)).toEqual([{ a: 1 }, { a: 1 }]);
  expect(new Set(changed).size).toBe(2);
  rmSync(folder, { recursive: true });
});

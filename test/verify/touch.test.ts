import { expect, test } from "vitest";
import { contextFromList } from "../../src/context/load-list.js";
import { createFacts } from "../../src/facts/facts.js";
import { parse } from "../../src/syntax/parse.js";
import { sourceFile } from "../../src/verify/touch.js";

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

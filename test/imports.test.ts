import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";

/** What each folder may import from the project's other folders (docs/architecture.md). */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  "src/syntax": [],
  "src/shell": ["src/syntax"],
  "src/context": ["src/transform.ts"],
  "src/builds": ["src/context"],
  "src/ecosystems": ["src/refusals.ts", "src/context", "src/shell", "src/facts/paths.ts", "src/facts/base-images.ts"],
  "src/facts": ["src/syntax", "src/shell", "src/context", "src/ecosystems", "src/transform.ts"],
  "src/engine": ["src/syntax", "src/context", "src/ecosystems/ecosystem.ts", "src/facts", "src/transform.ts"],
  "src/config": [
    "src/context/go-match.ts",
    "src/context/nesting.ts",
    "src/facts/cost/thresholds.ts",
    "src/syntax/validate.ts",
    "src/transform.ts",
  ],
  "src/plugins": [
    "src/context",
    "src/ecosystems",
    "src/facts",
    "src/shell",
    "src/syntax",
    "src/transform.ts",
    "transforms/index.ts",
  ],
  "src/verify": ["src/disk.ts", "src/syntax", "src/context", "src/facts", "src/engine"],
  "src/project": ["src/builds", "src/engine", "src/context", "src/facts", "src/syntax", "src/transform.ts"],
  "src/explain": [
    "src/context",
    "src/ecosystems",
    "src/engine",
    "src/facts",
    "src/project",
    "src/refusals.ts",
    "src/report",
    "src/transform.ts",
    "transforms/index.ts",
  ],
  "src/report": ["src/project", "src/engine", "src/facts", "src/verify", "src/syntax", "src/transform.ts"],
  "src/migrate": [
    "src/disk.ts",
    "src/refusals.ts",
    "src/builds",
    "src/context",
    "src/engine",
    "src/facts",
    "src/project",
    "src/report",
    "src/shell",
    "src/syntax",
    "src/transform.ts",
    "transforms/index.ts",
    "src/transform.ts",
  ],
  "src/lsp": [
    "src/project",
    "src/engine",
    "src/facts",
    "src/syntax",
    "src/report/terminal.ts",
    "src/transform.ts",
    "transforms/index.ts",
  ],
  "src/cli": [
    "src/disk.ts",
    "src/builds",
    "src/config",
    "src/lsp",
    "src/plugins",
    "src/transform.ts",
    "src/project",
    "src/migrate",
    "src/engine",
    "src/verify",
    "src/report",
    "src/context",
    "src/ecosystems",
    "src/explain",
    "src/facts",
    "src/syntax",
    "src/transform.ts",
    "transforms/index.ts",
  ],
  transforms: ["src/transform.ts", "src/syntax", "src/shell", "src/facts", "src/context/context.ts"],
};

const files = Object.keys(ARROWS).flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => ({ folder, path: join(folder, name) })),
);

const importsOf = (path: string): string[] =>
  [...readFileSync(path, "utf8").matchAll(/(?:from|import\()\s*"([^"]+)"/g)].map((match) => match[1] ?? "");

test.each(files)("$path imports along the arrows", ({ folder, path }) => {
  for (const name of importsOf(path).filter((one) => one.startsWith("."))) {
    const target = normalize(join(dirname(path), name)).replace(/\.js$/, ".ts");
    const allowed = target.startsWith(`${folder}/`)
      ? folder !== "transforms" || path.endsWith("index.ts")
      : (ARROWS[folder] ?? []).some((one) => target === one || target.startsWith(`${one}/`));
    expect(allowed, `${path} imports ${target}`).toBe(true);
  }
});

test("only the command line, verify, migrate, the context's loaders and the finder of builds touch files and processes", () => {
  const allowed = /^src\/(?:cli|verify|migrate)\/|^src\/context\/(?:load-|git\.ts)|^src\/builds\/find\.ts/;
  // Paths are text, and so are hashes.
  const touches = (name: string): boolean => name.startsWith("node:") && name !== "node:path" && name !== "node:crypto";
  const touching = files
    .filter(({ path }) => !allowed.test(path) && importsOf(path).some(touches))
    .map(({ path }) => path);
  expect(touching).toEqual([]);
});

test("each foreign parser has one importer", () => {
  const importers = (name: string): string[] =>
    files.filter(({ path }) => importsOf(path).includes(name)).map(({ path }) => path);
  expect(importers("dockerfile-ast").filter((path) => path !== "src/syntax/nodes.ts")).toEqual(["src/syntax/parse.ts"]);
  expect(importers("unbash")).toEqual(["src/shell/parse.ts"]);
  expect(importers("prettier")).toEqual([]);
});

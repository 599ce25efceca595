import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "dockopt-package-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Packed {
  readonly filename: string;
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}
let packed: Packed;
beforeAll(() => {
  // test/build.ts has built it.
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", folder];
  [packed] = JSON.parse(execFileSync("npm", args, { encoding: "utf8" })) as [Packed];
});

describe("what npm publishes", () => {
  test("is the program, its types and its docs: no source, no test, no dependency", () => {
    const paths = packed.files.map(({ path }) => path);
    const allowed =
      /^(?:bin\/(?:dockopt\.js|package\.json)|dist\/bundle\/(?:dockopt\.cjs(?:\.LEGAL\.txt)?|import\.cjs)|dist\/(?:src|transforms)\/.+\.(?:js|d\.ts|css|html)|dist\/src\/explain\/shown\.json|docs\/man\/dockopt\.1|docs\/(?:[\w-]+\/)?[\w-]+\.md|docs\/schema\/[\w.-]+\.json|README\.md|LICENSE|package\.json)$/;
    expect(paths.filter((path) => !allowed.test(path))).toEqual([]);
    for (const path of [
      "bin/dockopt.js",
      "dist/bundle/dockopt.cjs",
      "dist/src/index.js",
      "dist/src/index.d.ts",
      "LICENSE",
      "docs/ci.md",
    ])
      expect(paths).toContain(path);
    expect(packed.size).toBeLessThan(1_500_000);
  });

  test.each([
    ["publint", ["--strict", "--level", "suggestion"]],
    // There is no CommonJS: `require` works from Node 20.19 on.
    ["attw", ["--profile", "esm-only", "--format", "ascii"]],
  ])("%s has nothing to say", (tool, args) => {
    const { status, stdout, stderr } = spawnSync(
      resolve("node_modules/.bin", tool),
      [join(folder, packed.filename), ...args],
      { encoding: "utf8", cwd: folder },
    );
    expect(status, stdout + stderr).toBe(0);
  });
});

describe("installed into an empty folder", () => {
  const run = (command: string, args: readonly string[]) =>
    spawnSync(command, args, { cwd: folder, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });

  beforeAll(() => {
    writeFileSync(join(folder, "package.json"), '{"name":"user","private":true,"type":"module"}');
    execFileSync("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", `./${packed.filename}`], {
      cwd: folder,
      stdio: "ignore",
    });
  });

  test("the command runs", () => {
    writeFileSync(join(folder, "Dockerfile"), "FROM alpine:3.20\nRUN apk add git\n");
    const { status, stdout, stderr } = run("node_modules/.bin/dockopt", ["Dockerfile"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("Dockerfile: nothing to rewrite");
  });

  test("what explain shows and the manual come along", () => {
    const { status, stdout, stderr } = run("node_modules/.bin/dockopt", ["explain", "pnpm"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^ {2}\+COPY package\.json pnpm-lock\.yaml/m);
    expect(packed.files.map(({ path }) => path)).toContain("docs/man/dockopt.1");
  });

  test.each(["bundler", "node16"])("its modules are imported and typed (moduleResolution %s)", (moduleResolution) => {
    writeFileSync(
      join(folder, "user.ts"),
      `import { optimize, type Result } from "dockopt";
import { defineTransform, type Transform } from "dockopt/transform";
import * as context from "dockopt/context";
import * as testing from "dockopt/testing";
const mine: Transform = defineTransform({ name: "a-b", summary: "", docs: "", safety: "safe", propose: () => [] });
const result: Result = optimize("FROM alpine", { safety: "safe" });
// @ts-expect-error: a safety that there is not
optimize("", { safety: "brave" });
console.log(result.after, mine.name, [context, testing].every((one) => Object.keys(one).length > 0));
`,
    );
    const module = moduleResolution === "bundler" ? "esnext" : "node16";
    const options = ["--strict", "--target", "es2022", "--module", module, "--moduleResolution", moduleResolution];
    const types = ["--types", "node", "--typeRoots", resolve("node_modules/@types")];
    const tsc = run(resolve("node_modules/.bin/tsc"), [...options, ...types, "user.ts"]);
    expect(tsc.stdout + tsc.stderr).toBe("");
    expect(run("node", ["user.js"]).stdout).toBe("FROM alpine a-b true\n");
  });
});

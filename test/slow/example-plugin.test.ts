import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

/** The example of the docs as its author would make it, and as its users would use it: from packages alone, out of a registry. */
const EXAMPLE = "docs/example-plugin";

let root: string;
let author: string;
let user: string;

const npm = (cwd: string, ...args: readonly string[]): string =>
  execFileSync("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], { cwd, encoding: "utf8" });

/** Packs what lies in a folder; returns the archive. dockopt itself is built before the tests. */
const pack = (folder: string): string =>
  join(root, npm(folder, "pack", "--ignore-scripts", "--silent", "--pack-destination", root).trim());

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "dockopt-example-"));
  const dockopt = pack(".");
  author = join(root, "author");
  cpSync(EXAMPLE, author, { recursive: true, filter: (path) => !/\/(?:node_modules|dist)$/.test(path) });
  // Until dockopt lies in a registry, the package that users would get stands in for it.
  npm(author, "install", "--no-save", "--prefer-offline", dockopt);
  npm(author, "run", "build");
  user = join(root, "user");
  mkdirSync(user);
  writeFileSync(join(user, "package.json"), '{ "private": true }');
  npm(user, "install", "--no-save", "--prefer-offline", dockopt, pack(author));
});

afterAll(() => {
  rmSync(root, { recursive: true });
});

const dockopt = (...args: readonly string[]): string =>
  execFileSync(join(user, "node_modules/.bin/dockopt"), [...args], { cwd: user, encoding: "utf8" });

test("its tests pass", () => {
  const output = npm(author, "test");
  expect(output).toMatch(/^. pass 14$/m);
  expect(output).toMatch(/^. fail 0$/m);
});

test("users take it by its name", () => {
  const put = (path: string, text: string): void => {
    writeFileSync(join(user, path), text);
  };
  put(
    "Dockerfile",
    "FROM alpine/helm:3.16.2\nRUN apt-get install -y b a\nWORKDIR /chart\nCOPY . .\nRUN helm dep build\n",
  );
  put("Chart.yaml", "dependencies: [{ name: a, repository: 'oci://example.org/charts' }]\n");
  put("Chart.lock", "");
  put(".dockerignore", "charts\nnode_modules\n");
  dockopt(
    "--plugin",
    "dockopt-plugin-example",
    "--suggested",
    "--only",
    "sort-packages,split-manifest-copy",
    "-w",
    "Dockerfile",
  );
  expect(readFileSync(join(user, "Dockerfile"), "utf8")).toBe(
    "FROM alpine/helm:3.16.2\nRUN apt-get install -y a b\nWORKDIR /chart\nCOPY Chart.yaml Chart.lock ./\nRUN helm dep build\nCOPY . .\n",
  );
  expect(dockopt("--plugin", "./node_modules/dockopt-plugin-example/dist/src/index.js", "--check", ".")).toBe("");
});

test("a library's user does without files", () => {
  writeFileSync(
    join(user, "use.mjs"),
    `import { contextFromFiles, optimize } from "dockopt";
import example from "dockopt-plugin-example";
const context = contextFromFiles({ "package.json": "{}", "package-lock.json": "{}", ".dockerignore": "node_modules\\n" });
const text = "FROM node:20\\nWORKDIR /app\\nRUN apt-get install -y b a\\nCOPY . .\\nRUN npm ci\\n";
const { diff, applied } = optimize(text, { context, plugins: [example], safety: "suggested" });
console.log(diff, applied.map((one) => one.transform).join());
`,
  );
  const output = execFileSync(process.execPath, ["use.mjs"], { cwd: user, encoding: "utf8" });
  expect(output).toContain("+COPY package.json package-lock.json ./");
  expect(output).toMatch(/split-manifest-copy.*sort-packages/);
});

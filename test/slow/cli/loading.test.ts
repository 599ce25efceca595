import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeEach, expect, test } from "vitest";
import { sandbox } from "../../cli/process.js";

const { root, put, dockopt } = sandbox();
const MAIN = pathToFileURL(resolve("dist/src/cli/main.js")).href;
/** What only `migrate`, `lsp` and configurations need: it takes longer to load than a Dockerfile to rewrite. */
const HEAVY =
  /^(?:zod|@octokit|@gitbeaker|bullmq|ioredis|bottleneck|tinypool|tar-stream|vscode-languageserver|prettier)(?:\/|$)/;

beforeEach(() => {
  put({
    "trace/hook.mjs": `import { appendFileSync } from "node:fs";
export async function resolve(name, context, next) {
  const found = await next(name, context);
  appendFileSync(${JSON.stringify(join(root(), "trace/loaded"))}, found.url + "\\n");
  return found;
}`,
    "trace/main.mjs": 'import { register } from "node:module"; register("./hook.mjs", import.meta.url);',
    // CommonJS does not ask the hooks.
    "trace/cjs.cjs": `const Module = require("node:module");
const { appendFileSync } = require("node:fs");
const load = Module._load;
Module._load = function (name, ...rest) {
  appendFileSync(${JSON.stringify(join(root(), "trace/loaded"))}, "cjs:/node_modules/" + name.replace(/^.*\\/node_modules\\//, "") + "\\n");
  return load.call(this, name, ...rest);
};`,
    "trace/run.mjs": `import { start } from ${JSON.stringify(MAIN)}; await start();`,
    Dockerfile: "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n",
    "package.json": "{}",
    "package-lock.json": "{}",
  });
});

/** Modules that a command line loads, as modules: own ones from the project's folder on, packages by their names. The bundle is made of these. */
function loadedBy(...args: readonly string[]): readonly string[] {
  put({ "trace/loaded": "" });
  const preload = ["--import", "./trace/main.mjs", "--require", "./trace/cjs.cjs"];
  const { stderr } = spawnSync(process.execPath, [...preload, "trace/run.mjs", ...args], {
    cwd: root(),
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  const urls = readFileSync(join(root(), "trace/loaded"), "utf8").split("\n");
  return urls.flatMap((url) => /\/(?:node_modules|dist\/(?=src|transforms))\/?((?!\.).+)$/.exec(url)?.[1] ?? []);
}

test.each([
  ["--check", "Dockerfile"],
  ["--diff", "Dockerfile"],
  ["--format", "json", "Dockerfile"],
  ["Dockerfile"],
  ["--write", "Dockerfile"],
  ["score", "."],
  ["layers", "Dockerfile"],
])("nothing heavy is loaded: %s %s", (...args) => {
  const loaded = loadedBy(...args);
  expect(loaded).toContain("src/syntax/parse.js");
  // Of prettier, what lays out words.
  expect(loaded.filter((name) => HEAVY.test(name) && !name.startsWith("prettier/doc"))).toEqual([]);
});

test.each([["--version"], ["--help"]])("%s loads next to nothing", (flag) => {
  const loaded = loadedBy(flag);
  expect(loaded).toContain("src/cli/main.js");
  expect(loaded.length).toBeLessThan(40);
  expect(loaded.filter((name) => !/^(?:src\/|picocolors)/.test(name))).toEqual([]);
});

test("what reads configurations is loaded when there is one, and not before", () => {
  const readers = (): readonly string[] =>
    loadedBy("--check", "Dockerfile").filter((name) =>
      /^(?:zod|lilconfig)\/|config\/(?:schema|validate|yaml|toml|json|load)\.js$/.test(name),
    );
  expect(readers()).toEqual([]);
  put({ "dockopt.config.yaml": "safety: safe\n" });
  expect(readers()).toEqual(expect.arrayContaining(["src/cli/config/load.js", "src/config/yaml.js", "zod/index.js"]));
});

test("the bundle holds none of what migrate and lsp need", () => {
  const bundle = readFileSync("dist/bundle/dockopt.cjs", "utf8");
  const packages = new Set(
    [...bundle.matchAll(/"node_modules\/((?:@[^/"]+\/)?[^/"]+)\//g)].map(([, name = ""]) => name),
  );
  expect(packages).toContain("dockerfile-ast");
  expect([...packages].filter((name) => HEAVY.test(name) && !["zod", "prettier", "tar-stream"].includes(name))).toEqual(
    [],
  );
});

test("without a code cache the bundle does the same", () => {
  put({ "plain.cjs": `require(${JSON.stringify(resolve("dist/bundle/dockopt.cjs"))}).start()` });
  const { stdout, status } = spawnSync(process.execPath, ["plain.cjs", "--diff", "Dockerfile"], {
    cwd: root(),
    encoding: "utf8",
  });
  expect(status).toBe(0);
  expect(stdout).toContain("+COPY package.json package-lock.json ./");
  expect(dockopt(["--diff", "Dockerfile"]).stdout).toBe(stdout);
});

import { pathToFileURL } from "node:url";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { sandbox } from "../../cli/process.js";

const { put, dockopt, root } = sandbox();

const FROM_DOCKOPT = JSON.stringify(pathToFileURL(resolve("dist/src/transform.js")).href);
const BODY = `{
  name: "label-people",
  summary: "Write a label for MAINTAINER",
  docs: "Why",
  safety: "suggested",
  *propose(document) {
    for (const one of document.instructions)
      if (one.kind === "MAINTAINER")
        yield { at: one, message: "says it by a label", edits: [replace(one, "LABEL people=" + one.words[0].text)] };
  },
}`;
const PLUGIN = `import { definePlugin, replace } from ${FROM_DOCKOPT};\nexport default definePlugin({ name: "people", transforms: [${BODY}] });\n`;
const DOCKERFILE = "FROM a\nMAINTAINER b\n";

/** A package in node_modules, as it may say where its code is. */
const packaged = (exports: unknown, module = PLUGIN) => ({
  "node_modules/people/package.json": JSON.stringify({ name: "people", version: "1.0.0", type: "module", exports }),
  "node_modules/people/index.js": module,
});

describe("--plugin", () => {
  test("a file takes part like dockopt's own, in every command that rewrites", () => {
    put({ "tools/mine.mjs": PLUGIN, Dockerfile: DOCKERFILE });
    const run = dockopt(["--plugin", "./tools/mine.mjs", "--suggested", "Dockerfile"]);
    expect(run).toMatchObject({ status: 0, stderr: "" });
    expect(run.stdout).toContain("+LABEL people=b");
    expect(run.stdout).toContain("line 2 (label-people, suggested): says it by a label");
    expect(dockopt(["--plugin", "./tools/mine.mjs", "--suggested", "--skip", "label-people", "-l", "."]).stdout).toBe(
      "",
    );
    const layers = dockopt(["layers", "--plugin", "./tools/mine.mjs", "--suggested", "Dockerfile"]);
    expect(layers.stdout).toContain("Rewrites: label-people.");
  });

  test.each([
    ["a text", "./index.js"],
    ["a condition for import alone", { ".": { types: "./index.d.ts", import: "./index.js" } }],
    ["nested conditions", { ".": { browser: "./no.js", node: { import: "./index.js" } } }],
  ])("a package whose entry is %s", (_, exports) => {
    put({ ...packaged(exports), Dockerfile: DOCKERFILE });
    expect(dockopt(["--plugin", "people", "--suggested", "-d", "."]).stdout).toContain("+LABEL people=b");
  });

  test("what a compiler made for require", () => {
    const module = `Object.defineProperty(exports, "__esModule", { value: true });\nconst replace = ({ start, end }, text) => ({ start, end, text });\nexports.default = { name: "people", transforms: [${BODY}] };\n`;
    put({ "mine.cjs": module, Dockerfile: DOCKERFILE });
    expect(dockopt(["--plugin", "./mine.cjs", "--suggested", "-d", "."]).stdout).toContain("+LABEL people=b");
  });

  test("a configuration may name files and packages, and their transforms", () => {
    const configuration = {
      plugins: ["./tools/mine.mjs"],
      safety: "suggested",
      overrides: [{ files: ["old/**"], skip: ["label-people"] }],
    };
    put({
      "dockopt.config.json": JSON.stringify(configuration),
      "tools/mine.mjs": PLUGIN,
      Dockerfile: DOCKERFILE,
      "old/Dockerfile": DOCKERFILE,
    });
    expect(dockopt(["-l", "."])).toMatchObject({ status: 0, stdout: "Dockerfile\n", stderr: "" });
  });

  test("list and explain know its transforms", () => {
    put({ "mine.mjs": PLUGIN, "dockopt.config.json": '{ "plugins": ["./mine.mjs"] }' });
    expect(dockopt(["list"]).stdout).toMatch(/label-people +Write a label for MAINTAINER/);
    const page = dockopt(["explain", "label-people"]);
    expect(page).toMatchObject({ status: 0, stderr: "" });
    expect(page.stdout).toMatch(/^label-people\n\nWrite a label for MAINTAINER\.\n/);
    expect(dockopt(["explain", "--no-config", "--plugin", "./mine.mjs", "label-peopel"]).stderr).toContain(
      "Did you mean label-people?",
    );
  });

  test("comments may name its transforms", () => {
    put({ "mine.mjs": PLUGIN, Dockerfile: "FROM a\n# dockopt ignore=label-people\nMAINTAINER b\n" });
    const run = dockopt(["--plugin", "./mine.mjs", "--suggested", "--check", "Dockerfile"]);
    expect(run).toMatchObject({ status: 0, stdout: "", stderr: "" });
    expect(dockopt(["Dockerfile"]).stderr).toContain("there is no transform `label-people` to ignore");
  });

  test.each<[string, string, Readonly<Record<string, string>>, string]>([
    ["no such file", "./gone.js", {}, "there is no such file"],
    ["no such package", "gone", {}, "has no package of that name. Install it there, or give a path (./mine.js)."],
    ["a file without ./", "mine.mjs", { "mine.mjs": PLUGIN }, "For the file, write ./mine.mjs."],
    ["a syntax error", "./a.mjs", { "a.mjs": "export default {" }, "it cannot be loaded: SyntaxError"],
    ["throws", "./a.mjs", { "a.mjs": "throw new Error('boo')" }, "--plugin ./a.mjs: it cannot be loaded: Error: boo"],
    [
      "dockopt is not there",
      "./a.mjs",
      { "a.mjs": 'import "dockopt/transform"' },
      "it imports dockopt, which is not installed where it lies. Install it there, or export a plain object.",
    ],
    ["imports what is not there", "./a.mjs", { "a.mjs": 'import "./b.mjs"' }, "it imports what is not there"],
    ["no default export", "./a.mjs", { "a.mjs": "export const a = 1" }, "./a.mjs: it has no default export"],
    [
      "a wrong name",
      "./a.mjs",
      { "a.mjs": PLUGIN.replace("label-people", "Foo") },
      './a.mjs: transforms[0].name: "Foo" is not verb-object in kebab-case (sort-packages).',
    ],
  ])("%s is told, in one line", (_, spec, files, message) => {
    put({ ...files, Dockerfile: DOCKERFILE });
    const { status, stdout, stderr } = dockopt(["--plugin", spec, "Dockerfile"]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n./);
  });

  test("a transform that throws is a refusal; the rest of the run goes on", () => {
    put({
      "bad.mjs": PLUGIN.replace("for (const", 'throw new Error("boo");\n for (const'),
      Dockerfile: DOCKERFILE,
      "b/Dockerfile": "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n",
      "b/package.json": "{}",
      "b/package-lock.json": "{}",
      "b/.dockerignore": "node_modules\n",
    });
    const { status, stdout, stderr } = dockopt(["--plugin", "./bad.mjs", "--suggested", "."]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "line 1 (plugin-failed): plug-in people: label-people threw Error: boo",
    );
    expect(stdout).toContain("+COPY package.json package-lock.json ./");
  });

  test("migrate takes none: it runs nothing of a repository", () => {
    put({ "mine.mjs": PLUGIN });
    expect(dockopt(["migrate", "plan", "--plugin", "./mine.mjs", root()])).toMatchObject({ status: 2 });
  });
});

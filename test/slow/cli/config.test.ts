import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { readArguments } from "../../../src/cli/arguments.js";
import { builderHint } from "../../../src/cli/config/builder-hint.js";
import { rewriteOptions } from "../../../src/cli/options.js";
import { openSettings, type FileSettings } from "../../../src/cli/settings.js";
import { settingsJson } from "../../../src/config/print.js";
import { contextFromList } from "../../../src/context/load-list.js";
import { optimize } from "../../../src/engine/run.js";
import { sandbox } from "../../cli/process.js";

const SIMPLE = "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";
const FILES = { "package.json": "{}", "package-lock.json": "{}", ".dockerignore": "node_modules\n" };
const NONE = "skip: [split-manifest-copy]\n";

const { root: rootOf, put, dockopt, git } = sandbox();
let root: string;
beforeEach(() => {
  root = rootOf();
});

/** A folder with a Dockerfile that would be rewritten. */
const service = (folder: string, more: Readonly<Record<string, string>> = {}): void => {
  const files = { ...FILES, Dockerfile: SIMPLE, ...more };
  put(Object.fromEntries(Object.entries(files).map(([path, text]) => [join(folder, path), text])));
};

/** Without a process: what is in force for a file. */
const settingsFor = (file: string, ...argv: readonly string[]): Promise<FileSettings> =>
  openSettings(readArguments(argv, rewriteOptions), root).for(file);

/** As `--print-config` prints it. */
const printed = async (file: string, ...argv: readonly string[]): Promise<Printed> =>
  JSON.parse(settingsJson({ ...(await settingsFor(file, ...argv)), file })) as Printed;

interface Printed {
  readonly config: string | null;
  readonly ignored: { readonly value: boolean; readonly from: string };
  readonly settings: Readonly<Record<string, { readonly value: unknown; readonly from: string }>>;
  readonly transforms: Readonly<Record<string, { readonly value: boolean; readonly from: string }>>;
}

describe("which configuration counts", () => {
  test("the nearest one, up to the repository's top; never one outside; others as asked", async () => {
    put({
      "dockopt.config.yaml": NONE,
      "repo/.git/HEAD": "",
      "repo/api/Dockerfile": "",
      "repo/web/dockopt.config.json": "{}",
      "repo/web/deep/package.json": '{"devDependencies": {"dockopt": "1"}}',
    });
    const configOf = async (file: string, ...argv: readonly string[]): Promise<string | undefined> =>
      (await settingsFor(file, ...argv)).config;
    expect(await configOf("Dockerfile")).toBe("dockopt.config.yaml");
    expect(await configOf("repo/api/Dockerfile")).toBeUndefined();
    expect(await configOf("repo/web/Dockerfile")).toBe("repo/web/dockopt.config.json");
    expect(await configOf("repo/web/deep/er/Dockerfile")).toBe("repo/web/dockopt.config.json");
    put({ "repo/web/deep/package.json": '{"dockopt": {}}', "repo/dockopt.config.toml": "" });
    expect(await configOf("repo/web/deep/er/Dockerfile")).toBe("repo/web/deep/package.json");
    expect(await configOf("repo/api/Dockerfile")).toBe("repo/dockopt.config.toml");
    expect(await configOf("repo/api/Dockerfile", "--no-config")).toBeUndefined();
    expect(await configOf("repo/api/Dockerfile", "--config", "dockopt.config.yaml")).toBe("dockopt.config.yaml");
  });

  test("two in one folder are an error that names both; so is one that is not there", async () => {
    put({ "dockopt.config.yaml": NONE, "package.json": '{"dockopt": {}}' });
    await expect(settingsFor("Dockerfile")).rejects.toThrow(
      "dockopt.config.yaml: beside it is package.json#dockopt, and a folder has one configuration. Remove one.",
    );
    await expect(settingsFor("Dockerfile", "--config", "nope.json")).rejects.toThrow(
      "nope.json: it cannot be read (ENOENT: no such file or directory). Check the path and its permissions.",
    );
  });

  test.each([
    ["package.json", '{"dockopt": {"skip": ["split-manifest-copy"]}}'],
    ["dockopt.config.js", 'module.exports = { skip: ["split-manifest-copy"] };'],
    ["dockopt.config.mjs", 'export default { skip: ["split-manifest-copy"], safety: undefined };'],
    ["dockopt.config.yml", `# byte order mark and CRLF\r\n${NONE}`.replace(/^/, "\ufeff")],
  ])("%s", async (name, text) => {
    put({ [name]: text });
    const { engine } = await settingsFor("Dockerfile");
    expect(engine.transforms.map((one) => one.name)).not.toContain("split-manifest-copy");
  });
});

describe("what wins", () => {
  test("command line, override, configuration, default; --print-config says which", async () => {
    put({
      "dockopt.config.yaml":
        "safety: unsafe\nalso: [use-npm-ci]\noverrides:\n  - files: [Dockerfile]\n    safety: suggested\n",
    });
    const safety = async (...args: readonly [string, ...string[]]): Promise<unknown> =>
      (await printed(...args)).settings["safety"];
    expect(await safety("Dockerfile")).toEqual({ value: "suggested", from: "dockopt.config.yaml:5:13" });
    expect(await safety("x/other")).toEqual({ value: "unsafe", from: "dockopt.config.yaml:1:9" });
    expect(await safety("x/other", "--no-unsafe")).toEqual({ value: "suggested", from: "command line" });
    expect(await safety("x/other", "--no-suggested")).toEqual({ value: "safe", from: "command line" });
    expect(await safety("x/other", "--suggested")).toEqual({ value: "suggested", from: "command line" });
    expect(await safety("Dockerfile", "--no-config")).toEqual({ value: "safe", from: "default" });
    const { status, stdout } = dockopt(["--print-config", ".", "--skip", "merge-run-chains", "--min-seconds", "3"]);
    expect(status).toBe(0);
    const { transforms, settings, config } = JSON.parse(stdout) as Printed;
    expect(config).toBe("dockopt.config.yaml");
    expect(settings).toMatchObject({
      safety: { value: "suggested", from: "dockopt.config.yaml:5:13" },
      thresholds: { minSeconds: { value: 3, from: "command line" }, share: { value: 0.15, from: "default" } },
    });
    expect(transforms).toMatchObject({
      "use-npm-ci": { value: true, from: "dockopt.config.yaml:2:7" },
      "merge-run-chains": { value: false, from: "command line" },
      "split-manifest-copy": { value: true, from: "default" },
    });
  });

  test("files of one configuration and the same overrides share their settings", async () => {
    put({ "dockopt.config.yaml": "overrides:\n  - {files: [a], safety: unsafe}\n" });
    const source = openSettings(readArguments([], rewriteOptions), root);
    const [one, two, other] = [await source.for("b/Dockerfile"), await source.for("c/x"), await source.for("a/x")];
    expect(two).toBe(one);
    expect([one.values.safety, other.values.safety]).toEqual(["safe", "unsafe"]);
  });

  test("plug-ins that cannot be had are told of where they are named", async () => {
    put({ "dockopt.config.yaml": "safety: safe\nplugins: [./nope.js]\n" });
    await expect(settingsFor("x")).rejects.toThrow(/^dockopt\.config\.yaml:2:10: .*nope\.js/);
  });

  test("numbers and names of the command line are checked", async () => {
    await expect(settingsFor("x", "--min-seconds", "many")).rejects.toThrow(
      "--min-seconds many: give a number from 0 on.",
    );
    await expect(settingsFor("x", "--also", "use-npm-cy")).rejects.toThrow("Did you mean use-npm-ci?");
    await expect(settingsFor("x", "--builder", "bildkit")).rejects.toThrow(
      "--builder bildkit: there is no such builder",
    );
  });

  test("thresholds decide which moves are proposed", async () => {
    const source = "FROM debian:12\nCOPY . /src\nRUN apt-get update && apt-get install -y curl\nRUN make -C /src\n";
    const moves = async (...argv: readonly string[]): Promise<boolean> => {
      const { engine } = await settingsFor("Dockerfile", "--only", "hoist-stable-instructions", ...argv);
      return optimize(source, contextFromList([{ path: "Makefile", text: "all:\n" }]), engine).after !== source;
    };
    expect(await moves()).toBe(true);
    expect(await moves("--min-seconds", "1000")).toBe(false);
    put({ "dockopt.config.toml": "[thresholds]\nminSeconds = 1000\n" });
    expect(await moves()).toBe(false);
    expect(await moves("--min-seconds", "1")).toBe(true);
  });

  test("paths start at the configuration's folder, and what is wrong there has its line", async () => {
    put({ "dockopt.config.yaml": "context: app\n", ".git/HEAD": "", "sub/x": "" });
    expect((await settingsFor("sub/Dockerfile")).context).toEqual({
      folder: join(root, "app"),
      by: "dockopt.config.yaml:1:10",
    });
    put({ "dockopt.config.yaml": "# x\ntimings: build.log\n" });
    await expect(settingsFor("sub/Dockerfile")).rejects.toThrow(
      "dockopt.config.yaml:2:10: timings: build.log: it cannot be read (ENOENT: no such file or directory). Check the path.",
    );
  });

  test("layers heeds it, and says whose the context is", () => {
    service("", { "dockopt.config.yaml": `${NONE}context: app\n` });
    service("app");
    expect(dockopt(["layers", "Dockerfile"]).stdout).not.toContain("split-manifest-copy");
    expect(dockopt(["Dockerfile"]).stdout.replace(/\s+/g, " ")).toContain(
      "Build context: app (given with dockopt.config.yaml:2:10)",
    );
  });
});

describe("files that are left alone", () => {
  test("are not found in folders; who names one is told, and it is no failure", async () => {
    service("vendor/x");
    service("app");
    put({ "dockopt.config.yaml": "ignore:\n  - vendor\n" });
    expect(dockopt(["--check", "."])).toMatchObject({ status: 1, stdout: "app/Dockerfile\n", stderr: "" });
    expect(dockopt(["-w", "vendor/x/Dockerfile"])).toMatchObject({
      status: 0,
      stdout: "",
      stderr: "vendor/x/Dockerfile: dockopt.config.yaml:2:5 leaves it alone. --no-config takes it nonetheless.\n",
    });
    expect((await printed("vendor/x/Dockerfile")).ignored).toEqual({ value: true, from: "dockopt.config.yaml:2:5" });
    // An editor puts into the file what comes back.
    const stdin = ["-w", "-", "-q", "--stdin-filename", "vendor/x/Dockerfile"];
    expect(dockopt(stdin, SIMPLE)).toMatchObject({ stdout: SIMPLE, stderr: "" });
  });
});

describe("what is wrong in a configuration stops all before anything is written", () => {
  test("every problem, with its place", () => {
    service("a");
    service("b", { "dockopt.config.yaml": "\nsafety: save\nskipp: []\nonly: [split-manifest-cpy]\n" });
    expect(dockopt(["-w", "."])).toEqual({
      status: 2,
      stdout: "",
      stderr: `b/dockopt.config.yaml:2:9: safety: "save" is none of safe, suggested, unsafe. Did you mean safe?
b/dockopt.config.yaml:3:1: skipp: there is no such setting. Did you mean skip?
b/dockopt.config.yaml:4:8: only: there is no transform \`split-manifest-cpy\`. Did you mean split-manifest-copy?
`,
    });
    expect(readFileSync(join(root, "a/Dockerfile"), "utf8")).toBe(SIMPLE);
  });

  test.each<[string, string, string | Buffer, RegExp]>([
    [
      "a program that does not parse",
      "mjs",
      "export default {\n  a: ,\n}",
      /^dockopt\.config\.mjs:2:6: it breaks when it is run: SyntaxError/,
    ],
    [
      "a program that throws",
      "mjs",
      '\nthrow new Error("no\\u001b[31m");\n',
      /^dockopt\.config\.mjs:2:7: it breaks when it is run: Error: no\\x1b\[31m\n$/,
    ],
    ["a program without an export", "mjs", "const a = 1;", /^dockopt\.config\.mjs: it has no default export/],
    [
      "a program that exports a function",
      "mjs",
      "export default () => ({});",
      /^dockopt\.config\.mjs:1:1: \(\) => \.\.\. is a function\. Give settings/,
    ],
    ["what is nested too deeply", "json", "[".repeat(300_000), /^dockopt\.config\.json: it is nested too deeply/],
    [
      "what is too large",
      "json",
      `{"only": ["${"x".repeat(1 << 20)}"]}`,
      /^dockopt\.config\.json: it has \d+ bytes, and a configuration at most/,
    ],
    ["what is no text", "yaml", Buffer.from([0xff, 0xfe, 0]), /^dockopt\.config\.yaml: it is not UTF-8/],
  ])("%s", (_, extension, text, message) => {
    service("", {});
    put({ [`dockopt.config.${extension}`]: text });
    const { status, stderr, stdout } = dockopt(["Dockerfile"]);
    expect(stderr).toMatch(message);
    expect({ status, stdout, lines: stderr.trim().split("\n").length }).toEqual({ status: 2, stdout: "", lines: 1 });
  });

  test("migrate runs nothing of a repository, and reads no configuration there", () => {
    service("", {
      "dockopt.config.mjs": 'import { writeFileSync } from "node:fs"; writeFileSync("ran", ""); export default {};',
    });
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "a");
    expect(dockopt(["migrate", "plan", "."]).status).toBe(0);
    expect(existsSync(join(root, "ran"))).toBe(false);
    expect(dockopt(["Dockerfile"]).status).toBe(0);
    expect(existsSync(join(root, "ran"))).toBe(true);
  });
});

describe("dockopt init", () => {
  test("writes one that changes nothing and is right; a second time it refuses", async () => {
    service("");
    expect(dockopt(["init"])).toMatchObject({ status: 0, stderr: "" });
    expect(dockopt(["-l", "."])).toMatchObject({ status: 0, stdout: "Dockerfile\n", stderr: "" });
    expect((await printed("Dockerfile")).config).toBe("dockopt.config.yaml");
    const text = readFileSync(join(root, "dockopt.config.yaml"), "utf8");
    expect(dockopt(["init"])).toMatchObject({
      status: 2,
      stderr:
        "dockopt: dockopt.config.yaml is the configuration of this folder already. Edit it, or remove it first.\n",
    });
    expect(readFileSync(join(root, "dockopt.config.yaml"), "utf8")).toBe(text);
    expect(dockopt(["init", "here"])).toMatchObject({ status: 2 });
  });

  test("looks at how the repository builds, and where the schema is", async () => {
    service("");
    put({
      ".gitlab-ci.yml": "build:\n  script:\n    - /kaniko/executor --context .\n",
      "node_modules/dockopt/docs/schema/config.schema.json": "{}",
    });
    git("init", "-q");
    expect(dockopt(["init"]).stdout).toContain("The builder is kaniko, because .gitlab-ci.yml:3 calls it");
    expect(readFileSync(join(root, "dockopt.config.yaml"), "utf8")).toContain(
      "# yaml-language-server: $schema=./node_modules/dockopt/docs/schema/config.schema.json\n",
    );
    expect((await printed("Dockerfile")).settings["builder"]).toMatchObject({ value: "kaniko" });
    // Several builders: which one is meant nobody knows.
    put({ ".github/workflows/ci.yml": "run: buildah bud .\n" });
    expect(builderHint(root)).toBeUndefined();
  });
});

import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { sandbox } from "./process.js";

/** Real processes of the real bin, on a build made for this run. */
const BIN = resolve("bin/dockopt.js");
const SIMPLE = "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";
const SPLIT = "FROM node:20\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\n";
const FILES = { "package.json": "{}", "package-lock.json": "{}", ".dockerignore": "node_modules\n", "src/a.js": "" };

const { root: rootOf, put, dockopt } = sandbox();
let root: string;
beforeEach(() => {
  root = rootOf();
});

const read = (path: string): string => readFileSync(join(root, path), "utf8");

describe("what a user sees first", () => {
  test("a diff, why, the context, and how to apply; nothing is written", () => {
    put({ ...FILES, Dockerfile: SIMPLE });
    const { status, stdout, stderr } = dockopt(["Dockerfile"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    for (const text of [
      "+COPY package.json package-lock.json ./",
      "runs `npm ci` before the source",
      "Build context: . (",
      "Run dockopt --write Dockerfile to apply.",
    ])
      expect(stdout).toContain(text);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stdout).not.toContain("\u001b");
    expect(read("Dockerfile")).toBe(SIMPLE);
  });

  test("why a file was left alone", () => {
    put({
      ...FILES,
      "package.json": '{"scripts":{"postinstall":"node scripts/setup.js"}}',
      "scripts/setup.js": "",
      Dockerfile: SIMPLE,
    });
    const { stdout } = dockopt(["Dockerfile"]);
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "package.json: postinstall runs `node scripts/setup.js`, which is source",
    );
    const json = JSON.parse(dockopt(["-f", "json", "Dockerfile"]).stdout) as {
      files: { refused: { code: string; line: number }[] }[];
    };
    expect(json.files[0]?.refused).toContainEqual(expect.objectContaining({ code: "lifecycle-script", line: 4 }));
  });

  test("a comment that forbids nothing is told with its line in the file as it lies there", () => {
    put({
      Dockerfile: "FROM node:20\nWORKDIR /app\nCOPY . .\n# dockopt: ignore=split-manifest-copy\nRUN npm ci\n",
      "package.json": "{}",
      "package-lock.json": "{}",
    });
    const { stdout, stderr } = dockopt(["--check", "Dockerfile"]);
    expect(stdout).toBe("Dockerfile\n");
    expect(stderr).toMatch(/^Dockerfile:4:1: the comment is not understood, and forbids nothing\. Write /);
  });

  test("a command that is misspelt is told", () => {
    const { status, stderr } = dockopt(["exlain", "npm"]);
    expect(status).toBe(3);
    expect(stderr).toContain("dockopt: if you meant a command: dockopt explain\n");
  });

  test("--help fits 80 columns; --version", () => {
    const { stdout } = dockopt(["--help"]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(40);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    for (const command of ["plan", "review", "apply", "status", "worker", ""]) {
      const help = dockopt(["migrate", command, "--help"].filter((word) => word !== "")).stdout;
      expect(help).toContain(`dockopt migrate${command === "" ? "" : ` ${command}`} `);
      expect(Math.max(...help.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
    }
    expect(dockopt(["--version"]).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test("colours as asked", () => {
    put({ ...FILES, Dockerfile: SIMPLE });
    expect(dockopt(["--color", "Dockerfile"]).stdout).toContain("\u001b[32m+COPY");
    expect(dockopt(["Dockerfile"], "", { FORCE_COLOR: "1" }).stdout).toContain("\u001b[");
    expect(dockopt(["Dockerfile"], "", { FORCE_COLOR: "1", NO_COLOR: "1" }).stdout).not.toContain("\u001b[");
    expect(dockopt(["Dockerfile"], "", { FORCE_COLOR: "0" }).stdout).not.toContain("\u001b[");
  });
});

describe("modes", () => {
  test("--write rewrites in place, keeps the mode, follows a link; a second run changes nothing", () => {
    put({ ...FILES, "real.Dockerfile": SIMPLE });
    chmodSync(join(root, "real.Dockerfile"), 0o640);
    symlinkSync("real.Dockerfile", join(root, "Dockerfile"));
    expect(dockopt(["--write", "Dockerfile"]).status).toBe(0);
    expect(read("real.Dockerfile")).toBe(SPLIT);
    expect(statSync(join(root, "real.Dockerfile")).mode & 0o777).toBe(0o640);
    expect(lstatSync(join(root, "Dockerfile")).isSymbolicLink()).toBe(true);
    expect(dockopt(["--check", "Dockerfile"])).toMatchObject({ status: 0, stdout: "" });
    expect(readdirSync(root).filter((name) => name.includes("dockopt-"))).toEqual([]);
  });

  test("--write brings the companion along", () => {
    put({ ...FILES, ".dockerignore": "*.log", Dockerfile: SIMPLE });
    expect(dockopt(["-w", "Dockerfile"]).status).toBe(0);
    expect([read("Dockerfile"), read(".dockerignore")]).toEqual([SPLIT, "*.log\nnode_modules\n"]);
  });

  test("--check lists and exits with 1, --list-different lists", () => {
    put({
      "a/Dockerfile": SIMPLE,
      "b/Dockerfile": SPLIT,
      ...Object.fromEntries(
        Object.entries(FILES).flatMap(([path, text]) => [
          [`a/${path}`, text],
          [`b/${path}`, text],
        ]),
      ),
    });
    expect(dockopt(["--check", "."])).toMatchObject({ status: 1, stdout: "a/Dockerfile\n" });
    expect(dockopt(["-l", "."])).toMatchObject({ status: 0, stdout: "a/Dockerfile\n" });
  });

  test.each([
    ["names with blanks and quotes", 'a b/c"d é/Dockerfile', SIMPLE],
    ["CRLF", "x/Dockerfile", SIMPLE.replaceAll("\n", "\r\n")],
    ["no last line end", "x/Dockerfile", SIMPLE.trimEnd()],
  ])("--diff applies with git: %s", (_, path, source) => {
    put({ [path]: source, [`${dirname(path)}/package.json`]: "{}", [`${dirname(path)}/package-lock.json`]: "{}" });
    const { stdout, status } = dockopt(["--diff", "."]);
    expect(status).toBe(0);
    execFileSync("git", ["apply", "--whitespace=nowarn", "-"], { cwd: root, input: stdout });
    expect(read(`${dirname(path)}/.dockerignore`)).toBe("node_modules\n");
    expect(dockopt(["--check", "."])).toMatchObject({ status: 0, stdout: "" });
  });

  test("two Dockerfiles on one context share the companion, and the patch still applies", () => {
    put({ "package.json": "{}", "package-lock.json": "{}", Dockerfile: SIMPLE, "b.Dockerfile": SIMPLE });
    const { stdout } = dockopt(["--diff", "."]);
    expect(stdout.match(/new file mode/g)).toHaveLength(1);
    execFileSync("git", ["apply", "-"], { cwd: root, input: stdout });
    expect(dockopt(["--check", "."])).toMatchObject({ status: 0, stdout: "" });
  });

  test("a rewrite of the ignore file alone, shared by two Dockerfiles", () => {
    const files = {
      ...FILES,
      ".github/ci.yml": "",
      Dockerfile: SPLIT,
      "b.Dockerfile": SPLIT.replace("node:20", "node:22"),
    };
    const options = ["--suggested", "--only", "extend-dockerignore"];
    put(files);
    expect(dockopt([...options, "--check", "."])).toMatchObject({ status: 1, stdout: "Dockerfile\n" });
    const { stdout } = dockopt([...options, "--diff", "."]);
    expect(stdout.match(/^diff /gm)).toHaveLength(1);
    execFileSync("git", ["apply", "-"], { cwd: root, input: stdout });
    expect(read(".dockerignore")).toBe("node_modules\n.github\nDockerfile\n.dockerignore\n");
    put(files);
    expect(dockopt([...options, "--write", "."]).stdout).toContain("+.github");
    expect([read("Dockerfile"), read(".dockerignore").split("\n")[1]]).toEqual([SPLIT, ".github"]);
    expect(dockopt([...options, "--check", "."])).toMatchObject({ status: 0, stdout: "" });
  });

  test("stdin, with the path it belongs to", () => {
    put(Object.fromEntries(Object.entries(FILES).map(([path, text]) => [`svc/${path}`, text])));
    expect(dockopt(["-", "--stdin-filename", "svc/Dockerfile"], SIMPLE).stdout).toContain("--- a/svc/Dockerfile");
    expect(dockopt(["-w", "-", "--stdin-filename", "svc/Dockerfile"], SIMPLE).stdout).toBe(SPLIT);
    expect(dockopt(["-", "--context", "svc"], SIMPLE).stdout).toContain("+COPY package.json package-lock.json ./");
    const alone = dockopt(["-"], SIMPLE);
    expect(alone).toMatchObject({ status: 0 });
    expect(alone.stdout.replace(/\s+/g, " ")).toContain("no build context is known");
  });

  test("the context is the repository's root when that holds what the COPYs name", () => {
    put({
      ...FILES,
      "docker/Dockerfile": SIMPLE.replace("COPY . .", "COPY package.json package-lock.json src ./\nCOPY src src"),
    });
    execFileSync("git", ["init", "-q"], { cwd: root });
    expect(dockopt(["docker/Dockerfile"]).stdout.replace(/\s+/g, " ")).toContain(
      "Build context: . (it holds what the COPYs name, unlike the Dockerfile's folder)",
    );
  });

  test("folders obey .gitignore, globs and lists of files are taken", () => {
    put({
      Dockerfile: SIMPLE,
      "skip/Dockerfile": SIMPLE,
      "x/app.Dockerfile": SIMPLE,
      "Dockerfile.j2": "",
      ".gitignore": "skip\n",
      ...FILES,
    });
    execFileSync("git", ["init", "-q"], { cwd: root });
    const files = (args: readonly string[], input?: string): string[] =>
      (JSON.parse(dockopt(["-f", "json", ...args], input).stdout) as { files: { path: string }[] }).files.map(
        (file) => file.path,
      );
    expect(files(["."])).toEqual(["Dockerfile", "x/app.Dockerfile"]);
    expect(files(["**/*.Dockerfile"])).toEqual(["x/app.Dockerfile"]);
    expect(files(["--files-from", "-"], "skip/Dockerfile\n")).toEqual(["skip/Dockerfile"]);
    expect(files([".", "Dockerfile", "./Dockerfile"])).toEqual(["Dockerfile", "x/app.Dockerfile"]);
  });
});

test.each([[["--wirte"]], [["migrate", "plan", "--wirte"]]])(
  "messages are English wherever dockopt runs: %s",
  (args) => {
    const { status, stderr } = dockopt(args, "", { LANG: "de_DE.UTF-8", LC_ALL: "de_DE.UTF-8" });
    expect({ status, stderr }).toMatchObject({ status: 2 });
    expect(stderr).toContain("there is no option --wirte.");
  },
);

describe("bad input: a clear message, the documented exit code, the other files still done", () => {
  test.each([
    ["an unknown flag", ["--wirte", "Dockerfile"], 2, "there is no option --wirte. Did you mean --write?"],
    ["two modes", ["--write", "--check", "Dockerfile"], 2, "exclude each other"],
    ["no file", [], 2, "no file named"],
    ["a transform that is not there", ["--only", "split", "Dockerfile"], 2, "there is no transform `split`"],
    ["a format that is not there", ["-f", "xml", "Dockerfile"], 2, "xml"],
    ["a missing file", ["nope"], 3, "nope: there is no such file or folder"],
    ["a folder without Dockerfiles", ["src"], 3, "no Dockerfile found"],
    ["a context that is not there", ["--context", "nope", "Dockerfile"], 4, "the build context nope cannot be read"],
    ["a binary", ["binary"], 4, "binary: it is binary"],
    ["not UTF-8", ["latin1"], 4, "latin1: it is not UTF-8"],
    ["a template", ["template"], 4, "template:2:1: `{{` belongs to a template"],
    ["a line of 10 MB", ["long"], 4, "long:2:1: the line is longer than 65535 bytes"],
  ])("%s", (_, args, status, message) => {
    put({
      ...FILES,
      Dockerfile: SIMPLE,
      binary: Buffer.from([70, 0, 1]),
      latin1: Buffer.from([0xe9, 10]),
      template: "FROM a\n{{ if x }}\n",
      long: `FROM a\nRUN ${"x".repeat(10_000_000)}\n`,
    });
    const result = dockopt(args);
    expect(result.stderr).toContain(message);
    expect(result.status).toBe(status);
    expect(result.stderr).not.toContain("    at ");
  });

  test("one bad file does not stop the others", () => {
    put({ ...FILES, Dockerfile: SIMPLE, "a.Dockerfile": "FROM a\nRNU x\n", "b.Dockerfile": Buffer.from([0xff]) });
    const { status, stdout, stderr } = dockopt(["--check", "."]);
    expect({ status, stdout }).toEqual({ status: 4, stdout: "Dockerfile\n" });
    expect(stderr.trim().split("\n")).toHaveLength(2);
  });

  test("a read-only file is not replaced, and nothing is half written", () => {
    put({ ...FILES, ".dockerignore": "", Dockerfile: SIMPLE });
    chmodSync(join(root, "Dockerfile"), 0o444);
    const { status, stderr } = dockopt(["--write", "Dockerfile"]);
    expect(status).toBe(2);
    expect(stderr).toContain("it is read-only");
    expect([read("Dockerfile"), read(".dockerignore")]).toEqual([SIMPLE, ""]);
    expect(readdirSync(root).filter((name) => name.includes("dockopt-"))).toEqual([]);
  });

  test("an unreadable manifest is a reason, not a crash", () => {
    put({ ...FILES, "package.json": "{\n oops", Dockerfile: SIMPLE });
    expect(dockopt(["Dockerfile"]).stdout.replace(/\s+/g, " ")).toContain("package.json: it is not valid JSON");
  });

  test("a loop of links ends", () => {
    put({ ...FILES, Dockerfile: SIMPLE });
    symlinkSync(".", join(root, "src/loop"));
    expect(dockopt(["--check", "."]).status).toBe(1);
  });

  test("a pipe that closes early is quiet", () => {
    put({ ...FILES, ...Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`d${i}/Dockerfile`, SIMPLE])) });
    const { stderr } = spawnSync("bash", ["-c", `node ${BIN} -f json . | head -c 10`], { cwd: root, encoding: "utf8" });
    expect(stderr).toBe("");
  });

  test("escape sequences of a file never reach the terminal", () => {
    put({ ...FILES, Dockerfile: "FROM node:20\nWORKDIR /app\nCOPY . .\n# \u001b[31mred\u202e\nRUN npm ci\n" });
    const { stdout } = dockopt(["Dockerfile"]);
    expect(stdout).toContain("\\x1b[31mred");
    expect(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/.test(stdout)).toBe(false);
  });
});

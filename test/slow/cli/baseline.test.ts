import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sandbox } from "../../cli/process.js";

const { root, put, dockopt } = sandbox();
const read = (path: string): string => readFileSync(join(root(), path), "utf8");

const DOCKERFILE = "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";
const PIP = "FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\n";
const service = (name: string, dockerfile: string): Readonly<Record<string, string>> => ({
  [`${name}/Dockerfile`]: dockerfile,
  [`${name}/package.json`]: "{}",
  [`${name}/package-lock.json`]: "{}",
  [`${name}/requirements.txt`]: "flask\n",
  [`${name}/src/a.js`]: "",
});

test("accepts today's findings, fails on new ones and says which; the gone are told and removed when asked", () => {
  put({ ...service("web", DOCKERFILE), ...service("api", DOCKERFILE.replaceAll("\n", "\r\n")) });
  const base = ["--baseline", "ci/base.json"];
  put({ "ci/.keep": "" });
  expect(dockopt([...base, "--update-baseline", "."])).toEqual({
    status: 0,
    stdout: "ci/base.json: 2 findings accepted (2 new, 0 gone)\n",
    stderr: "",
  });
  const written = read("ci/base.json");
  expect(written).toContain('"path":"../api/Dockerfile","transform":"split-manifest-copy"');
  expect(dockopt(["--check", ...base, "."])).toEqual({ status: 0, stdout: "", stderr: "" });

  put({
    "web/Dockerfile": `FROM alpine:3.20 AS base\n${DOCKERFILE}`,
    "api/Dockerfile": PIP,
    ...service("new", DOCKERFILE),
  });
  const check = dockopt(["--check", ...base, "."]);
  expect(check.status).toBe(1);
  const lines = check.stdout.trim().split("\n");
  expect(lines[0]).toMatch(/^api\/Dockerfile:4: .*requirements.txt.*\(split-manifest-copy\)$/);
  expect(lines[1]).toMatch(/^new\/Dockerfile:4: .*package-lock\.json.*\(split-manifest-copy\)$/);
  expect(lines).toHaveLength(2);
  expect(check.stderr).toBe("dockopt: 1 finding of ci/base.json is gone; --update-baseline removes it.\n");
  // Who looks at some files only hears nothing of the others, and keeps what is known of them.
  expect(dockopt(["--check", ...base, "web"])).toEqual({ status: 0, stdout: "", stderr: "" });
  expect(dockopt([...base, "--update-baseline", "new"]).stdout).toContain("3 findings accepted (1 new, 0 gone)");
  expect(dockopt([...base, "--update-baseline", "."]).stdout).toContain("3 findings accepted (1 new, 1 gone)");
  expect(dockopt(["--check", ...base, "."])).toEqual({ status: 0, stdout: "", stderr: "" });
});

test("means the same in every mode", () => {
  put({ ...service("web", DOCKERFILE), ...service("api", PIP) });
  const base = ["--baseline", "base.json"];
  dockopt([...base, "--update-baseline", "web"]);
  expect(dockopt(["-l", ...base, "."]).stdout).toBe("api/Dockerfile\n");
  expect(dockopt(["--diff", ...base, "."]).stdout).not.toContain("web/");
  expect(dockopt([...base, "web"]).stdout).toContain("nothing to rewrite\nLeft as the baseline says: 1.\n");
  const { files } = JSON.parse(dockopt(["-f", "json", ...base, "."]).stdout) as { files: unknown[] };
  expect(files).toMatchObject([
    { changed: true, accepted: 0 },
    { changed: false, accepted: 1 },
  ]);
  expect(dockopt(["-", "--stdin-filename", "web/Dockerfile", "--write", ...base], DOCKERFILE).stdout).toBe(DOCKERFILE);
  expect(dockopt(["--write", ...base, "."]).status).toBe(0);
  expect(read("web/Dockerfile")).toBe(DOCKERFILE);
  expect(read("api/Dockerfile")).not.toBe(PIP);
});

test("who asks for less neither misses nor removes the rest; who asks for more finds it new", () => {
  put(service("web", DOCKERFILE));
  const base = ["--baseline", "base.json"];
  expect(dockopt(["--suggested", ...base, "--update-baseline", "web"]).stdout).toContain(": 2 findings accepted");
  const written = read("base.json");
  expect(dockopt(["--check", ...base, "web"])).toEqual({ status: 0, stdout: "", stderr: "" });
  expect(dockopt(["--only", "merge-run-chains", ...base, "--update-baseline", "web"]).stdout).toContain(
    " 2 findings accepted",
  );
  expect(read("base.json")).toBe(written);
  expect(dockopt(["--check", "--suggested", ...base, "web"]).status).toBe(0);
});

test("several that look alike: one more than accepted, and all are told", () => {
  put(service("web", DOCKERFILE));
  dockopt(["--baseline", "base.json", "--update-baseline", "web"]);
  put({ "web/Dockerfile": `${DOCKERFILE}\n${DOCKERFILE}` });
  const { status, stdout } = dockopt(["--check", "--baseline", "base.json", "web"]);
  expect(status).toBe(1);
  expect(stdout.trim().split("\n")).toHaveLength(2);
});

describe("what goes wrong is told", () => {
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    [
      "no file",
      ["--baseline", "no.json"],
      "--baseline no.json: there is no such file. Make it with --update-baseline.",
    ],
    ["a folder", ["--baseline", "web"], "--baseline web: it cannot be read (EISDIR"],
    ["no JSON", ["--baseline", "bad.json"], "bad.json:2:1: it is not JSON"],
    ["no JSON, to be updated", ["--baseline", "bad.json", "--update-baseline"], "bad.json:2:1: it is not JSON"],
    ["no file named", ["--update-baseline"], "--update-baseline: which file? Name it with --baseline FILE."],
    ["two modes", ["--baseline", "a.json", "--update-baseline", "--check"], "exclude each other"],
    ["text without a path", ["--baseline", "good.json", "-"], "Give --stdin-filename."],
  ];
  test.each(cases)("%s", (_, args, message) => {
    put({ ...service("web", DOCKERFILE), "bad.json": '{"version": 1,\n', "good.json": '{"version":1,"findings":[]}' });
    const { status, stdout, stderr } = dockopt([...args, "web"]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
  });

  test("a file that does not parse keeps its findings; a file that is no more loses them", () => {
    put({ ...service("web", DOCKERFILE), ...service("api", DOCKERFILE) });
    const update = ["--baseline", "base.json", "--update-baseline"];
    dockopt([...update, "."]);
    put({ "web/Dockerfile": "FORM node\n" });
    const { status, stdout } = dockopt([...update, "web"]);
    expect({ status, stdout }).toEqual({ status: 4, stdout: "base.json: 2 findings accepted (0 new, 0 gone)\n" });
  });

  test("a baseline that is read-only is left", () => {
    put({ ...service("web", DOCKERFILE), "base.json": '{"version":1,"findings":[]}' });
    chmodSync(join(root(), "base.json"), 0o444);
    const { status, stderr } = dockopt(["--baseline", "base.json", "--update-baseline", "web"]);
    expect(status).toBe(2);
    expect(stderr).toContain("base.json: it is read-only.");
  });
});

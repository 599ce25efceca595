import { describe, expect, test } from "vitest";
import { sandbox } from "../../cli/process.js";

const { put, dockopt, git } = sandbox();

const DOCKERFILE = "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";
const FILES = { "package.json": "{}", "package-lock.json": "{}", ".dockerignore": "node_modules\n", "src/a.js": "" };

interface Score {
  readonly score: number | null;
  readonly secondsNow: number;
  readonly after: Readonly<Record<string, { readonly seconds: number; readonly savedShare: number }>>;
}
const json = (args: readonly string[]) =>
  JSON.parse(dockopt(["score", "-f", "json", ...args]).stdout) as Score & {
    readonly files: readonly (Score & { readonly path: string; readonly odds: string; readonly seconds: string })[];
  };

test("says what a rebuild costs and what is left to save; once it is written, nothing is", () => {
  put({ ...FILES, Dockerfile: DOCKERFILE });
  const before = json(["Dockerfile"]);
  expect(before.score).toBeLessThan(60);
  expect(before.after["safe"]?.seconds).toBeLessThan(before.secondsNow);
  expect(before.after["safe"]?.savedShare).toBeCloseTo(1 - (before.after["safe"]?.seconds ?? 0) / before.secondsNow, 2);
  expect(before.files).toMatchObject([{ path: "Dockerfile", odds: "assumed", seconds: "assumed" }]);
  dockopt(["--write", "Dockerfile"]);
  const after = json([]);
  expect(after).toMatchObject({ score: 100, secondsNow: before.after["safe"]?.seconds });
});

test("a table for people, in 80 columns, with a total; the folder here is the default", () => {
  put({ ...FILES, "Dockerfile.a": DOCKERFILE, "Dockerfile.b": "FROM alpine:3.20\nRUN apk add git\n" });
  const { status, stdout, stderr } = dockopt(["score"]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const lines = stdout.split("\n");
  expect(lines[0]).toBe("score       now      safe suggested  file");
  expect(lines[1]).toMatch(/^ +\d+ +[\d.]+ s +[\d.]+ s +[\d.]+ s {2}Dockerfile\.a$/);
  expect(lines[3]).toMatch(/ all 2 files$/);
  expect(stdout).toMatch(/^Score \d+ of 100/m);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});

test("--min fails below a score, for CI", () => {
  put({ ...FILES, Dockerfile: DOCKERFILE });
  expect(dockopt(["score", "--min", "95"])).toMatchObject({
    status: 1,
    stderr: expect.stringMatching(/^dockopt: the score is \d+, and --min asks for 95\.\n$/) as string,
  });
  expect(dockopt(["score", "--min", "0"]).status).toBe(0);
});

test("the odds are those of the git history, where there is one", () => {
  put({ ...FILES, Dockerfile: DOCKERFILE });
  git("init", "-q");
  for (let commit = 0; commit < 12; commit++) {
    put({ "src/a.js": String(commit) });
    git("add", ".");
    git("commit", "-q", "-m", "x");
  }
  expect(json([]).files).toMatchObject([{ odds: "12 commits" }]);
});

describe("what goes wrong is told", () => {
  test.each([
    [["--min", "101"], 2, "--min 101: give a score from 0 to 100."],
    [["--mim", "80"], 2, "there is no option --mim. Did you mean --min?"],
    [["nowhere"], 3, "nowhere: there is no such file or folder."],
    [["src"], 3, "no Dockerfile found."],
    [["Dockerfile", "bad.Dockerfile"], 4, "bad.Dockerfile:1:1:"],
  ])("%j", (args, status, message) => {
    put({ ...FILES, Dockerfile: DOCKERFILE, "bad.Dockerfile": "FORM node\n" });
    const run = dockopt(["score", ...args]);
    expect(run.status).toBe(status);
    expect(run.stderr).toContain(message);
    if (status === 4) expect(run.stdout).toContain("  Dockerfile\n");
  });
});

import { describe, expect, test } from "vitest";
import { sandbox } from "../../cli/process.js";

const { put, dockopt, git } = sandbox();
const DOCKERFILE = "FROM node:20 AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci\nLABEL a=b\n";
const FILES = {
  "package.json": "{}",
  "package-lock.json": '{"lockfileVersion":3,"packages":{"":{}}}',
  ".dockerignore": "node_modules\n",
  "src/a.js": "",
};

describe("dockopt layers", () => {
  test("shows what each step costs, before and after, within 80 columns", () => {
    put({ ...FILES, Dockerfile: DOCKERFILE });
    const { status, stdout, stderr } = dockopt(["layers", "Dockerfile"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("Dockerfile as it is: ");
    expect(stdout).toContain("Dockerfile rewritten: ");
    expect(stdout).toMatch(/4 {2}RUN npm ci +15\.0 s +1 % +14\.\d s {2}#{8}/);
    expect(stdout).toMatch(/LABEL a=b +metadata/);
    expect(stdout).toContain("Rewrites: split-manifest-copy.");
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test("--changed tells which steps are built again, and why", () => {
    put({ ...FILES, Dockerfile: DOCKERFILE });
    const { stdout } = dockopt(["layers", "Dockerfile", "--changed", "src/a.js"]);
    expect(stdout).toContain("After a change of src/a.js: 2 steps, 15.5 s; rewritten: 1 step, 0.5 s.");
    expect(stdout).toContain("line 3: src/a.js has changed");
    expect(dockopt(["layers", "Dockerfile", "--changed", "node_modules/x"]).stdout).toContain("0 steps, 0.0 s");
  });

  test("--changed-since and --history ask git", () => {
    put({ ...FILES, Dockerfile: DOCKERFILE });
    git("init", "-q");
    git("add", "-A");
    git("commit", "-qm", "1");
    for (let i = 0; i < 3; i++) {
      put({ "src/a.js": String(i) });
      git("commit", "-qam", "x");
    }
    put({ "src/new.js": "", "package.json": '{"name":"x"}' });
    const since = dockopt(["layers", "Dockerfile", "--changed-since", "HEAD"]).stdout;
    expect(since).toContain("After a change of package.json, src/new.js");
    const { stdout } = dockopt(["layers", "Dockerfile", "--history", "3"]);
    expect(stdout).toContain("Per commit, over the last 3: 2.0 steps, 15.5 s; rewritten: 1.0 steps, 0.5 s.");
    expect(stdout.replace(/\s+/g, " ")).toContain(
      "A dependency install ran again in 3 of 3 commits; rewritten: 0 of 3 commits.",
    );
  });

  test("--format json tells the same to programs", () => {
    put({ ...FILES, Dockerfile: DOCKERFILE });
    const { stdout } = dockopt(["layers", "Dockerfile", "--format", "json", "--changed", "src/a.js"]);
    const report = JSON.parse(stdout) as {
      views: { rebuiltSeconds: number; stages: { steps: { line: number; rebuilt: boolean; makes: string }[] }[] }[];
    };
    expect(report.views.map((view) => view.rebuiltSeconds)).toEqual([15.5, 0.5]);
    expect(report.views[0]?.stages[0]?.steps).toMatchObject([
      { line: 1, makes: "base", rebuilt: false },
      { line: 2, makes: "layer", rebuilt: false },
      { line: 3, makes: "layer", rebuilt: true },
      { line: 4, makes: "layer", rebuilt: true },
      { line: 5, makes: "metadata", rebuilt: false },
    ]);
  });

  test("a recorded build and another builder", () => {
    put({ ...FILES, Dockerfile: DOCKERFILE, log: "#7 [build 4/4] RUN npm ci\n#7 DONE 99.0s\n" });
    expect(dockopt(["layers", "Dockerfile", "--timings", "log"]).stdout).toMatch(/RUN npm ci +99\.0 s/);
    expect(dockopt(["layers", "Dockerfile", "--builder", "linear"]).stdout).toMatch(/LABEL a=b +0\.3 s/);
  });

  test.each([
    [[], 2, "give one Dockerfile"],
    [["a", "b"], 2, "give one Dockerfile, not 2"],
    [["missing"], 3, "missing: there is no such file. Check the path."],
    [["-"], 2, "what comes on stdin has no name"],
    [["Dockerfile", "--changed", "../x"], 2, "--changed ../x: that is no path in the build context"],
    [["broken"], 4, "broken:1:1: "],
    [["Dockerfile", "--histroy", "2"], 2, "Did you mean --history?"],
    [["Dockerfile", "--history", "many"], 2, "--history many: give a number"],
    [["Dockerfile", "--history", "5"], 2, "has no git history"],
    [["Dockerfile", "--changed-since", "x"], 2, "no such revision"],
    [["Dockerfile", "--timings", "broken"], 2, "no step of a build is in it"],
    [["Dockerfile", "--timings", "nowhere"], 2, "--timings nowhere: it cannot be read"],
    [["Dockerfile", "--builder", "x"], 2, "there is no such builder"],
  ] as const)("%j: exit %i", (args, code, message) => {
    put({ ...FILES, Dockerfile: DOCKERFILE, broken: "RNU x\n" });
    const { status, stdout, stderr } = dockopt(["layers", ...args]);
    expect({ status, stdout }).toEqual({ status: code, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).not.toContain("    at ");
  });

  test("--help fits a screen; nothing from a file reaches the terminal as it is", () => {
    expect(dockopt(["layers", "--help"]).stdout.split("\n").length).toBeLessThanOrEqual(25);
    put({ Dockerfile: "FROM a\nRUN echo \u001b[31mred\n" });
    expect(dockopt(["layers", "Dockerfile"]).stdout).not.toContain("\u001b");
  });
});

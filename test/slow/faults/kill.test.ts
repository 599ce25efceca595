import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { gitIn, makeRepository, NODE } from "../../migrate/repositories.js";
import { world } from "./world.js";

const { root, put, read, files, dockopt, faulty } = world();

/** Both the Dockerfile and .dockerignore are rewritten. */
const PROJECT = {
  Dockerfile: NODE["Dockerfile"] ?? "",
  "package.json": NODE["package.json"] ?? "",
  "package-lock.json": NODE["package-lock.json"] ?? "",
};

/** How many calls of a run that nothing disturbs change the disk. */
function callsOf(args: readonly string[]): number {
  const count = join(root(), "count");
  expect(faulty(args, { count }).status).toBe(0);
  const calls = Number(readFileSync(count, "utf8"));
  rmSync(count);
  return calls;
}

describe("a run that is killed", () => {
  test("at any write of --write leaves each file old or new, and the next one finishes and cleans up", () => {
    const args = ["--write", "--output", "json:report.json", "Dockerfile"];
    put(PROJECT);
    const calls = callsOf(args);
    const names = files();
    const done = new Map(["Dockerfile", ".dockerignore", "report.json"].map((name) => [name, read(name)]));
    expect(done.get("Dockerfile")).not.toBe(PROJECT.Dockerfile);
    expect(calls).toBeGreaterThan(12);
    let leftSomething = 0;
    for (let at = 1; at <= calls; at++) {
      for (const name of done.keys()) rmSync(join(root(), name), { force: true });
      put(PROJECT);
      expect(faulty(args, { at, do: "kill" }).status, `at ${at}`).toBeNull();
      leftSomething += files().filter((name) => !names.includes(name)).length;
      expect([PROJECT.Dockerfile, done.get("Dockerfile")], `at ${at}`).toContain(read("Dockerfile"));
      for (const name of [".dockerignore", "report.json"])
        if (existsSync(join(root(), name))) expect(read(name), `${name} at ${at}`).toBe(done.get(name));
      // What is written already is not rewritten, so that the report says less.
      expect(dockopt(args).status, `after ${at}`).toBe(0);
      expect(files(), `after ${at}`).toEqual(names);
      expect(read("Dockerfile")).toBe(done.get("Dockerfile"));
      expect(read(".dockerignore")).toBe(done.get(".dockerignore"));
    }
    expect(leftSomething).toBeGreaterThan(0);
  });

  test("at any write of migrate plan or apply loses nothing, and the next one finishes", () => {
    const steps = [
      ["migrate", "plan", join(root(), "git/acme/web.git")],
      ["migrate", "apply"],
      ["migrate", "review"],
    ];
    makeRepository(join(root(), "git"), "acme/web", NODE);
    /** All is as it was before a step. */
    const start = (step: number): void => {
      for (const name of [".dockopt-migrate", "git"]) {
        rmSync(join(root(), name), { recursive: true, force: true });
        const kept = join(root(), "before", String(step), name);
        if (existsSync(kept)) cpSync(kept, join(root(), name), { recursive: true });
      }
    };
    const calls = steps.map((args, step) => {
      for (const name of [".dockopt-migrate", "git"])
        if (existsSync(join(root(), name)))
          cpSync(join(root(), name), join(root(), "before", String(step), name), { recursive: true });
      return callsOf(args);
    });
    const state = (): readonly string[] => files(".dockopt-migrate");
    const [names, tip] = [state(), gitIn(join(root(), "git/acme/web.git"), "for-each-ref")];
    expect(Math.min(...calls)).toBeGreaterThan(0);
    for (const [step, count] of calls.entries())
      for (let at = 1; at <= count; at++) {
        start(step);
        expect(faulty(steps[step] ?? [], { at, do: "kill" }).status).toBeNull();
        const which = `step ${step}, at ${at}`;
        for (const args of steps.slice(step)) {
          const { status, stderr } = dockopt(args);
          expect(status, `${which}: ${stderr}`).toBe(0);
        }
        expect(state(), which).toEqual(names);
        expect(gitIn(join(root(), "git/acme/web.git"), "for-each-ref"), which).toBe(tip);
        const lines = read(".dockopt-migrate/ledger.jsonl").trimEnd().split("\n");
        expect(lines.map((line) => (JSON.parse(line) as { readonly event: string }).event)).toEqual([
          "planned",
          "applied",
        ]);
      }
  });
});

test("what others have made, or a run that still lives, stays", () => {
  put(PROJECT);
  const name = (pid: number): string => join(root(), `.Dockerfile.dockopt-elsewhere.1-${pid}-abcdef`);
  writeFileSync(name(999_999_999), "");
  writeFileSync(join(root(), ".Dockerfile.dockopt-notes"), "");
  expect(dockopt(["--write", "Dockerfile"]).status).toBe(0);
  expect(files().filter((path) => path.startsWith(".Dockerfile"))).toEqual([
    ".Dockerfile.dockopt-elsewhere.1-999999999-abcdef",
    ".Dockerfile.dockopt-notes",
  ]);
});

test("a state that cannot be made is told of", () => {
  put({ "list.txt": "" });
  const { status, stderr } = dockopt(["migrate", "plan", "--state", "/proc/x", "--list", "list.txt"]);
  expect([status, stderr]).toEqual([2, expect.stringMatching(/^dockopt: \/proc\/x: it cannot be written \(ENOENT/)]);
  const report = dockopt(["--output", "json:/proc/x/y/report.json", "."]);
  expect([report.status, report.stderr]).toEqual([2, expect.stringMatching(/its folder cannot be made \(ENOENT/)]);
});

import { spawn, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { hasImage, inFolder, tool } from "./harness.js";

const ready = await hasImage("debian:bookworm-slim");
const BIN = resolve("bin/dockopt.js");
const DOCKERFILE =
  "FROM debian:bookworm-slim\nARG NAME\nCOPY . /app\nRUN mkdir /a && sleep 2\nRUN touch /a/$NAME\nRUN chmod 700 /a\nRUN chown 1:1 /a\nRUN touch /b\n";
const FILES = { Dockerfile: DOCKERFILE, "src/a.py": "1\n", "tmp/.keep": "", ".dockerignore": "tmp\n" };

const lines = (args: readonly string[]): readonly string[] =>
  spawnSync(tool?.name ?? "docker", [...args], { encoding: "utf8" })
    .stdout.trim()
    .split("\n")
    .filter((line) => line !== "");
/** Folders and images of one process of dockopt; others may be verifying something at the same time. */
const leftovers = (folder: string, pid: number | undefined): readonly string[] => [
  ...readdirSync(join(folder, "tmp")).filter((name) => name !== ".keep"),
  ...lines(["images", "--format", "{{.Tag}}", "dockopt-verify"]).filter((tag) => tag.startsWith(`${pid ?? 0}-`)),
];

const dockopt = (folder: string, args: readonly string[]) =>
  spawnSync("node", [BIN, "verify", ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, TMPDIR: join(folder, "tmp") },
  });

describe.skipIf(!ready)("dockopt verify", () => {
  test("says that the image is the same, times a change, passes arguments on, leaves nothing behind", async () => {
    await inFolder(FILES, async (folder) => {
      const { status, stdout, stderr, pid } = dockopt(folder, [
        "--rounds",
        "1",
        "--build-arg",
        "NAME=x",
        "--build-arg",
        "OTHER=y",
        "Dockerfile",
      ]);
      expect(status, stdout + stderr).toBe(0);
      expect(stdout).toMatch(/^Dockerfile: the image is the same \(\w+; merge-run-chains\)/);
      expect(stdout).toMatch(/After a change of src\/a\.py: [\d.]+ s before, [\d.]+ s after/);
      expect(stderr).toContain("building the original ... ");
      expect(leftovers(folder, pid)).toEqual([]);
      return Promise.resolve();
    });
  });

  test("--format json", async () => {
    await inFolder(FILES, async (folder) => {
      const { stdout } = dockopt(folder, ["-f", "json", "--rounds", "0"]);
      expect(JSON.parse(stdout)).toMatchObject({
        outcome: "same",
        differences: [],
        timing: null,
        rewrites: ["merge-run-chains"],
      });
      return Promise.resolve();
    });
  });

  test("an original that does not build is not our fault", async () => {
    await inFolder({ ...FILES, Dockerfile: DOCKERFILE.replace("sleep 2", "false") }, async (folder) => {
      const { status, stdout, pid } = dockopt(folder, []);
      expect(status).toBe(4);
      expect(stdout).toContain("the original does not build, so there is nothing to compare");
      expect(leftovers(folder, pid)).toEqual([]);
      return Promise.resolve();
    });
  });

  test("Ctrl-C leaves nothing behind", async () => {
    await inFolder(FILES, async (folder) => {
      const env = { ...process.env, TMPDIR: join(folder, "tmp") };
      const child = spawn("node", [BIN, "verify"], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
      await new Promise((done) => child.stderr.once("data", done));
      await new Promise((done) => setTimeout(done, 1000));
      child.kill("SIGINT");
      const code = await new Promise((done) => child.on("close", done));
      expect(code).toBe(130);
      expect(leftovers(folder, child.pid)).toEqual([]);
    });
  });
});

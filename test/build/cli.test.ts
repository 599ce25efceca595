import { spawn, spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { hasImage, inFolder, tool } from "./harness.js";

const ready = await hasImage("debian:bookworm-slim");
const BIN = resolve("bin/dockopt.js");
const DOCKERFILE =
  "FROM debian:bookworm-slim\nARG NAME\nCOPY . /app\nRUN mkdir /a && sleep 2\nRUN touch /a/$NAME\nRUN chmod 700 /a\nRUN chown 1:1 /a\nRUN touch /b\n";
const FILES = { Dockerfile: DOCKERFILE, "src/a.py": "1\n" };

const leftovers = (): readonly string[] =>
  [
    ...readdirSync(tmpdir()).filter((name) => name.startsWith("dockopt-verify-")),
    ...spawnSync(tool?.name ?? "docker", ["images", "-q", "dockopt-verify"], { encoding: "utf8" })
      .stdout.trim()
      .split("\n"),
    ...spawnSync(tool?.name ?? "docker", ["ps", "-aq", "--filter", "ancestor=dockopt-verify"], { encoding: "utf8" })
      .stdout.trim()
      .split("\n"),
  ].filter((name) => name !== "");

const dockopt = (folder: string, args: readonly string[]) =>
  spawnSync("node", [BIN, "verify", ...args], { cwd: folder, encoding: "utf8" });

describe.skipIf(!ready)("dockopt verify", () => {
  test("says that the image is the same, times a change, passes arguments on, leaves nothing behind", async () => {
    await inFolder(FILES, async (folder) => {
      const { status, stdout, stderr } = dockopt(folder, [
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
      expect(leftovers()).toEqual([]);
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
      const { status, stdout } = dockopt(folder, []);
      expect(status).toBe(4);
      expect(stdout).toContain("the original does not build, so there is nothing to compare");
      expect(leftovers()).toEqual([]);
      return Promise.resolve();
    });
  });

  test("Ctrl-C leaves nothing behind", async () => {
    await inFolder(FILES, async (folder) => {
      const child = spawn("node", [BIN, "verify"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
      await new Promise((done) => child.stderr.once("data", done));
      await new Promise((done) => setTimeout(done, 1000));
      child.kill("SIGINT");
      const code = await new Promise((done) => child.on("close", done));
      expect(code).toBe(130);
      expect(leftovers()).toEqual([]);
    });
  });
});

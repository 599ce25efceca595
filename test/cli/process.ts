import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach } from "vitest";

const BIN = resolve("bin/dockopt.js");

/** A folder of its own for every test, and the command line to run in it (test/build.ts has built it). */
export function sandbox() {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "dockopt-"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });
  return {
    root: () => root,
    put: (files: Readonly<Record<string, string | Buffer>>): void => {
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), content);
      }
    },
    dockopt: (args: readonly string[], input?: string, env: Readonly<Record<string, string>> = {}) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
        cwd: root,
        input: input ?? "",
        encoding: "utf8",
        env: { PATH: process.env["PATH"], ...env },
        maxBuffer: 1 << 28,
      });
      return { status, stdout, stderr };
    },
    git: (...args: readonly string[]): void => {
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: root, stdio: "ignore" });
    },
  };
}

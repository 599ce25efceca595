import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { Ran } from "../../migrate/repositories.js";

export const BIN = resolve("bin/dockopt.js");
const PRELOAD = resolve("test/slow/faults/preload.js");

/** A folder whose files are all of a test's world; also what is temporary lies below it. */
export function world() {
  let root = "";
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "dockopt-"));
    mkdirSync(join(root, "tmp"));
  });
  afterEach(() => {
    rmSync(root, { recursive: true, force: true });
  });
  const environment = (env: Readonly<Record<string, string>>): Record<string, string> => ({
    PATH: process.env["PATH"] ?? "",
    HOME: root,
    TMPDIR: join(root, "tmp"),
    ...env,
  });
  const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}, folder = "."): Ran => {
    const ran = spawnSync(process.execPath, [BIN, ...args], {
      cwd: join(root, folder),
      input: "",
      encoding: "utf8",
      env: environment(env),
      maxBuffer: 1 << 28,
    });
    return { status: ran.status, stdout: ran.stdout, stderr: ran.stderr };
  };
  return {
    root: () => root,
    environment,
    dockopt: run,
    /** The same, with something going wrong (preload.js). */
    faulty: (args: readonly string[], fault: Readonly<Record<string, unknown>>, folder?: string): Ran =>
      run(args, { NODE_OPTIONS: `--import ${PRELOAD}`, DOCKOPT_FAULT: JSON.stringify(fault) }, folder),
    put: (files: Readonly<Record<string, string>>): void => {
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(root, path)), { recursive: true });
        writeFileSync(join(root, path), content);
      }
    },
    read: (path: string): string => readFileSync(join(root, path), "utf8"),
    /** All files below a folder. */
    files: (folder = "."): readonly string[] =>
      readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => !entry.isDirectory())
        .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
        .sort(),
  };
}

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import type { Report } from "../src/engine/run.js";
import { unifiedDiff } from "../src/report/diff.js";

export { checkLaws } from "../src/testing.js";

/** The patch applies with git and gives the same bytes. */
export function checkPatch(report: Report): void {
  const folder = mkdtempSync(join(tmpdir(), "dockopt-"));
  try {
    const changes = [{ path: "Dockerfile", before: report.before, after: report.after }, ...report.companions].filter(
      (one) => one.before !== one.after,
    );
    for (const { path, before } of changes) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      if (before !== undefined) writeFileSync(join(folder, path), before);
    }
    execFileSync("git", ["-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-"], {
      cwd: folder,
      input: changes.map(unifiedDiff).join(""),
    });
    for (const { path, after } of changes) expect(readFileSync(join(folder, path), "utf8")).toBe(after);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

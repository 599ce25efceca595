import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { unifiedDiff } from "../../src/report/diff.js";
import type { FileChange } from "../../src/project/result.js";
import type { Script } from "./tree-laws.js";

const LOOP = `while IFS= read -r -d '' script; do bash -n -c -- "$script" 2>/dev/null && echo 1 || echo 0; done`;

/** Longer ones are no argument of a program. */
const LONGEST = 100_000;

/** Which scripts bash can read, all asked of one process; none is run. What cannot be handed over counts as read. */
function bashReads(scripts: readonly string[]): ReadonlyMap<string, boolean> {
  const asked = [...new Set(scripts)].filter((one) => !one.includes("\0") && one.length < LONGEST);
  const { stdout, status } = spawnSync("bash", ["-c", LOOP], {
    input: asked.map((one) => `${one}\0`).join(""),
    encoding: "utf8",
  });
  const answers = stdout.trim().split("\n");
  if (asked.length > 0 && (status !== 0 || answers.length !== asked.length))
    throw new Error("bash did not answer for all scripts");
  const rejects = new Set(asked.filter((_, index) => answers[index] === "0"));
  return new Map(scripts.map((one) => [one, !rejects.has(one)]));
}

/** The scripts that bash rejects, though it reads all that they were made of. */
export function rejected(scripts: readonly Script[]): readonly Script[] {
  const reads = bashReads(scripts.map((one) => one.text));
  const doubtful = scripts.filter((one) => reads.get(one.text) === false);
  const origins = bashReads(doubtful.flatMap((one) => one.madeOf));
  return doubtful.filter((one) => one.madeOf.every((origin) => origins.get(origin) === true));
}

/** Does git make the texts after of the texts before? */
export function gitApplies(changes: readonly FileChange[]): boolean {
  const folder = mkdtempSync(join(tmpdir(), "dockopt-fuzz-"));
  try {
    for (const { path, before } of changes) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      if (before !== undefined) writeFileSync(join(folder, path), before);
    }
    const input = changes.map(unifiedDiff).join("");
    spawnSync("git", ["-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-"], { cwd: folder, input });
    // What is no UTF-16 comes back as the disk has it.
    return changes.every(({ path, after }) => readFileSync(join(folder, path)).equals(Buffer.from(after)));
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

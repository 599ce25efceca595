import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { expect, test } from "vitest";
import type { LedgerEvent } from "../../src/migrate/events.js";
import { dockopt, gitIn } from "../migrate/repositories.js";

const REPOSITORIES = resolve("../shared/corpus/repos");
const there = existsSync(REPOSITORIES);
if (!there) console.log("skipped: plans against checkouts, because ../shared/corpus is not there");

/** The corpus's repository as a checkout with one commit: the files that it has, and empty ones in place of the others. */
function checkOut(name: string, folder: string): void {
  const source = join(REPOSITORIES, name);
  for (const line of readFileSync(join(source, ".tree.txt"), "utf8").split("\n")) {
    const [, mark, path = "", link] = /^([ITRLB-]) \d+ (.*?)(?: -> (.*))?$/.exec(line) ?? [];
    const target = join(folder, path);
    if (mark === undefined || existsSync(target)) continue;
    mkdirSync(dirname(target), { recursive: true });
    if (mark === "L") symlinkSync(link ?? "", target);
    else writeFileSync(target, mark === "I" && existsSync(join(source, path)) ? readFileSync(join(source, path)) : "");
  }
  gitIn(folder, "init", "--quiet", "-b", "main");
  // What is compared is bytes; attributes of the repository may change them in a work tree.
  writeFileSync(join(folder, ".git/info/attributes"), "* -text -eol -filter -ident -working-tree-encoding\n");
  gitIn(folder, "add", "--all", "--force");
  gitIn(folder, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message", "all");
}

/** Each file's part of a patch, sorted. */
const partsOf = (patch: string): readonly string[] =>
  patch
    .split(/^(?=diff --git )/m)
    .filter((part) => part !== "")
    .sort();

test.runIf(there)("a plan from git's objects is what dockopt says in a checkout", async () => {
  const root = mkdtempSync(join(tmpdir(), "dockopt-agreement-"));
  try {
    const names = readdirSync(REPOSITORIES);
    for (const name of names) checkOut(name, join(root, "checkouts", name));
    const planned = await dockopt(root, [
      "migrate",
      "plan",
      "--checkouts",
      "checkouts",
      "--state",
      "state",
      "--suggested",
    ]);
    expect(planned.status, planned.stderr).toBe(0);
    const plans = new Map(
      readFileSync(join(root, "state/ledger.jsonl"), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as LedgerEvent)
        .flatMap((event) => (event.event === "planned" ? [[basename(event.repository), event] as const] : [])),
    );
    let changed = 0;
    for (const name of names) {
      const event = plans.get(name);
      const patch =
        event?.patch == null ? "" : readFileSync(join(root, "state/patches", `${event.patch}.patch`), "utf8");
      const here = await dockopt(join(root, "checkouts", name), ["--diff", "--quiet", "--suggested", "."]);
      expect(partsOf(patch), name).toEqual(partsOf(here.stdout));
      if (patch !== "") changed += 1;
    }
    console.log(`${names.length} repositories, ${changed} change: each plan is what dockopt says in the checkout`);
    expect(changed).toBeGreaterThan(names.length / 4);
  } finally {
    rmSync(root, { recursive: true });
  }
});

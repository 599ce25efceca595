import fc from "fast-check";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LedgerEvent } from "../../src/migrate/events.js";
import { LedgerError, openLedger } from "../../src/migrate/ledger.js";
import { openState } from "../../src/migrate/state.js";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "dockopt-ledger-"));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const about = (repository: string) =>
  ({ v: 1, repository, url: `https://${repository}`, at: "2026-01-01T00:00:00.000Z" }) as const;
const planned = (repository: string, patch: string): LedgerEvent => ({
  ...about(repository),
  ...{ event: "planned", commit: "c", base: "main", rules: "r", outcome: "changed", patch, files: [] },
});
const applied = (repository: string, patch: string): LedgerEvent => ({
  ...about(repository),
  ...{ event: "applied", patch, branch: "b", head: "h", state: "opened", pull: null },
});
const failed = (repository: string): LedgerEvent => ({
  ...about(repository),
  event: "failed",
  phase: "apply",
  reason: "ü",
});

test("cut off anywhere, a ledger has all whole lines, and goes on", () => {
  const event = fc.tuple(
    fc.constantFrom(planned, applied, failed),
    fc.constantFrom("a", "b", "ü"),
    fc.constantFrom("1", "2"),
  );
  fc.assert(
    fc.property(fc.array(event, { minLength: 1, maxLength: 8 }), fc.nat(), (list, at) => {
      const path = join(root, "ledger.jsonl");
      rmSync(path, { force: true });
      const events = list.map(([make, repository, patch]) => make(repository, patch));
      const written = openLedger(path, "write");
      for (const one of events) written.append(one);
      written.close();
      const bytes = readFileSync(path);
      const kept = bytes.subarray(0, at % (bytes.length + 1));
      writeFileSync(path, kept);
      const whole = kept.filter((byte) => byte === 10).length;
      const again = openLedger(path, "write");
      for (const one of events.slice(whole)) again.append(one);
      const names = new Set(events.map((one) => one.repository));
      for (const name of names) {
        const last = (kind: LedgerEvent["event"]): LedgerEvent | undefined =>
          events.filter((one) => one.repository === name && one.event === kind).at(-1);
        const known = again.find(name);
        expect(known && again.planned(known)).toEqual(last("planned"));
        expect(known && again.applied(known)).toEqual(last("applied"));
        // A failure counts until something goes right.
        const latest = events.filter((one) => one.repository === name).at(-1);
        expect(known?.failed !== undefined).toBe(latest?.event === "failed");
      }
      again.close();
      expect(readFileSync(path)).toEqual(bytes);
    }),
    { numRuns: 100 },
  );
});

test("one run at a time, and one that has died gives way", () => {
  const lock = join(root, "lock");
  // Somebody who lives, and is not us.
  writeFileSync(lock, `${hostname()} ${process.ppid}\n`);
  expect(() => openState(root, "write")).toThrow(LedgerError);
  expect(() => openState(root, "write")).toThrow(`another run works in it (process ${process.ppid} on ${hostname()})`);
  writeFileSync(lock, `elsewhere 1\n`);
  expect(() => openState(root, "write")).toThrow("(process 1 on elsewhere)");
  // A crash leaves a lock of a process that is gone, or of one whose number is ours now, or an empty one.
  for (const left of [`${hostname()} 4194305\n`, `${hostname()} ${process.pid}\n`, ""]) {
    writeFileSync(lock, left);
    openState(root, "write").close();
    expect(existsSync(lock)).toBe(false);
  }
});

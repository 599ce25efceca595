import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { fuzz } from "../../scripts/fuzz/fuzz.js";
import type { Input } from "../../scripts/fuzz/inputs.js";
import { readSeeds } from "../../scripts/fuzz/seeds.js";
import { runWorkers } from "../../scripts/fuzz/watch.js";
import type { Failure, Tally } from "../../scripts/fuzz/account.js";
import { replace, type Transform } from "../../src/transform.js";

const out = mkdtempSync(join(tmpdir(), "dockopt-fuzz-"));
afterAll(() => {
  rmSync(out, { recursive: true });
});

const run = (...args: readonly string[]): { readonly stdout: string; readonly status: number | null } =>
  spawnSync("node", ["dist/scripts/fuzz/main.js", ...args], { encoding: "utf8" });

test("no law is broken, and rewrites are made", () => {
  const { stdout, status } = run("--seed", "1", "--executions", "10000", "--seconds", "120", "--out", out);
  console.log(stdout.trim().split("\n").slice(-2).join("\n"));
  expect(stdout).toMatch(/^10000 executions/m);
  expect(readdirSync(out).map((name) => readFileSync(join(out, name), "utf8"))).toEqual([]);
  expect(status).toBe(0);
  const [, share = ""] =
    /([\d.]+) % of engine runs rewrite; bash \d+/.exec(stdout.slice(stdout.lastIndexOf("10000 executions"))) ?? [];
  expect(Number(share)).toBeGreaterThan(15);
});

test("the same seed tries the same inputs", () => {
  const seen = [[], []] as [Input[], Input[]];
  for (const inputs of seen)
    fuzz({ seed: 3, executions: 300, seconds: 60, transforms: [], seeds: [], watch: (input) => inputs.push(input) });
  expect(seen[0]).toEqual(seen[1]);
  expect(new Set(seen[0].map(({ text }) => text)).size).toBeGreaterThan(250);
});

/** Runs with a fault planted. */
const planted = (fault: Pick<Transform, "propose">, executions = 600): Tally => {
  const transform: Transform = { name: "plant-fault", summary: "", docs: "", safety: "unsafe", ...fault };
  return fuzz({ seed: 1, executions, seconds: 120, kinds: ["engine"], transforms: [transform], seeds: readSeeds() });
};

describe("a planted fault is found and its input is made small", () => {
  test("a RUN is cut in two at an && wherever it stands", () => {
    const { failures, fired } = planted({
      *propose({ source, instructions }) {
        for (const run of instructions) {
          const text = source.slice(run.start, run.end);
          const at = text.indexOf("&&");
          if (run.kind === "RUN" && run.heredocs.length === 0 && at > 0 && !text.includes("\\"))
            yield { at: run, message: "cut", edits: [replace(run, `${text.slice(0, at)}\nRUN ${text.slice(at + 2)}`)] };
        }
      },
    });
    expect(fired["plant-fault"]).toBeGreaterThan(8);
    const found = failures.find(({ law }) => law === "bash reads every script");
    expect(found?.smallest.text.length).toBeLessThan(60);
    expect(found?.smallest.text).toMatch(/\(.*&&|\{.*&&|["'`].*&&|if.*&&|for.*&&|while.*&&|case.*&&/);
  });

  test("a rewrite finds something to do in its own result", () => {
    const { failures } = planted({
      *propose({ source, instructions }) {
        const [run] = instructions.filter((one) => one.kind === "RUN");
        if (run !== undefined && source.length < 10_000)
          yield { at: run, message: "double", edits: [replace({ start: run.end, end: run.end }, " ")] };
      },
    });
    expect(failures.map(({ law }) => law)).toContain("rewrites come to rest");
  });

  test("an odd file makes a reader throw", () => {
    const { failures } = planted(
      {
        *propose({ source, directives }) {
          if (directives.escape === "`" && source.includes("\r\n")) throw new RangeError("there is no such line");
          yield* [];
        },
      },
      2000,
    );
    const found = failures.find(({ law }) => law.startsWith("RangeError"));
    expect(found?.smallest.text.length).toBeLessThan(40);
  });
});

test("a failure that was written down can be tried again", () => {
  const file = join(out, "failure.json");
  const input: Input = { kind: "engine", text: "FROM a\nRUN true\n", safety: "safe", builder: "buildkit" };
  const failure: Failure = { law: "", message: "", input, smallest: input, times: 1 };
  writeFileSync(file, JSON.stringify(failure));
  expect(run("--replay", file)).toMatchObject({ status: 0, stdout: "it breaks no law\n" });
  writeFileSync(file, JSON.stringify({ ...failure, smallest: { ...input, builder: "no such builder" } }));
  const { status, stdout } = run("--replay", file);
  expect(status).toBe(1);
  expect(stdout).toContain("there is no builder");
});

test("a worker that hangs is ended, and what it was busy with is told", async () => {
  const hanging = `import { workerData } from "node:worker_threads";
    const text = Buffer.from(JSON.stringify({ kind: "engine", text: "FROM hanging" }));
    new Uint8Array(workerData.memory, 8).set(text);
    const head = new Int32Array(workerData.memory, 0, 2);
    head[1] = text.length;
    Atomics.add(head, 0, 1);
    /^(a+)+$/.test("a".repeat(50) + "b");`;
  const tallies = await runWorkers(
    { seed: 1, executions: 1, seconds: 60 },
    {
      progress: () => undefined,
      worker: new URL(`data:text/javascript,${encodeURIComponent(hanging)}`),
      hangsMs: 1000,
    },
  );
  expect(tallies).toMatchObject([{ failures: [{ law: "no input hangs", smallest: { text: "FROM hanging" } }] }]);
});

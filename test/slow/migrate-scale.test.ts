import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LedgerEvent } from "../../src/migrate/events.js";
import { startFakeGithub } from "../migrate/fake-github.js";
import { dockopt, makeRepository, NODE, type Files, type Ran } from "../migrate/repositories.js";

/** As many as a run is to take; 2,000 for the figures of an issue's note: `MIGRATE_REPOSITORIES=2000 npm run test:slow -- migrate-scale`. */
const COUNT = Number(process.env["MIGRATE_REPOSITORIES"] ?? 60);
const TIME = COUNT * 4_000 + 120_000;
const TOKEN = "ghp_TheVerySecretTokenOfThisTest0123456789";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "dockopt-scale-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, maxRetries: 5 });
});

/** Of ten repositories six change, two are refused, one stays, one has no Dockerfile; no two are alike. */
function filesOf(index: number): Files {
  const own = { ...NODE, "src/index.js": `console.log(${index});\n` };
  if (index % 10 < 6) return own;
  if (index % 10 < 8)
    return { Dockerfile: "FROM python:3.12\nCOPY . .\nRUN pip install .\n", "setup.py": `# ${index}\n` };
  return index % 10 === 8 ? { Dockerfile: `FROM node:20\nLABEL n=${index}\n` } : { "README.md": `# ${index}\n` };
}

const changing = (count: number): number =>
  Array.from({ length: count }, (_, index) => index % 10 < 6).filter(Boolean).length;

function generate(count: number): void {
  for (let index = 0; index < count; index++) makeRepository(join(root, "git"), `acme/r${index}`, filesOf(index));
}

const ledger = (): readonly LedgerEvent[] =>
  readFileSync(join(root, "state/ledger.jsonl"), "utf8")
    .split("\n")
    .filter((line) => line.endsWith("}"))
    .map((line) => JSON.parse(line) as LedgerEvent);

/** Repositories with so many events of a kind. */
const countOf = (event: LedgerEvent["event"]): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const one of ledger())
    if (one.event === event) counts.set(one.repository, (counts.get(one.repository) ?? 0) + 1);
  return counts;
};

/** Runs it, and kills it without warning as soon as the ledger has so many lines more; again and again, until it ends by itself. */
async function killedOver(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  every: number,
): Promise<{ readonly last: Ran; readonly kills: number }> {
  for (let kills = 0; ; kills++) {
    const before = linesNow();
    let timer: NodeJS.Timeout | undefined;
    const last = await dockopt(root, args, env, (child) => {
      timer = setInterval(() => {
        if (kills < 4 && linesNow() >= before + every) child.kill("SIGKILL");
      }, 20);
    });
    clearInterval(timer);
    if (last.status !== null) return { last, kills };
  }
}

const linesNow = (): number => {
  try {
    return readFileSync(join(root, "state/ledger.jsonl")).filter((byte) => byte === 10).length;
  } catch {
    return 0;
  }
};

test(
  `plan and apply over ${COUNT} repositories, killed four times each: none lost, none twice`,
  { timeout: TIME },
  async () => {
    generate(COUNT);
    const host = await startFakeGithub({
      token: TOKEN,
      folder: join(root, "git"),
      limits: { writes: [{ requests: 1000, seconds: 1 }] },
    });
    const env = { GITHUB_TOKEN: TOKEN };
    const common = ["--state", "state", "--github-url", host.api, "--concurrency", "4"];
    try {
      let started = performance.now();
      const planned = await killedOver(["migrate", "plan", "--github", "acme", ...common], env, Math.ceil(COUNT / 8));
      const planSeconds = (performance.now() - started) / 1000;
      expect(planned.last.status, planned.last.stderr).toBe(0);
      expect(planned.kills).toBe(4);
      const plans = countOf("planned");
      expect(plans.size).toBe(COUNT);
      expect([...plans.values()].filter((count) => count > 1)).toEqual([]);
      started = performance.now();
      const rate = ["--per-minute", "100000", "--per-hour", "1000000"];
      const applied = await killedOver(["migrate", "apply", ...common, ...rate], env, Math.ceil(changing(COUNT) / 8));
      const applySeconds = (performance.now() - started) / 1000;
      expect(applied.last.status, applied.last.stderr).toBe(0);
      expect(applied.kills).toBe(4);
      // One open pull request for each that changes, whatever the kills have cut off.
      const pulls = host.pulls().map((pull) => pull.slug);
      expect(new Set(pulls).size).toBe(pulls.length);
      expect(pulls).toHaveLength(changing(COUNT));
      expect(countOf("applied").size).toBe(changing(COUNT));
      expect(host.violations()).toEqual([]);
      const perMinute = (count: number, seconds: number): string => `${Math.round((60 * count) / seconds)}/min`;
      console.log(
        `${COUNT} repositories: plan ${perMinute(COUNT, planSeconds)}, apply ${perMinute(changing(COUNT), applySeconds)}, 4 kills each; lost 0, doubled 0`,
      );
    } finally {
      await host.close();
    }
  },
);

test("memory does not grow with the number of repositories", { timeout: TIME }, async () => {
  generate(COUNT);
  const peaks: number[] = [];
  for (const limit of [Math.ceil(COUNT / 5), COUNT]) {
    let [peak, timer]: [number, NodeJS.Timeout | undefined] = [0, undefined];
    const args = ["migrate", "plan", "--state", `state${limit}`, "--checkouts", "git/acme", "--limit", String(limit)];
    const ran = await dockopt(root, args, {}, (child) => {
      timer = setInterval(() => (peak = Math.max(peak, residentMegabytes(child))), 50);
    });
    clearInterval(timer);
    expect(ran.status).toBe(0);
    peaks.push(peak);
  }
  const [few = 0, all = 0] = peaks;
  console.log(`peak memory: ${few} MB for ${Math.ceil(COUNT / 5)} repositories, ${all} MB for ${COUNT}`);
  expect(few).toBeGreaterThan(0);
  // The collector's own ups and downs are larger than what a ledger's index takes.
  expect(all).toBeLessThan(few * 1.5 + 20);
});

function residentMegabytes({ pid }: ChildProcess): number {
  try {
    return Math.round(
      Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid ?? 0}/status`, "utf8"))?.[1] ?? 0) / 1024,
    );
  } catch {
    return 0;
  }
}

const hasRedis = (() => {
  try {
    execFileSync("redis-server", ["--version"]);
    return true;
  } catch {
    console.log(
      "skipped: workers over Redis, because there is no redis-server. apt-get install redis-server brings it.",
    );
    return false;
  }
})();

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

async function startRedis(): Promise<{ readonly url: string; readonly stop: () => void }> {
  const port = await freePort();
  mkdirSync(join(root, "redis"));
  const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", join(root, "redis")];
  const child = spawn("redis-server", options, { stdio: "ignore" });
  const answers = (): Promise<boolean> =>
    new Promise((done) => {
      const socket = connect(port, "127.0.0.1");
      socket.on("error", () => {
        done(false);
      });
      socket.on("connect", () => {
        socket.destroy();
        done(true);
      });
    });
  while (!(await answers())) await new Promise((done) => setTimeout(done, 50));
  return { url: `redis://127.0.0.1:${port}`, stop: () => void child.kill("SIGKILL") };
}

test.runIf(hasRedis)(
  "workers over Redis, killed in mid-run: none lost, none twice",
  { timeout: TIME + 120_000 },
  async () => {
    generate(COUNT);
    const redis = await startRedis();
    const workers = new Set<ChildProcess>();
    let over = false;
    let killed = 0;
    const startWorker = (): void => {
      const args = ["migrate", "worker", "--queue", redis.url, "--concurrency", "2"];
      void dockopt(root, args, {}, (child) => {
        workers.add(child);
        child.on("close", () => {
          workers.delete(child);
          if (!over) startWorker();
        });
      });
    };
    try {
      startWorker();
      startWorker();
      const killer = setInterval(() => {
        const [one] = workers;
        // In the middle of the work, not before it and not behind it.
        if (killed < 3 && one !== undefined && linesNow() >= ((killed + 1) * COUNT) / 8) {
          killed += 1;
          one.kill("SIGKILL");
        }
      }, 50);
      // The one that asks for plans is killed, too.
      const args = ["migrate", "plan", "--queue", redis.url, "--checkouts", "git/acme", "--state", "state"];
      const { last, kills } = await killedOver(args, {}, Math.ceil(COUNT / 3));
      clearInterval(killer);
      expect(last.status, last.stderr).toBe(0);
      expect([killed, kills > 0]).toEqual([3, true]);
      const plans = countOf("planned");
      expect(plans.size).toBe(COUNT);
      expect([...plans.values()].filter((count) => count > 1)).toEqual([]);
      expect(countOf("failed").size).toBe(0);
    } finally {
      over = true;
      for (const child of workers) child.kill("SIGKILL");
      redis.stop();
    }
  },
);

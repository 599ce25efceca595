import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { transforms } from "../../transforms/index.js";
import { troubleOf, type Failure, type Tally } from "./fuzz.js";
import { KINDS } from "./inputs.js";
import { slateOn } from "./slate.js";

/** What a worker is told. */
export interface Order {
  readonly seed: number;
  readonly executions: number;
  readonly seconds: number;
  readonly memory: SharedArrayBuffer;
}

/** What a worker has come to that has told nothing yet. */
const NONE: Tally = {
  executions: { syntax: 0, shell: 0, ignore: 0, manifest: 0, engine: 0 },
  rewritten: 0,
  fired: {},
  scripts: 0,
  patches: 0,
  coverage: undefined,
  kept: 0,
  failures: [],
};

/** A worker that is busy with one input for so long hangs. */
const HANGS_MS = 15_000;

const { values } = parseArgs({
  options: {
    executions: { type: "string", default: "100000" },
    seconds: { type: "string", default: "600" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: "1" },
    out: { type: "string", default: "fuzz-failures" },
    replay: { type: "string" },
  },
});
const [executions, seconds, seed, workers] = [values.executions, values.seconds, values.seed, values.workers].map(
  Number,
) as [number, number, number, number];

/** Tries one written input again. */
function replay(path: string): number {
  const { smallest } = JSON.parse(readFileSync(path, "utf8")) as Failure;
  const trouble = troubleOf(smallest, { transforms });
  console.log(trouble === undefined ? "it breaks no law" : `${trouble.law}\n${trouble.message}`);
  return trouble === undefined ? 0 : 1;
}

async function runAll(): Promise<number> {
  const started = performance.now();
  const share = Math.ceil(executions / workers);
  const tallies = await Promise.all(Array.from({ length: workers }, (_, index) => runOne(seed * 1000 + index, share)));
  const failures = new Map(
    tallies.flatMap((tally) => tally.flatMap((one) => one.failures)).map((one) => [one.law, one]),
  );
  write([...failures.values()]);
  console.log(summary(tallies.flat(), (performance.now() - started) / 1000));
  for (const { law, times, smallest, message } of failures.values())
    console.log(`\n${times} x ${law}\n${message.slice(0, 1500)}\n${JSON.stringify(smallest).slice(0, 1500)}`);
  return failures.size === 0 ? 0 : 1;
}

/** A worker, and one after it as often as one hangs or dies. What each has come to. */
async function runOne(firstSeed: number, share: number): Promise<readonly Tally[]> {
  const tallies: Tally[] = [];
  const until = performance.now() + seconds * 1000;
  const done = (): number => tallies.reduce((sum, one) => sum + executionsOf(one), 0);
  for (let next = firstSeed; done() < share && performance.now() < until; next += 100)
    tallies.push(
      await watched({ seed: next, executions: share - done(), seconds: (until - performance.now()) / 1000 }),
    );
  return tallies;
}

function watched(order: Omit<Order, "memory">): Promise<Tally> {
  const slate = slateOn();
  const workerData: Order = { ...order, memory: slate.memory };
  const worker = new Worker(new URL("./worker.js", import.meta.url), { workerData });
  let tally = NONE;
  let stopped: string | undefined;
  worker.on("message", (now: Tally) => {
    tally = now;
    write(now.failures);
    console.log(`seed ${order.seed}: ${summary([now])}`);
  });
  worker.on("error", (error) => (stopped = `the worker died: ${error.message}`));
  let [seen, since] = [-1, performance.now()];
  const clock = setInterval(() => {
    if (slate.count() !== seen) [seen, since] = [slate.count(), performance.now()];
    else if (seen > 0 && performance.now() - since > HANGS_MS) {
      stopped = "no input hangs";
      void worker.terminate();
    }
  }, 500);
  return new Promise((resolve) => {
    worker.on("exit", () => {
      clearInterval(clock);
      const input = stopped === undefined ? undefined : slate.read();
      if (stopped !== undefined && input !== undefined) {
        const failure = { law: stopped, message: stopped, input, smallest: input, times: 1 };
        tally = { ...tally, failures: [...tally.failures, failure] };
      }
      resolve(tally);
    });
  });
}

const executionsOf = ({ executions: by }: Tally): number => KINDS.reduce((sum, kind) => sum + by[kind], 0);

function summary(tallies: readonly Tally[], took?: number): string {
  const sum = (of: (tally: Tally) => number): number => tallies.reduce((total, one) => total + of(one), 0);
  const all = sum(executionsOf);
  const engine = sum((one) => one.executions.engine);
  return [
    `${all} executions`,
    ...(took === undefined ? [] : [`${(all / took).toFixed(0)} a second`]),
    ...KINDS.map((kind) => `${sum((one) => one.executions[kind])} ${kind}`),
    `${((100 * sum((one) => one.rewritten)) / Math.max(1, engine)).toFixed(1)} % of engine runs rewrite`,
    `bash ${sum((one) => one.scripts)}, git ${sum((one) => one.patches)}`,
    `coverage ${(100 * Math.max(...tallies.map((one) => one.coverage ?? 0))).toFixed(1)} %, ${sum((one) => one.kept)} kept`,
    `${sum((one) => one.failures.length)} failures`,
    ...(took === undefined ? [] : [JSON.stringify(tallies.at(-1)?.fired)]),
  ].join("; ");
}

function write(failures: readonly Failure[]): void {
  if (failures.length > 0) mkdirSync(values.out, { recursive: true });
  for (const failure of failures) {
    const name = failure.law.replace(/\W+/g, "-").slice(0, 80);
    writeFileSync(join(values.out, `${name}.json`), JSON.stringify(failure, null, 2) + "\n");
  }
}

process.exitCode = values.replay === undefined ? await runAll() : replay(values.replay);

import { Worker } from "node:worker_threads";
import { executionsOf, NOTHING_YET, type Tally } from "./account.js";
import { slateOn } from "./slate.js";

/** What a worker is told. */
export interface Order {
  readonly seed: number;
  readonly executions: number;
  readonly seconds: number;
  readonly memory: SharedArrayBuffer;
}

/** How workers are watched. */
export interface Watch {
  /** Told what a worker has come to so far. */
  readonly progress: (tally: Tally) => void;
  readonly worker?: URL;
  /** A worker that is busy with one input for so long hangs. */
  readonly hangsMs?: number;
}

/** A worker, and one after it as often as one hangs or dies; what each has come to. */
export async function runWorkers(order: Omit<Order, "memory">, watch: Watch): Promise<readonly Tally[]> {
  const tallies: Tally[] = [];
  const until = performance.now() + order.seconds * 1000;
  const left = (): number => order.executions - tallies.reduce((sum, one) => sum + executionsOf(one), 0);
  // Of what a worker tells, the latest may be a while ago: the next one starts elsewhere.
  for (let { seed } = order; left() > 0 && performance.now() < until; seed += 100)
    tallies.push(await runWorker({ seed, executions: left(), seconds: (until - performance.now()) / 1000 }, watch));
  return tallies;
}

function runWorker(order: Omit<Order, "memory">, watch: Watch): Promise<Tally> {
  const { progress, worker: url = new URL("./worker.js", import.meta.url), hangsMs = 30_000 } = watch;
  const slate = slateOn();
  const workerData: Order = { ...order, memory: slate.memory };
  const worker = new Worker(url, { workerData });
  let tally = NOTHING_YET;
  let stopped: string | undefined;
  worker.on("message", (now: Tally) => {
    tally = now;
    progress(now);
  });
  worker.on("error", (error) => (stopped = `the worker died: ${error.message}`));
  let [seen, since] = [0, performance.now()];
  const clock = setInterval(() => {
    if (slate.count() !== seen) [seen, since] = [slate.count(), performance.now()];
    else if (seen > 0 && performance.now() - since > hangsMs) {
      stopped = "no input hangs";
      void worker.terminate();
    }
  }, 500);
  return new Promise((resolve) => {
    worker.on("exit", () => {
      clearInterval(clock);
      if (stopped !== undefined) {
        tally = withStopped(tally, stopped, slate.read());
        progress(tally);
      }
      resolve(tally);
    });
  });
}

/** What it was busy with counts as an execution, so that a worker that dies at once is not started for ever. */
function withStopped(tally: Tally, law: string, input: ReturnType<ReturnType<typeof slateOn>["read"]>): Tally {
  const last = input ?? { kind: "syntax", text: "", safety: "safe", builder: "buildkit" };
  const executions = { ...tally.executions, [last.kind]: tally.executions[last.kind] + 1 };
  const failure = { law, message: law, input: last, smallest: last, times: 1 };
  return { ...tally, executions, failures: [...tally.failures, failure] };
}

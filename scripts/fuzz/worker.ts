import { parentPort, workerData } from "node:worker_threads";
import { startCoverage } from "./coverage.js";
import type { Order } from "./watch.js";
import { slateOn } from "./slate.js";

// Counting starts before what is counted is loaded.
const coverage = startCoverage();
const { fuzz } = await import("./fuzz.js");
const { readSeeds } = await import("./seeds.js");
const { transforms } = await import("../../transforms/index.js");

const { seed, executions, seconds, memory } = workerData as Order;
const slate = slateOn(memory);
const tally = fuzz({
  seed,
  executions,
  seconds,
  transforms,
  seeds: readSeeds(),
  coverage,
  watch: slate.write,
  progress: (now) => parentPort?.postMessage(now),
});
parentPort?.postMessage(tally);

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { transforms } from "../../transforms/index.js";
import { KINDS } from "./inputs.js";
import { executionsOf, type Failure, type Tally } from "./account.js";
import { troubleOf } from "./trial.js";
import { runWorkers } from "./watch.js";

/** `npm run fuzz -- --executions N --seconds S --seed N --workers N --out DIR`, or `--replay FILE`. docs/fuzzing.md */
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

/** Tries a failure that was written down once more. */
function replay(path: string): number {
  const { smallest } = JSON.parse(readFileSync(path, "utf8")) as Failure;
  const trouble = troubleOf(smallest, transforms);
  console.log(trouble === undefined ? "it breaks no law" : `${trouble.law}\n${trouble.message}`);
  return trouble === undefined ? 0 : 1;
}

async function run(): Promise<number> {
  const started = performance.now();
  const workers = Number(values.workers);
  const order = { executions: Math.ceil(Number(values.executions) / workers), seconds: Number(values.seconds) };
  const progress = (now: Tally): void => {
    write(now.failures);
    console.log(summary([now]));
  };
  const tallies = await Promise.all(
    Array.from({ length: workers }, (_, index) =>
      runWorkers({ ...order, seed: Number(values.seed) * 1000 + index }, { progress }),
    ),
  );
  const all = tallies.flat();
  const failures = all.flatMap((one) => one.failures);
  write(failures);
  console.log(
    `${summary(all)}; ${((1000 / (performance.now() - started)) * all.reduce((sum, one) => sum + executionsOf(one), 0)) | 0} a second`,
  );
  console.log(JSON.stringify(all.at(-1)?.fired));
  for (const { law, times, smallest, message } of failures)
    console.log(`\n${times} x ${law}\n${message.slice(0, 1500)}\n${JSON.stringify(smallest).slice(0, 1500)}`);
  return failures.length === 0 ? 0 : 1;
}

function summary(tallies: readonly Tally[]): string {
  const sum = (of: (tally: Tally) => number): number => tallies.reduce((total, one) => total + of(one), 0);
  const engine = sum((one) => one.executions.engine);
  return [
    `${sum(executionsOf)} executions`,
    ...KINDS.map((kind) => `${sum((one) => one.executions[kind])} ${kind}`),
    `${((100 * sum((one) => one.rewritten)) / Math.max(1, engine)).toFixed(1)} % of engine runs rewrite`,
    `bash ${sum((one) => one.scripts)}, git ${sum((one) => one.patches)}`,
    `coverage ${(100 * Math.max(...tallies.map((one) => one.coverage ?? 0))).toFixed(1)} %, ${sum((one) => one.kept)} kept`,
    `${sum((one) => one.failures.length)} failures`,
  ].join("; ");
}

function write(failures: readonly Failure[]): void {
  if (failures.length > 0) mkdirSync(values.out, { recursive: true });
  for (const [index, failure] of failures.entries())
    writeFileSync(
      join(values.out, `${failure.law.replace(/\W+/g, "-").slice(0, 80)}-${index + 1}.json`),
      JSON.stringify(failure, null, 2) + "\n",
    );
}

process.exitCode = values.replay === undefined ? await run() : replay(values.replay);

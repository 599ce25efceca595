import { mkdirSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { temporaryFolder } from "../../../disk.js";
import { planRepository } from "../../../migrate/plan.js";
import { startProgress } from "../../../migrate/progress.js";
import type { PlanJob } from "../../../migrate/queue.js";
import { openWorkshop, type Workshop } from "../../../migrate/workshop.js";
import { readArguments } from "../../arguments.js";
import { EXIT, UsageError } from "../../exit.js";
import { workerOptions } from "../../migrate-options.js";
import { loadQueue } from "./plan.js";
import { hostsOf, numberOf, stopOnSignal } from "./settings.js";

/** `dockopt migrate worker`. Returns the exit code, when it is stopped. @throws UsageError */
export async function worker(argv: readonly string[], _cwd: string, version: string): Promise<number> {
  const given = readArguments(argv, workerOptions);
  const url = given.text("queue");
  if (url === undefined) throw new UsageError("migrate worker: name the queue: --queue redis://HOST:PORT.");
  const concurrency = numberOf(given, "concurrency", 4);
  const progress = startProgress("planned", process.stderr);
  const hosts = hostsOf(given, progress);
  const folder = temporaryFolder("worker");
  const shops = workshopsIn(folder, Math.min(concurrency, availableParallelism()), hosts.credentials);
  const stop = stopOnSignal();
  try {
    const { workOn, QueueError } = await loadQueue();
    const work = workOn(
      url,
      version,
      concurrency,
      (job) => planRepository(job.repository, shops.for(job), hosts.redact),
      ({ event }) => {
        progress.done(event.event === "planned" ? event.outcome : "failed");
      },
      stop.stopped,
    );
    await work.catch((error: unknown) => {
      throw error instanceof QueueError ? new UsageError(error.message) : error;
    });
    return EXIT.fine;
  } finally {
    progress.end();
    await shops.close();
    rmSync(folder, { recursive: true, force: true });
    stop.lift();
  }
}

/** One workshop for each set of rules that the queue's jobs have; usually that is one. */
function workshopsIn(
  folder: string,
  threads: number,
  credentials: (url: string) => Readonly<Record<string, string>>,
): { readonly for: (job: PlanJob) => Workshop; readonly close: () => Promise<void> } {
  const shops = new Map<string, Workshop>();
  return {
    for({ settings, rules, limits }) {
      const key = JSON.stringify([rules, limits]);
      const own = join(folder, String(shops.size));
      const shop = shops.get(key);
      if (shop !== undefined) return shop;
      mkdirSync(own);
      const made = openWorkshop({ folder: own, settings, rules, limits, threads, credentials });
      shops.set(key, made);
      return made;
    },
    async close() {
      for (const shop of shops.values()) await shop.close();
    },
  };
}

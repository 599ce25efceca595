import { createHash } from "node:crypto";
import { Queue, QueueEvents, UnrecoverableError, Worker, type Job } from "bullmq";
import { Redis } from "ioredis";
import { failure, type PlanResult } from "./plan.js";
import type { Repository } from "./repository.js";
import type { Limits, PlanSettings } from "./settings.js";

/** What a worker is asked to do. */
export interface PlanJob {
  readonly repository: Repository;
  readonly settings: PlanSettings;
  readonly rules: string;
  readonly limits: Limits;
}

/** Plans that other processes make, on this machine or others. */
export interface PlanQueue {
  /** Settles when some worker has planned the repository; never rejects for what is wrong with it. */
  plan(repository: Repository): Promise<PlanResult>;
  /** The result is in the ledger: the queue need not keep it. */
  taken(repository: Repository): Promise<void>;
  close(): Promise<void>;
}

/** A worker that dies holds its repositories for so long, in milliseconds; then others get them. */
const LOCK = { lockDuration: 10_000, stalledInterval: 5_000 } as const;

/** A repository that has ended so many workers is not tried again. */
const DEATHS = 3;

/** Results are kept for so long if nobody takes them, in seconds. */
const KEPT = 14 * 24 * 3600;

/** Workers of another version would plan by other rules: they have a queue of their own. */
const queueName = (version: string): string => `dockopt-plan-${version}`;

/** `url`: redis://host:port; a password is taken from REDIS_PASSWORD. */
export function connect(url: string): Redis {
  const password = process.env["REDIS_PASSWORD"];
  return new Redis(url, { maxRetriesPerRequest: null, ...(password === undefined ? {} : { password }) });
}

export async function openPlanQueue(
  url: string,
  version: string,
  job: Omit<PlanJob, "repository">,
): Promise<PlanQueue> {
  const [connection, listening] = [connect(url), connect(url)];
  const queue = new Queue<PlanJob, PlanResult>(queueName(version), { connection });
  const events = new QueueEvents(queueName(version), { connection: listening });
  await Promise.all([queue.waitUntilReady(), events.waitUntilReady()]);
  const waiting = new Map<string, () => void>();
  const wake = ({ jobId }: { readonly jobId: string }): void => waiting.get(jobId)?.();
  events.on("completed", wake);
  events.on("failed", wake);
  return {
    async plan(repository) {
      const id = idOf(repository, job.rules);
      const ended = new Promise<void>((resolve) => waiting.set(id, resolve));
      // The same id twice is one job: what an earlier run has asked for is found again.
      const asked = await queue.add("plan", { ...job, repository }, { jobId: id, ...keeping });
      if (!(await isOver(asked))) await ended;
      waiting.delete(id);
      const found = await queue.getJob(id);
      if (found?.returnvalue != null) return found.returnvalue;
      const reason = found?.failedReason ?? "its result is gone from the queue";
      return { event: failure(repository, "plan", new Error(reason), (text) => text), patch: "" };
    },
    async taken(repository) {
      await queue.remove(idOf(repository, job.rules));
    },
    async close() {
      await Promise.all([queue.close(), events.close()]);
      connection.disconnect();
      listening.disconnect();
    },
  };
}

const keeping = { removeOnComplete: { age: KEPT }, removeOnFail: { age: KEPT } } as const;

/** A colon has a meaning of its own in the queue's keys. */
const idOf = ({ name }: Repository, rules: string): string =>
  createHash("sha256").update(`${rules}\n${name}`).digest("hex");

async function isOver(job: Job): Promise<boolean> {
  return (await job.isCompleted()) || (await job.isFailed());
}

/** Plans what the queue has, until `stopped` settles; those under way are finished. */
export async function workOn(
  url: string,
  version: string,
  concurrency: number,
  plan: (job: PlanJob) => Promise<PlanResult>,
  done: (result: PlanResult) => void,
  stopped: Promise<void>,
): Promise<void> {
  const connection = connect(url);
  const worker = new Worker<PlanJob, PlanResult>(
    queueName(version),
    async ({ data }) => {
      try {
        return await plan(data);
      } catch (error) {
        // Trying again would end the same way.
        throw new UnrecoverableError(error instanceof Error ? (error.stack ?? error.message) : String(error));
      }
    },
    { connection, concurrency, maxStalledCount: DEATHS, ...LOCK },
  );
  worker.on("completed", (_, result) => {
    done(result);
  });
  // What happens to the connection is for the connection to mend.
  worker.on("error", () => undefined);
  await worker.waitUntilReady();
  await stopped;
  await worker.close();
  connection.disconnect();
}

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

/** No queue answers; the message says which and why. */
export class QueueError extends Error {}

/** How long a queue may take to answer at first, in milliseconds. */
const PATIENCE = 10_000;

/** `url`: redis://host:port; a password is taken from REDIS_PASSWORD. Later failures are mended by the client. @throws QueueError */
async function connect(url: string): Promise<Redis> {
  if (!/^rediss?:\/\//.test(url) || !URL.canParse(url))
    throw new QueueError(`--queue ${url}: give the address of a Redis, such as redis://localhost:6379.`);
  const password = process.env["REDIS_PASSWORD"];
  const redis = new Redis(url, { maxRetriesPerRequest: null, ...(password === undefined ? {} : { password }) });
  let why = "no answer";
  redis.on("error", (error: Error) => {
    why = error.message;
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(why));
    }, PATIENCE);
  });
  try {
    await Promise.race([redis.ping(), late]);
    return redis;
  } catch (error) {
    redis.disconnect();
    const host = new URL(url).host;
    throw new QueueError(
      `--queue: no Redis answers at ${host} (${error instanceof Error ? error.message : why}). Start one, or mend the address; a password goes into REDIS_PASSWORD.`,
    );
  } finally {
    clearTimeout(timer);
  }
}

/** `say` is told when nobody works on what is asked. @throws QueueError */
export async function openPlanQueue(
  url: string,
  version: string,
  job: Omit<PlanJob, "repository">,
  say: (message: string) => void,
): Promise<PlanQueue> {
  const connection = await connect(url);
  const listening = await connect(url);
  const queue = new Queue<PlanJob, PlanResult>(queueName(version), { connection });
  const events = new QueueEvents(queueName(version), { connection: listening });
  await Promise.all([queue.waitUntilReady(), events.waitUntilReady()]);
  const waiting = new Map<string, () => void>();
  const wake = ({ jobId }: { readonly jobId: string }): void => waiting.get(jobId)?.();
  events.on("completed", wake);
  events.on("failed", wake);
  const lonely = setTimeout(() => {
    void queue.getWorkersCount().then((count) => {
      if (count === 0) say("no worker listens to the queue yet. Start one: dockopt migrate worker --queue URL");
    });
  }, PATIENCE);
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
      clearTimeout(lonely);
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

/** Plans what the queue has, until `stopped` settles; those under way are finished. @throws QueueError */
export async function workOn(
  url: string,
  version: string,
  concurrency: number,
  plan: (job: PlanJob) => Promise<PlanResult>,
  done: (result: PlanResult) => void,
  stopped: Promise<void>,
): Promise<void> {
  const connection = await connect(url);
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

import { lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Tinypool } from "tinypool";
import { openClone, type Clone, type TreeEntry } from "./clone.js";
import { likelyBlobs, type planRevision, type RevisionPlan } from "./plan-revision.js";
import type { PlanTask } from "./plan-worker.js";
import type { Limits, PlanSettings } from "./settings.js";

/** A repository costs more than it may, or cannot be planned; the message says what to do. */
export class WorkError extends Error {}

/** Where repositories are worked on: a folder on disk that is empty between them, and threads that plan. */
export interface Workshop {
  readonly settings: PlanSettings;
  readonly rules: string;
  readonly limits: Limits;
  /** Copies a repository, hands it on, and removes it, whatever happens. @throws GitError, WorkError */
  visit<T>(url: string, work: (clone: Clone, bounds: Bounds) => Promise<T>): Promise<T>;
  /** What a commit would become. @throws GitError, WorkError */
  plan(clone: Clone, commit: string, bounds: Bounds): Promise<RevisionPlan>;
  close(): Promise<void>;
}

export interface WorkshopOptions {
  readonly folder: string;
  readonly settings: PlanSettings;
  readonly rules: string;
  readonly limits: Limits;
  readonly threads: number;
  /** What lets git in: variables for its environment. */
  readonly credentials: (url: string) => Readonly<Record<string, string>>;
}

/** Questions to the network until all is there that the plan looks at. */
const MAXIMUM_ROUNDS = 20;

/** Manifests are small; a lockfile of a large repository has some megabytes. */
const MAXIMUM_BLOB = 16 << 20;

/** Megabytes; a plan of a repository with 100,000 files takes a tenth of it. */
const MAXIMUM_HEAP = 2048;

/** How often the disk is looked at, in milliseconds. */
const WATCH = 500;

export function openWorkshop(options: WorkshopOptions): Workshop {
  const { folder, settings, rules, limits } = options;
  const pool = new Tinypool({
    filename: new URL("plan-worker.js", import.meta.url).href,
    minThreads: 1,
    maxThreads: options.threads,
    idleTimeout: 30_000,
    // What takes more ends its thread, not the run.
    resourceLimits: { maxOldGenerationSizeMb: MAXIMUM_HEAP },
  });
  const run = (task: PlanTask, signal: AbortSignal): Promise<ReturnType<typeof planRevision>> =>
    pool.run(task, { signal }) as Promise<ReturnType<typeof planRevision>>;
  return {
    settings,
    rules,
    limits,
    async visit(url, work) {
      const own = mkdtempSync(join(folder, "clone-"));
      const bounds = boundsOf(own, limits);
      try {
        const clone = await openClone(url, own, { signal: bounds.signal, env: options.credentials(url) });
        return await work(clone, bounds);
      } catch (error) {
        // What was cut short complains of that; the reason is the bound.
        throw bounds.signal.aborted ? bounds.signal.reason : error;
      } finally {
        bounds.lift();
        rmSync(own, { recursive: true, force: true, maxRetries: 3 });
      }
    },
    async plan(clone, commit, bounds) {
      const entries = await clone.tree(commit);
      if (entries.length > limits.files)
        throw new WorkError(`it has ${entries.length} files, more than ${limits.files}. Raise --max-files.`);
      return await planEntries(entries, clone, bounds, (task) => run(task, bounds.signal), settings);
    },
    close: () => pool.destroy(),
  };
}

async function planEntries(
  entries: readonly TreeEntry[],
  clone: Clone,
  bounds: Bounds,
  run: (task: PlanTask) => Promise<ReturnType<typeof planRevision>>,
  settings: PlanSettings,
): Promise<RevisionPlan> {
  const blobs = new Map<string, string | null>();
  let wanted = likelyBlobs(entries);
  for (let round = 0; round < MAXIMUM_ROUNDS; round++) {
    for (const [hash, text] of await clone.blobs(wanted, MAXIMUM_BLOB)) blobs.set(hash, text);
    bounds.measure();
    const plan = await run({ entries, blobs, settings });
    if (!("missing" in plan)) return plan;
    wanted = plan.missing;
  }
  throw new WorkError(`it asks for more files after ${MAXIMUM_ROUNDS} rounds. Please report it.`);
}

/** What ends the work on a repository: it takes too long, or too much disk. */
export interface Bounds {
  readonly signal: AbortSignal;
  /** Looks at the disk now; else it is looked at from time to time. @throws WorkError */
  measure(): void;
}

function boundsOf(folder: string, limits: Limits): Bounds & { readonly lift: () => void } {
  const controller = new AbortController();
  const late = setTimeout(() => {
    controller.abort(new WorkError(`it takes longer than ${limits.seconds} s. Raise --max-seconds.`));
  }, limits.seconds * 1_000);
  const look = (): void => {
    if (bytesBelow(folder) > limits.bytes)
      controller.abort(new WorkError(`its copy takes more than ${limits.bytes >> 20} MB. Raise --max-megabytes.`));
  };
  const watch = setInterval(look, WATCH);
  return {
    signal: controller.signal,
    measure() {
      look();
      controller.signal.throwIfAborted();
    },
    lift: () => {
      clearTimeout(late);
      clearInterval(watch);
    },
  };
}

function bytesBelow(folder: string): number {
  let bytes = 0;
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      bytes += entry.isDirectory() ? bytesBelow(path) : lstatSync(path).size;
    }
  } catch {
    // git has removed it meanwhile.
  }
  return bytes;
}

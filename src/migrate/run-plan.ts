import type { Known } from "./ledger.js";
import type { PlanResult } from "./plan.js";
import type { Progress } from "./progress.js";
import type { Repository } from "./repository.js";
import { eachOf, readAhead, type Stop } from "./run.js";
import type { State } from "./state.js";

export interface PlanRun {
  readonly concurrency: number;
  /** Repositories to plan in this run; those that are done do not count. */
  readonly limit: number;
  /** Also those that are planned already. */
  readonly refresh: boolean;
  readonly rules: string;
}

export interface RunTotals {
  readonly done: number;
  readonly failed: number;
  /** Seen, and left as the ledger has them. */
  readonly before: number;
}

/** Plans every repository that the ledger has no plan of by these rules. `taken` is told when a result is in the ledger. */
export async function runPlan(
  repositories: AsyncIterable<Repository>,
  state: State,
  plan: (repository: Repository) => Promise<PlanResult>,
  run: PlanRun,
  stop: Stop,
  progress: Progress,
  taken: (repository: Repository) => Promise<void>,
): Promise<RunTotals> {
  const totals = { done: 0, failed: 0, before: 0 };
  let left = run.limit;
  const known = readAhead(repositories, (count) => {
    progress.expect(Math.min(count - totals.before, run.limit));
  });
  async function* due(): AsyncGenerator<Repository> {
    for await (const repository of known) {
      if (!run.refresh && isPlanned(state.ledger.find(repository.name), run.rules)) totals.before += 1;
      else if (left-- > 0) yield repository;
      else return;
    }
  }
  await eachOf(due(), run.concurrency, stop, async (repository) => {
    const { event, patch } = await plan(repository);
    // The patch is there before the ledger names it.
    if (event.event === "planned" && event.patch !== null) state.keepPatch(event.patch, patch);
    state.ledger.append(event);
    await taken(repository);
    totals.done += 1;
    if (event.event === "failed") totals.failed += 1;
    progress.done(event.event === "planned" ? event.outcome : "failed");
  });
  return totals;
}

function isPlanned(known: Known | undefined, rules: string): boolean {
  if (known?.planned === undefined || known.failed?.phase === "plan") return false;
  const hasMoved = known.applied?.state === "moved" && known.applied.patch === known.planned.patch;
  return known.planned.rules === rules && !hasMoved;
}

import type { Applied, Failed, Planned } from "./events.js";
import type { Known } from "./ledger.js";
import type { Progress } from "./progress.js";
import { isInShard } from "./repository.js";
import { eachOf, type Stop } from "./run.js";
import type { RunTotals } from "./run-plan.js";
import type { State } from "./state.js";

export interface ApplyRun {
  readonly concurrency: number;
  /** Repositories to work on in this run. */
  readonly limit: number;
  /** Also those that are applied already: what became of their pull requests is looked up. */
  readonly refresh: boolean;
  readonly shard: { readonly index: number; readonly count: number };
  /** No pull request may be opened any more: what has none waits for another run, and is not even looked at. */
  readonly isSpent: () => boolean;
}

/** Carries out every plan that is not carried out yet; `apply` gives undefined for one that must wait for another run. */
export async function runApply(
  state: State,
  apply: (planned: Planned) => Promise<Applied | Failed | undefined>,
  run: ApplyRun,
  stop: Stop,
  progress: Progress,
): Promise<RunTotals> {
  const totals = { done: 0, failed: 0, before: 0 };
  let left = run.limit;
  async function* due(): AsyncGenerator<Planned> {
    for (const known of dueOf(state, run)) {
      if (run.isSpent() && known.applied === undefined) continue;
      const planned = isApplied(known) && !run.refresh ? undefined : state.ledger.planned(known);
      if (planned === undefined) totals.before += 1;
      else if (left-- > 0) yield planned;
      else return;
      await Promise.resolve();
    }
  }
  await eachOf(due(), run.concurrency, stop, async (planned) => {
    const event = await apply(planned);
    if (event === undefined) return;
    state.ledger.append(event);
    totals.done += 1;
    if (event.event === "failed") totals.failed += 1;
    progress.done(event.event === "applied" ? event.state : "failed");
  });
  return totals;
}

/** Repositories in which something would change. */
export function* dueOf(state: State, run: Pick<ApplyRun, "shard">): Generator<Known> {
  for (const known of state.ledger.all()) {
    const isOurs = isInShard({ name: known.repository, url: known.url }, run.shard.index, run.shard.count);
    if (isOurs && known.planned?.outcome === "changed") yield known;
  }
}

/** What has moved waits for another plan, and is not tried again without one. */
const isApplied = ({ planned, applied, failed }: Known): boolean =>
  failed === undefined && applied !== undefined && applied.patch === planned?.patch;

const HOUR = 3_600_000;

/** Milliseconds since each write that the ledger knows of in the last hour: an hour's limit outlives a crash. `perPull`: writes for one that is opened. */
export function earlierWrites(state: State, perPull: number, now: number): readonly number[] {
  const writes: number[] = [];
  for (const { applied } of state.ledger.all()) {
    const count = applied?.state === "opened" ? perPull : applied?.state === "updated" ? 1 : 0;
    const ago = now - (applied?.time ?? 0);
    if (ago >= 0 && ago < HOUR) for (let index = 0; index < count; index++) writes.push(ago);
  }
  return writes;
}

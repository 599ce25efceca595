import { probability, union, type Changes } from "./changes.js";

/** One step of a stage, as far as the cost of an order needs it. */
export interface Item {
  readonly seconds: number;
  readonly changes: Changes;
}

/** A stage to be ordered. */
export interface Problem {
  readonly items: readonly Item[];
  /** May items `a` and `b`, `a` standing before `b`, not change places when all before `target` stays as it is? */
  readonly bound: (a: number, b: number, target: number) => boolean;
  /** Number of known commits. */
  readonly commits: number;
  /** The steps that may be moved up; all when not given. */
  readonly movable?: readonly number[];
}

/** Items `moved` go before item `target`, all others keep their order. */
export interface Move {
  readonly moved: readonly number[];
  readonly target: number;
  /** Seconds less per build, on average. */
  readonly gain: number;
}

/** Expected seconds of a rebuild: each step costs its time when it, or one before it, has changed. */
export function expectedSeconds(items: readonly Item[], commits: number): number {
  let sum = 0;
  let changed: Changes = { commits: new Set(), rate: 0 };
  for (const { seconds, changes } of items) {
    changed = union([changed, changes]);
    sum += seconds * probability(changed, commits);
  }
  return sum;
}

/**
 * The single legal move that saves most: a step, with those before it that it needs, to an earlier
 * place. undefined: none saves the seconds that `threshold` asks of the step. `margin`: share by which a longer move has to be better than a shorter one.
 */
export function bestMove(problem: Problem, threshold: (index: number) => number, margin = 0): Move | undefined {
  const { items, commits } = problem;
  const now = expectedSeconds(items, commits);
  const atMost = gainBound(problem);
  let best: Move | undefined;
  for (const [index, { seconds }] of items.entries()) {
    if (seconds === 0 || problem.movable?.includes(index) === false) continue;
    for (let target = index - 1; target >= 0; target--) {
      // A longer move has to be worth it.
      const wanted = Math.max(threshold(index), (best?.gain ?? 0) * (1 + margin) + 1e-9);
      if (atMost(target, index) < wanted) continue;
      const moved = needed(problem, index, target);
      if (moved === undefined) continue;
      const gain = now - expectedSeconds(reordered(items, moved, target), commits);
      if (gain >= wanted) best = { moved, target, gain };
    }
  }
  return best;
}

/** What the steps from `target` to `index` may save at most: if the odds before `target` held for all of them. */
function gainBound({ items, commits }: Problem): (target: number, index: number) => number {
  let changed: Changes = { commits: new Set(), rate: 0 };
  const odds = [0];
  const seconds = [0];
  const expected = [0];
  for (const [i, item] of items.entries()) {
    changed = union([changed, item.changes]);
    const chance = probability(changed, commits);
    odds.push(chance);
    seconds.push((seconds[i] ?? 0) + item.seconds);
    expected.push((expected[i] ?? 0) + item.seconds * chance);
  }
  const between = (sums: readonly number[], from: number, to: number): number =>
    (sums[to + 1] ?? 0) - (sums[from] ?? 0);
  return (target, index) => between(expected, target, index) - (odds[target] ?? 0) * between(seconds, target, index);
}

/** The item and all from `target` on that have to stand before it; undefined when that includes the target itself: nothing would move. */
function needed({ bound }: Problem, index: number, target: number): readonly number[] | undefined {
  const moved = [index];
  for (let i = index - 1; i >= target; i--) {
    if (!moved.some((one) => bound(i, one, target))) continue;
    if (i === target) return undefined;
    moved.unshift(i);
  }
  return moved;
}

/** The items in their new order. */
export function reordered<T>(items: readonly T[], moved: readonly number[], target: number): readonly T[] {
  const taken = new Set(moved);
  const pick = (index: number): readonly T[] => items.slice(index, index + 1);
  return items.flatMap((item, index) => {
    const own = taken.has(index) ? [] : [item];
    return index === target ? [...moved.flatMap(pick), ...own] : own;
  });
}

import { probability, union, type Changes } from "../../src/facts/cost/changes.js";
import { bestMove, expectedSeconds, reordered, type Item, type Problem } from "../../src/facts/cost/schedule.js";

const COMMITS = 20;

/** Numbers from 0 to 1 that can be made again (Mulberry32). */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000;
  };
}

interface Case {
  readonly items: readonly Item[];
  /** Pairs (a, b), a before b, that keep their order. */
  readonly pairs: ReadonlySet<string>;
}

/** A stage as stages are: most steps cheap or calm, a few costly or volatile, a third of the pairs dependent. */
function randomCase(steps: number, next: () => number): Case {
  const items = Array.from({ length: steps }, (): Item => {
    const volatile = next() < 0.3;
    const commits = new Set(Array.from({ length: COMMITS }, (_, i) => i).filter(() => volatile && next() < 0.8));
    return {
      seconds: next() < 0.5 ? next() : 5 + next() * 55,
      changes: { commits, rate: next() < 0.1 ? next() : 0.01 },
    };
  });
  const pairs = new Set<string>();
  for (let b = 0; b < steps; b++) for (let a = 0; a < b; a++) if (next() < 0.3) pairs.add(`${a} ${b}`);
  return { items, pairs };
}

/** Least expected seconds of all legal orders, by dynamic programming over the sets of steps that may stand first. */
function optimum({ items, pairs }: Case): number {
  const size = 1 << items.length;
  const best = new Float64Array(size).fill(Infinity);
  const changes: Changes[] = [{ commits: new Set(), rate: 0 }];
  best[0] = 0;
  for (let set = 0; set < size; set++) {
    const before = best[set] ?? Infinity;
    if (before === Infinity) continue;
    for (const [index, item] of items.entries()) {
      if (set & (1 << index)) continue;
      if (items.some((_, a) => pairs.has(`${a} ${index}`) && !(set & (1 << a)))) continue;
      const next = set | (1 << index);
      const changed = (changes[next] ??= union([changes[set] ?? { commits: new Set(), rate: 0 }, item.changes]));
      best[next] = Math.min(best[next] ?? Infinity, before + item.seconds * probability(changed, COMMITS));
    }
  }
  return best[size - 1] ?? Infinity;
}

/** What single moves, the best one after the other, come down to; and how many they were. */
function bySingleMoves({ items, pairs }: Case): { readonly seconds: number; readonly moves: number } {
  let order: readonly number[] = items.map((_, index) => index);
  for (let moves = 0; ; moves++) {
    const at = order;
    const problem: Problem = {
      items: at.flatMap((index) => items[index] ?? []),
      commits: COMMITS,
      bound: (a, b) => pairs.has(`${at[a] ?? -1} ${at[b] ?? -1}`) || pairs.has(`${at[b] ?? -1} ${at[a] ?? -1}`),
    };
    const move = bestMove(problem, () => 1e-6);
    if (move === undefined) return { seconds: expectedSeconds(problem.items, COMMITS), moves };
    order = reordered(at, move.moved, move.target);
  }
}

export interface Comparison {
  readonly cases: number;
  /** Mean seconds that the best order saves per build. */
  readonly possible: number;
  /** Share of it that single moves save. */
  readonly reached: number;
  /** Share of the cases in which they reach the optimum. */
  readonly exact: number;
  /** Moves per case. */
  readonly moves: number;
}

export function compareOrders(steps: number, cases: number, seed = 1): Comparison {
  const next = random(seed * 1000 + steps);
  const sums = { possible: 0, saved: 0, exact: 0, moves: 0 };
  for (let i = 0; i < cases; i++) {
    const one = randomCase(steps, next);
    const now = expectedSeconds(one.items, COMMITS);
    const [least, found] = [optimum(one), bySingleMoves(one)];
    sums.possible += now - least;
    sums.saved += now - found.seconds;
    sums.exact += found.seconds - least < 1e-6 ? 1 : 0;
    sums.moves += found.moves;
  }
  const { possible, saved, exact, moves } = sums;
  return { cases, possible: possible / cases, reached: saved / possible, exact: exact / cases, moves: moves / cases };
}

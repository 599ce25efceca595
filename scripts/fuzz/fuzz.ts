import type { Transform } from "../../src/transform.js";
import type { Coverage } from "./coverage.js";
import { KINDS, generateInput, type Input, type Kind } from "./inputs.js";
import { mutate } from "./mutate.js";
import { choose, percent, random, type Random } from "./random.js";
import { Account, type Tally } from "./account.js";
import { smallest } from "./smallest.js";
import { attempt, troubleOf } from "./trial.js";

export interface Plan {
  readonly seed: number;
  readonly executions: number;
  readonly seconds: number;
  /** Default: all, by their shares. */
  readonly kinds?: readonly Kind[];
  readonly transforms: readonly Transform[];
  /** What inputs are made from, beside the grammars. */
  readonly seeds: readonly Input[];
  /** Guides the choice of inputs when there is one. */
  readonly coverage?: Coverage | undefined;
  /** Told of each input before it is tried. */
  readonly watch?: (input: Input) => void;
  /** Told now and then how far it is. */
  readonly progress?: (tally: Tally) => void;
}

/** Of a hundred executions. */
const SHARES: Readonly<{ [kind in Kind]: number }> = { syntax: 41, shell: 32, ignore: 14, manifest: 10, engine: 3 };
const KIND_OF_PERCENT = KINDS.flatMap((kind) => Array<Kind>(SHARES[kind]).fill(kind));

/** One of so many batches of inputs is looked through for what it has reached: that takes several times as long as to try them. */
const BATCH = 200;
const NTH_BATCH = 64;
/** Kept inputs of a kind; then new ones take the places of old ones. */
const MOST_KEPT = 4000;

/** Tries inputs until the time is over. The same plan tries the same inputs. */
export function fuzz(plan: Plan): Tally {
  const { kinds = KINDS, coverage, transforms, executions, seconds, watch, progress } = plan;
  const pick = random(plan.seed);
  const pools = new Map(KINDS.map((kind) => [kind, plan.seeds.filter((one) => one.kind === kind)]));
  const tried = (input: Input): Input => {
    watch?.(input);
    return input;
  };
  const account = new Account((input, law) =>
    smallest(input, (smaller) => troubleOf(tried(smaller), transforms)?.law === law),
  );
  const end = performance.now() + seconds * 1000;
  const wanted = KIND_OF_PERCENT.filter((kind) => kinds.includes(kind));
  let batch: Input[] = [];
  for (let count = 1; count <= executions && performance.now() < end; count++) {
    const kind = choose(wanted, pick);
    const input = nextInput(kind, pools.get(kind) ?? [], pick);
    batch.push(input);
    account.add(input, attempt(tried(input), transforms));
    if (count % BATCH !== 0) continue;
    const turn = (count / BATCH) % NTH_BATCH;
    if (turn === 1) {
      for (const found of coverage === undefined
        ? []
        : newIn(batch, coverage, (one) => attempt(tried(one), transforms))) {
        account.keep();
        keep(found, pools.get(found.kind) ?? [], pick);
      }
      progress?.(account.tally(coverage?.share()));
    }
    // What ran since the last look is forgotten: the next batch counts by itself.
    if (turn === 0) coverage?.look();
    batch = [];
  }
  account.askBash();
  return account.tally(coverage?.share());
}

/** A new one, or a changed one of those that are kept. */
function nextInput(kind: Kind, pool: readonly Input[], pick: Random): Input {
  if (pool.length === 0 || percent(50, pick)) {
    const made = generateInput(kind, pick);
    return percent(70, pick) ? made : mutate(made, pool.length === 0 ? made : choose(pool, pick), pick);
  }
  const other = percent(50, pick) ? choose(pool, pick) : generateInput(kind, pick);
  return mutate(choose(pool, pick), other, pick);
}

/** Inputs that are run together, before it is asked which of them it was: a look costs as much as many runs. */
const GROUP = 10;

/** Those of a batch that reach what no other has reached: more runs of them tell. */
function newIn(batch: readonly Input[], coverage: Coverage, run: (input: Input) => unknown): readonly Input[] {
  if (coverage.look() === 0) return [];
  const found: Input[] = [];
  for (let at = 0; at < batch.length; at += GROUP) {
    const group = batch.slice(at, at + GROUP);
    group.forEach(run);
    if (coverage.look() === 0) continue;
    for (const input of group) {
      run(input);
      if (coverage.take() > 0) found.push(input);
    }
  }
  return found;
}

function keep(input: Input, pool: Input[], pick: Random): void {
  if (pool.length < MOST_KEPT) pool.push(input);
  else pool[pick(pool.length)] = input;
}

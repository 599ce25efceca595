import type { Transform } from "../../src/transform.js";
import type { Coverage } from "./coverage.js";
import { KINDS, generateInput, type Input, type Kind } from "./inputs.js";
import { check, type Outcome } from "./laws.js";
import { mutate } from "./mutate.js";
import { gitApplies, rejected } from "./programs.js";
import { choose, percent, random, type Random } from "./random.js";
import { smallest } from "./smallest.js";

export interface Plan {
  readonly seed: number;
  readonly executions: number;
  readonly seconds: number;
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

export interface Failure {
  /** The law that is broken, or where an error came from: the same for the same fault. */
  readonly law: string;
  readonly message: string;
  readonly input: Input;
  readonly smallest: Input;
  /** How many inputs have failed like that. */
  readonly times: number;
}

export interface Tally {
  readonly executions: Readonly<Record<Kind, number>>;
  /** Executions of the engine that changed something, and the transforms that did. */
  readonly rewritten: number;
  readonly fired: Readonly<Record<string, number>>;
  /** Scripts that bash was asked about, and patches that git was given. */
  readonly scripts: number;
  readonly patches: number;
  readonly coverage: number | undefined;
  readonly kept: number;
  readonly failures: readonly Failure[];
}

/** Of a hundred executions. */
const SHARES: Readonly<Record<Kind, number>> = { syntax: 32, shell: 34, ignore: 14, manifest: 15, engine: 5 };
const KIND_OF_PERCENT = KINDS.flatMap((kind) => Array<Kind>(SHARES[kind]).fill(kind));

/** One of so many batches of inputs is looked through for what it has reached: that takes five times as long as to try them. */
const BATCH = 200;
const NTH_BATCH = 16;
/** Scripts that bash is asked about at once. */
const SCRIPTS = 300;
/** Kept inputs of a kind; then new ones take the places of old ones. */
const MOST_KEPT = 4000;
const SLOW_MS = 1000;
/** One of so many scripts, and patches, is shown to bash and git: a process takes longer than a rewrite. */
const NTH_SCRIPT = 16;
const NTH_PATCH = 400;

/** Tries inputs until the time is over. The same plan tries the same inputs. */
export function fuzz(plan: Plan): Tally {
  const pick = random(plan.seed);
  const pool = new Map(KINDS.map((kind) => [kind, plan.seeds.filter((one) => one.kind === kind)]));
  const executions = { syntax: 0, shell: 0, ignore: 0, manifest: 0, engine: 0 };
  const fired: Record<string, number> = {};
  const failures = new Map<string, Failure>();
  let [count, batches, rewritten, scripts, patches, kept] = [0, 0, 0, 0, 0, 0];
  let unread: { readonly input: Input; readonly outcome: Outcome }[] = [];
  let batch: Input[] = [];
  const end = performance.now() + plan.seconds * 1000;
  const tally = (): Tally => ({
    executions: { ...executions },
    rewritten,
    fired,
    scripts,
    patches,
    coverage: plan.coverage?.share(),
    kept,
    failures: [...failures.values()],
  });

  const fail = (input: Input, { law, message }: Trouble): void => {
    const known = failures.get(law);
    if (known !== undefined) failures.set(law, { ...known, times: known.times + 1 });
    else {
      const small = smallest(input, (tried) => {
        plan.watch?.(tried);
        return troubleOf(tried, plan)?.law === law;
      });
      failures.set(law, { law, message, input, smallest: small, times: 1 });
      plan.progress?.(tally());
    }
  };
  const attempt = (input: Input): void => {
    plan.watch?.(input);
    const result = run(input, plan.transforms);
    if ("law" in result) {
      fail(input, result);
      return;
    }
    if (result.fired.length > 0) rewritten++;
    for (const name of result.fired) fired[name] = (fired[name] ?? 0) + 1;
    if (result.scripts.length > 0 && (input.kind === "engine" || count % NTH_SCRIPT === 0))
      unread.push({ input, outcome: result });
    if (result.changes.length > 0 && rewritten % NTH_PATCH === 1) {
      patches++;
      if (!gitApplies(result.changes)) fail(input, GIT);
    }
  };
  const askBash = (): void => {
    const all = unread.flatMap(({ outcome }) => outcome.scripts);
    const bad = new Set(rejected(all));
    scripts += all.length;
    for (const { input, outcome } of unread) if (outcome.scripts.some((one) => bad.has(one))) fail(input, BASH);
    unread = [];
  };
  /** Keeps those that reach what no other has reached. Which of a batch they are, another run of each tells. */
  const learn = (coverage: Coverage): void => {
    if (coverage.look() === 0) return;
    for (const input of batch) {
      plan.watch?.(input);
      run(input, plan.transforms);
      if (coverage.take() === 0) continue;
      kept++;
      const list = pool.get(input.kind) ?? [];
      if (list.length < MOST_KEPT) list.push(input);
      else list[pick(list.length)] = input;
    }
  };

  while (count < plan.executions && performance.now() < end) {
    const kind = choose(KIND_OF_PERCENT, pick);
    const input = nextInput(kind, pool.get(kind) ?? [], pick);
    count++;
    executions[kind]++;
    batch.push(input);
    attempt(input);
    if (batch.length === BATCH) {
      const turn = batches++ % NTH_BATCH;
      if (turn === 0 && plan.coverage !== undefined) learn(plan.coverage);
      // What ran since the last look is forgotten: the next batch counts by itself.
      if (turn === NTH_BATCH - 1) plan.coverage?.look();
      batch = [];
      if (unread.length > SCRIPTS) askBash();
      if (turn === 0) plan.progress?.(tally());
    }
  }
  askBash();
  return tally();
}

function nextInput(kind: Kind, pool: readonly Input[], pick: Random): Input {
  if (pool.length === 0 || percent(50, pick)) {
    const made = generateInput(kind, pick);
    return percent(70, pick) ? made : mutate(made, pool.length === 0 ? made : choose(pool, pick), pick);
  }
  const other = percent(50, pick) ? choose(pool, pick) : generateInput(kind, pick);
  return mutate(choose(pool, pick), other, pick);
}

interface Trouble {
  readonly law: string;
  readonly message: string;
}

const BASH: Trouble = { law: "bash reads every script", message: "bash rejects a script of this input" };
const GIT: Trouble = { law: "git applies the patch", message: "git does not make the text after of its patch" };
const SLOW: Trouble = { law: "no execution takes over 1 s", message: "this input takes over 1 s" };

/** What an execution comes to. One that takes long is tried once more, by the time of the processor: others use the machine as well. */
function run(input: Input, transforms: readonly Transform[]): Outcome | Trouble {
  const started = performance.now();
  try {
    const outcome = check(input, transforms);
    if (performance.now() - started < SLOW_MS) return outcome;
    const before = process.cpuUsage();
    check(input, transforms);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000 < SLOW_MS ? outcome : SLOW;
  } catch (error) {
    return { law: lawOf(error), message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** Everything that is wrong with one input, bash and git included. */
export function troubleOf(input: Input, { transforms }: Pick<Plan, "transforms">): Trouble | undefined {
  const result = run(input, transforms);
  if ("law" in result) return result;
  if (rejected(result.scripts).length > 0) return BASH;
  return result.changes.length === 0 || gitApplies(result.changes) ? undefined : GIT;
}

/** The first line of what is said, or the error and the function that threw it. */
function lawOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [said = ""] = error.message.split("\n");
  if (said.startsWith("broken law: ")) return said.slice("broken law: ".length);
  const place = /at (?:\S+ \()?\S*?((?:src|transforms)\/[\w/-]+\.[jt]s):/.exec(error.stack ?? "")?.[1] ?? "";
  return `${error.name} in ${place}: ${said.replace(/\d+|"[^]*?"|'[^]*?'/g, "_").slice(0, 100)}`;
}

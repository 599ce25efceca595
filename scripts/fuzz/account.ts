import { KINDS, type Input, type Kind } from "./inputs.js";
import type { Outcome } from "./engine-laws.js";
import { gitApplies, rejected } from "./programs.js";
import { BASH, GIT, type Trouble } from "./trial.js";

export interface Failure extends Trouble {
  readonly input: Input;
  readonly smallest: Input;
  /** How many inputs have failed like that; the first of a law counts those that are not told by themselves. */
  readonly times: number;
}

/** What a run has come to so far; plain data. */
export interface Tally {
  readonly executions: Readonly<Record<Kind, number>>;
  /** Executions of the engine that changed something, and how often each transform did. */
  readonly rewritten: number;
  readonly fired: Readonly<Record<string, number>>;
  /** Scripts that bash was asked about, and patches that git was given. */
  readonly scripts: number;
  readonly patches: number;
  /** Share of the characters of dockopt's own modules that have run; undefined: nobody counts. */
  readonly coverage: number | undefined;
  /** Inputs that have reached what no other had. */
  readonly kept: number;
  readonly failures: readonly Failure[];
}

export const NOTHING_YET: Tally = {
  executions: { syntax: 0, shell: 0, ignore: 0, manifest: 0, engine: 0 },
  rewritten: 0,
  fired: {},
  scripts: 0,
  patches: 0,
  coverage: undefined,
  kept: 0,
  failures: [],
};

export const executionsOf = ({ executions }: Tally): number => KINDS.reduce((sum, kind) => sum + executions[kind], 0);

/** One of so many scripts, and patches, is shown to bash and git: a process takes longer than a rewrite. */
const NTH_SCRIPT = 16;
const NTH_PATCH = 400;
/** Scripts that bash is asked about at once. */
const SCRIPTS = 300;

const MOST_OF_A_LAW = 4;

/** Keeps account of a run; `shrink` makes the smallest input of one that fails. */
export class Account {
  #tally = NOTHING_YET;
  readonly #failures = new Map<string, Failure[]>();
  #unread: { readonly input: Input; readonly outcome: Outcome }[] = [];

  constructor(private readonly shrink: (input: Input, law: string) => Input) {}

  tally(coverage: number | undefined): Tally {
    return { ...this.#tally, coverage, failures: [...this.#failures.values()].flat() };
  }

  keep(): void {
    this.#tally = { ...this.#tally, kept: this.#tally.kept + 1 };
  }

  add(input: Input, result: Outcome | Trouble): void {
    const { executions } = this.#tally;
    this.#tally = { ...this.#tally, executions: { ...executions, [input.kind]: executions[input.kind] + 1 } };
    if ("law" in result) this.#fail(input, result);
    else this.#addOutcome(input, result);
  }

  #addOutcome(input: Input, outcome: Outcome): void {
    const { fired, changes, scripts } = outcome;
    if (fired.length > 0) {
      const counts = Object.fromEntries(fired.map((name) => [name, (this.#tally.fired[name] ?? 0) + 1]));
      const rewritten = this.#tally.rewritten + 1;
      this.#tally = { ...this.#tally, rewritten, fired: { ...this.#tally.fired, ...counts } };
      if (rewritten % NTH_PATCH === 1 && changes.length > 0) this.#askGit(input, outcome);
    }
    if (scripts.length > 0 && (input.kind === "engine" || this.#tally.executions[input.kind] % NTH_SCRIPT === 0))
      this.#unread.push({ input, outcome });
    if (this.#unread.length > SCRIPTS) this.askBash();
  }

  #askGit(input: Input, { changes }: Outcome): void {
    this.#tally = { ...this.#tally, patches: this.#tally.patches + 1 };
    if (!gitApplies(changes)) this.#fail(input, GIT);
  }

  /** Asks about all scripts that it was not asked about yet. */
  askBash(): void {
    const all = this.#unread.flatMap(({ outcome }) => outcome.scripts);
    const bad = new Set(rejected(all));
    this.#tally = { ...this.#tally, scripts: this.#tally.scripts + all.length };
    for (const { input, outcome } of this.#unread)
      if (outcome.scripts.some((one) => bad.has(one))) this.#fail(input, BASH);
    this.#unread = [];
  }

  /** A law may be broken in several ways: some inputs are made small before the rest is only counted. */
  #fail(input: Input, { law, message }: Trouble): void {
    const known = this.#failures.get(law) ?? [];
    this.#failures.set(law, known);
    const [first] = known;
    const small = known.length < MOST_OF_A_LAW ? this.shrink(input, law) : undefined;
    const isNew = small !== undefined && !known.some(({ smallest }) => smallest.text === small.text);
    if (isNew) known.push({ law, message, input, smallest: small, times: 1 });
    else if (first !== undefined) known[0] = { ...first, times: first.times + 1 };
  }
}

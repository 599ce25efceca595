import { changesOf, probability, type Changes } from "./changes.js";
import { shorten } from "../effects.js";
import type { Facts } from "../facts.js";
import { areThere } from "../file-order.js";
import { conflict, isMetadata } from "../order.js";
import { isWithin } from "../paths.js";
import { stepOf, type Conflict, type Step } from "../step.js";
import { bestMove, expectedSeconds, type Item, type Move } from "./schedule.js";
import { instructionSeconds } from "./seconds.js";
import { DEFAULT_THRESHOLDS } from "./thresholds.js";
import type { Instruction } from "../../syntax/nodes.js";

/** Metadata on a linear builder: a layer for nothing, and nothing can go wrong with it. */
const METADATA_SECONDS = 0.2;
/** What is crossed has to change with more than every fourth build: below, the order is a matter of taste. */
const VOLATILE_SHARE = 0.25;
/** A longer move has to be better by this share. */
const MARGIN = 0.1;

/** More instructions than any stage that people write; the search is quadratic. */
const LONGEST_STAGE = 400;

const CALM: Changes = { commits: new Set(), rate: 0 };

/** One step of a stage with its cost. */
export interface CostedStep {
  readonly step: Step;
  readonly seconds: number;
}

export const costed = (instruction: Instruction, facts: Facts): CostedStep => ({
  step: stepOf(instruction, facts),
  seconds: instructionSeconds(instruction, facts),
});

/** May two steps, by their positions, not change places while all before `target` stays? Computed when asked, once. */
export type Bound = (a: number, b: number, target: number) => boolean;

/**
 * The move worth making in a stage (FROM left out), if any: of a RUN, or of metadata on a linear builder; what it needs comes along.
 * `only`: of this step alone, which is part of a RUN: a layer more has to be worth it in seconds.
 */
export function worthwhileMove(
  steps: readonly CostedStep[],
  facts: Facts,
  only?: number,
): (Move & { readonly bound: Bound }) | undefined {
  if (steps.length > LONGEST_STAGE) return undefined;
  const commits = facts.evidence.history?.commits.length ?? 0;
  const items = steps.map(({ step, seconds }): Item => {
    const { instruction } = step;
    return { seconds, changes: changesOften(instruction, facts) ? changesOf(instruction, facts) : CALM };
  });
  const { seconds, share, minSeconds } = facts.evidence.thresholds ?? DEFAULT_THRESHOLDS;
  const enough = only === undefined ? Math.min(seconds, share * expectedSeconds(items, commits)) : seconds;
  const threshold = Math.max(minSeconds, enough);
  const bound = boundIn(
    steps.map((one) => one.step),
    facts,
  );
  const movable = only === undefined ? [...steps.keys()].filter((index) => isMovable(steps[index], facts)) : [only];
  const problem = { items, commits, bound, movable };
  const isFree = (index: number): boolean => steps[index] !== undefined && isMetadata(steps[index].step.instruction);
  const move = bestMove(problem, (index) => (isFree(index) ? METADATA_SECONDS : threshold), MARGIN);
  return move === undefined ? undefined : { ...move, bound };
}

/** Is it worth crossing? */
export const changesOften = (instruction: Instruction, facts: Facts): boolean =>
  probability(changesOf(instruction, facts), facts.evidence.history?.commits.length ?? 0) >= VOLATILE_SHARE;

function isMovable(one: CostedStep | undefined, facts: Facts): boolean {
  if (one === undefined) return false;
  const { instruction } = one.step;
  return instruction.kind === "RUN" || (facts.evidence.builder === "linear" && isMetadata(instruction));
}

function boundIn(steps: readonly Step[], facts: Facts): Bound {
  const known = new Map<number, Conflict | undefined>();
  return (a, b, target) => {
    const [x, y] = [steps[a], steps[b]];
    if (x === undefined || y === undefined) return true;
    const key = a * steps.length + b;
    if (!known.has(key)) known.set(key, aboutSource(x, y) ?? aboutSource(y, x) ?? conflict(x, y, facts.context));
    const found = known.get(key);
    return found !== undefined && !areThere(found, steps.slice(0, target));
  };
}

/** Work below a copied directory belongs to the source, even where the context has nothing at that path today. */
function aboutSource({ effects }: Step, { copy }: Step): Conflict | undefined {
  return effects?.writes.some((path) => copy?.dest !== undefined && isWithin(path, copy.dest)) === true
    ? { reason: "works on the source" }
    : undefined;
}

/** "above `COPY . .` (line 5), which 15 of the last 20 commits change: about 14 s less per rebuild" */
export function describeGain(crossed: readonly Instruction[], gain: number, facts: Facts): string {
  const commits = facts.evidence.history?.commits.length ?? 0;
  const chance = (one: Instruction): number => probability(changesOf(one, facts), commits);
  const most = Math.max(...crossed.map(chance));
  const worst = crossed.find((one) => chance(one) > 0.9 * most);
  if (worst === undefined) return "";
  const touching = changesOf(worst, facts).commits.size;
  const often =
    touching > 0
      ? `which ${touching} of the last ${commits} commits change`
      : `which changes in about ${Math.round(100 * chance(worst))} of 100 builds (assumed)`;
  return `above ${nameOf(worst)} (line ${worst.startLine}), ${often}: about ${gain.toFixed(gain < 10 ? 1 : 0)} s less per rebuild`;
}

export const nameOf = (one: Instruction): string =>
  `\`${shorten([one.kind, ...one.flags.map((flag) => flag.text), one.body.text].join(" "))}\``;

/** What a reviewer should know when packages are no longer installed with every source edit. */
export function refreshNotes(text: string): readonly string[] {
  return /\b(?:apt|apt-get|apk|yum|dnf|pip3?|npm|gem)\b/.test(text)
    ? ["what it installs is now refreshed when its own line changes, or with --no-cache, not with every source edit"]
    : [];
}

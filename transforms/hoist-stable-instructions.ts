import { changesOf, probability, type Changes } from "../src/facts/changes.js";
import { shorten } from "../src/facts/effects.js";
import type { Facts } from "../src/facts/facts.js";
import { makes, worksBelow } from "../src/facts/file-order.js";
import { conflict, stepOf, type Conflict, type Step } from "../src/facts/order.js";
import { bestMove, expectedSeconds, reordered, type Item, type Move } from "../src/facts/schedule.js";
import { instructionSeconds } from "../src/facts/seconds.js";
import { isVolatile } from "../src/facts/volatile.js";
import {
  arrange,
  blankLines,
  detachedComments,
  gluedComments,
  leadOf,
  ownLines,
  type Piece,
} from "../src/syntax/arrange.js";
import type { Instruction, Stage } from "../src/syntax/nodes.js";
import { defineTransform, type Proposal } from "../src/transform.js";

/** What a move has to save to be worth a reviewer's time: this share of the stage's expected rebuild, or so many seconds. */
const SHARE = 0.15;
const SECONDS = 5;
/** In any case. */
const LEAST_SECONDS = 1;
/** What is crossed has to change with more than every fourth build: below, the order is a matter of taste. */
const VOLATILE_SHARE = 0.25;
/** A longer move has to be better by this share. */
const MARGIN = 0.03;

/** More instructions than any stage that people write; the search is quadratic. */
const LONGEST_STAGE = 400;

const CALM: Changes = { commits: new Set(), rate: 0 };

export default defineTransform({
  name: "hoist-stable-instructions",
  summary: "Run stable, costly steps above what changes with every build",
  docs: `
A layer is rebuilt when its instruction, its inputs or anything before it has changed. \`apt-get install\` behind \`COPY . .\` runs again
after every edit; an \`ARG GIT_SHA\` above \`npm ci\` makes every build a full one. This transform moves one step at a time, with the ENV, ARG and WORKDIR
that it needs, to where it saves most: the expected seconds of a rebuild are the sum over all steps of the step's time by the odds that it, or one
before it, has changed. The odds come from the repository's history (how many of the last commits touched what a COPY copies), else
from stated defaults; the seconds from a recorded build (\`--timings\`), else from a table by command.

It does nothing that saves less than 5 s and less than 15 % of the stage's expected rebuild, crosses only what changes with more than every fourth
build, and leaves steps of equal cost as they are written. Metadata (LABEL,
EXPOSE, CMD ...) costs nothing on BuildKit and stays; with \`--builder linear\` (buildah, kaniko, the classic builder) it counts as well. A step that dockopt
does not know is never crossed.

Packages are then refreshed only when their own line changes, or with \`--no-cache\`, instead of with every source edit. ARGs and ENVs named like build
metadata (VERSION, GIT_SHA, BUILD_DATE) are taken to mean nothing to a known program that does not mention them.
`,
  safety: "safe",
  *propose(document, facts) {
    for (const stage of document.stages) {
      const proposal = consider(stage, facts);
      if (proposal !== undefined) yield proposal;
    }
  },
});

function consider(stage: Stage, facts: Facts): Proposal | undefined {
  const instructions = stage.instructions.slice(1);
  if (instructions.length > LONGEST_STAGE) return undefined;
  const commits = facts.evidence.history?.commits.length ?? 0;
  const items = instructions.map((one): Item => {
    const changes = changesOf(one, facts);
    const calm = probability(changes, commits) < VOLATILE_SHARE;
    return { seconds: instructionSeconds(one, facts), changes: calm ? CALM : changes };
  });
  const threshold = Math.max(LEAST_SECONDS, Math.min(SECONDS, SHARE * expectedSeconds(items, commits)));
  const bound = conflicts(instructions, facts);
  const move = bestMove({ items, commits, bound }, threshold, MARGIN);
  if (move === undefined) return undefined;
  const { moved, target, gain } = sunkToFirstUse(move, instructions, bound);
  const [first, last] = [instructions[target], instructions[moved.at(-1) ?? target]];
  const costly = [...moved]
    .sort((a, b) => (items[b]?.seconds ?? 0) - (items[a]?.seconds ?? 0))
    .map((index) => instructions[index])[0];
  if (first === undefined || last === undefined || costly === undefined) return undefined;
  const stretch = instructions.slice(target, instructions.indexOf(last) + 1);
  const order = reordered(
    stretch,
    moved.map((index) => index - target),
    0,
  );
  return {
    at: costly,
    message: describe(
      costly,
      stretch.filter((one) => !moved.includes(instructions.indexOf(one))),
      gain,
      facts,
    ),
    edits: [arrange(facts.document, first, last, pieces(stretch, order, facts))],
    notes: /\b(?:apt|apt-get|apk|yum|dnf|pip3?|npm|gem)\b/.test(costly.body.text)
      ? ["what it installs is now refreshed when its own line changes, or with --no-cache, not with every source edit"]
      : [],
  };
}

/** Which pairs of the stage's instructions may not change places; computed when asked, once. */
function conflicts(
  instructions: readonly Instruction[],
  facts: Facts,
): (a: number, b: number, target: number) => boolean {
  const steps: (Step | undefined)[] = [];
  const known = new Map<number, Conflict | undefined>();
  const step = (index: number): Step | undefined => {
    const instruction = instructions[index];
    return (steps[index] ??= instruction && stepOf(instruction, facts));
  };
  return (a, b, target) => {
    const [x, y] = [step(a), step(b)];
    if (x === undefined || y === undefined) return true;
    const key = a * instructions.length + b;
    if (!known.has(key)) known.set(key, aboutSource(x, y) ?? aboutSource(y, x) ?? conflict(x, y, facts.context));
    const found = known.get(key);
    const made = found?.unlessMade;
    const there = made !== undefined && instructions.slice(0, target).some((_, index) => makes(step(index) ?? x, made));
    return found !== undefined && !there;
  };
}

/** Work below a copied directory belongs to the source, even where the context has nothing at that path today. */
function aboutSource({ effects }: Step, { copy, instruction }: Step): Conflict | undefined {
  return effects !== undefined && copy !== undefined && instruction.kind !== "RUN" && worksBelow(effects, copy)
    ? { reason: "works on the source" }
    : undefined;
}

/** What is left behind goes down to its first use when it is nothing but build metadata. */
function sunkToFirstUse(
  move: Move,
  instructions: readonly Instruction[],
  bound: (a: number, b: number, target: number) => boolean,
): Move {
  const last = move.moved.at(-1) ?? move.target;
  const left = [...instructions.keys()].filter(
    (index) => index >= move.target && index <= last && !move.moved.includes(index),
  );
  if (!left.every((index) => isVolatile(instructions[index] as Instruction))) return move;
  const use = instructions.findIndex((_, index) => index > last && left.some((one) => bound(one, index, move.target)));
  if (use < 0) return move;
  const between = [...instructions.keys()].filter((index) => index > last && index < use);
  return { ...move, moved: [...move.moved, ...between] };
}

function describe(costly: Instruction, left: readonly Instruction[], gain: number, facts: Facts): string {
  const commits = facts.evidence.history?.commits.length ?? 0;
  const chance = (one: Instruction): number => probability(changesOf(one, facts), commits);
  const most = Math.max(...left.map(chance));
  const worst = left.find((one) => chance(one) > 0.9 * most);
  const name = (one: Instruction): string =>
    `\`${shorten([one.kind, ...one.flags.map((flag) => flag.text), one.body.text].join(" "))}\``;
  if (worst === undefined) return `moves ${name(costly)} up`;
  const touching = changesOf(worst, facts).commits.size;
  const often =
    touching > 0
      ? `which ${touching} of the last ${commits} commits change`
      : `which changes in about ${Math.round(100 * chance(worst))} of 100 builds (assumed)`;
  return `runs ${name(costly)} above ${name(worst)} (line ${worst.startLine}), ${often}: about ${gain.toFixed(gain < 10 ? 1 : 0)} s less per rebuild`;
}

/** The stretch in its new order: every instruction with its comments; blank lines stay where they set apart what still stands there. */
function pieces(stretch: readonly Instruction[], order: readonly Instruction[], facts: Facts): readonly Piece[] {
  const { document } = facts;
  const [oldFirst] = stretch;
  const [newFirst] = order;
  if (oldFirst === undefined || newFirst === undefined) return [];
  const lead = leadOf(document, oldFirst);
  const section = detachedComments(lead);
  return order.map((one): Piece => {
    const text = gluedComments(document, one) + ownLines(document, one);
    const own = leadOf(document, one);
    if (one === newFirst) return { lead: lead.slice(0, lead.length - section.length) + detachedComments(own), text };
    if (one === oldFirst) return { lead: section === "" ? blankLines(leadOf(document, newFirst)) : section, text };
    return { lead: own, text };
  });
}

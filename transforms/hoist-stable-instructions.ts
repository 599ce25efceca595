import type { Facts } from "../src/facts/facts.js";
import { reordered } from "../src/facts/cost/schedule.js";
import { costed, describeGain, nameOf, refreshNotes, worthwhileMove } from "../src/facts/cost/stage-order.js";
import { isVolatile } from "../src/facts/volatile.js";
import { arrange, inNewOrder } from "../src/syntax/arrange.js";
import type { Instruction, Stage } from "../src/syntax/nodes.js";
import { defineTransform, type Proposal } from "../src/transform.js";

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
build, and leaves steps of equal cost as they are written. Metadata (LABEL, EXPOSE, CMD ...) costs nothing on BuildKit and stays; with
\`--builder linear\` (buildah, kaniko, the classic builder) it counts as well. A step that dockopt does not know is never crossed.

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
  const steps = stage.instructions.slice(1).map((one) => costed(one, facts));
  const instructions = steps.map(({ step }) => step.instruction);
  const move = worthwhileMove(steps, facts);
  if (move === undefined) return undefined;
  const { target, gain } = move;
  const [costly] = [...move.moved].sort((a, b) => (steps[b]?.seconds ?? 0) - (steps[a]?.seconds ?? 0));
  const moved = [...move.moved, ...upToFirstUse(move, instructions)];
  const stretch = instructions.slice(target, (moved.at(-1) ?? target) + 1);
  const order = reordered(
    stretch,
    moved.map((index) => index - target),
    0,
  );
  const [first, last] = [stretch[0], stretch.at(-1)];
  const at = instructions[costly ?? target];
  if (first === undefined || last === undefined || at === undefined) return undefined;
  const crossed = stretch.filter((_, index) => !moved.includes(index + target));
  return {
    at,
    message: `runs ${nameOf(at)} ${describeGain(crossed, gain, facts)}`,
    edits: [arrange(facts.document, first, last, inNewOrder(facts.document, stretch, order))],
    notes: refreshNotes(at.body.text),
  };
}

/** Nothing but build metadata left behind goes on down to its first use: what stands before that comes along. */
function upToFirstUse(
  { moved, target, bound }: NonNullable<ReturnType<typeof worthwhileMove>>,
  instructions: readonly Instruction[],
): readonly number[] {
  const last = moved.at(-1) ?? target;
  const all = [...instructions.keys()];
  const left = all.filter((index) => index >= target && index <= last && !moved.includes(index));
  if (!instructions.every((one, index) => !left.includes(index) || isVolatile(one))) return [];
  const use = all.find((index) => index > last && left.some((one) => bound(one, index, target)));
  return use === undefined ? [] : all.filter((index) => index > last && index < use);
}

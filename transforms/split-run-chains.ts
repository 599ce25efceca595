import { cutRun } from "../src/facts/cut-run.js";
import { joinEffects, shorten } from "../src/facts/effects.js";
import type { CommandFact, Facts } from "../src/facts/facts.js";
import { isCleaning } from "../src/facts/families.js";
import { changesShell } from "../src/facts/fragments.js";
import { isSetup } from "../src/facts/install-part.js";
import { isSystemPath, mayOverlap } from "../src/facts/paths.js";
import { commandSeconds } from "../src/facts/cost/seconds.js";
import {
  changesOften,
  costed,
  describeGain,
  refreshNotes,
  worthwhileMove,
  type CostedStep,
} from "../src/facts/cost/stage-order.js";
import { arrange, blankLines, blockText, detachedComments, leadOf, type Piece } from "../src/syntax/arrange.js";
import type { Instruction, RunInstruction, Stage } from "../src/syntax/nodes.js";
import { defineTransform, type Proposal } from "../src/transform.js";

/** More commands than any chain that people write; the search is quadratic. */
const LONGEST_CHAIN = 200;

export default defineTransform({
  name: "split-run-chains",
  summary: "Run the stable part of a RUN chain above what changes with every build",
  docs: `
\`COPY . .\` before \`RUN apt-get update && apt-get install -y gcc && make\` installs packages again after every edit, because the packages share a RUN with the
build. This transform takes the leading commands that do not need what is above them (packages, tools) into a RUN of their own and puts that where
it is rarely rebuilt; the rest stays where it is. What it is worth is judged as by \`hoist-stable-instructions\`.

Only plain \`&&\` chains are taken apart; \`cd\`, \`export\`, \`set\` and \`umask\` are said again in the second RUN. A clean-up stays in the layer of what it
cleans, and nothing is split where it stands: two RUNs in a row are not cached better than one.
`,
  safety: "safe",
  *propose(document, facts) {
    for (const stage of document.stages) {
      // Below what seldom changes nothing is won.
      const first = stage.instructions.findIndex((one) => changesOften(one, facts));
      for (const run of first < 0 ? [] : stage.instructions.slice(first + 1)) {
        const proposal = run.kind === "RUN" && facts.script(run).flatChain ? consider(run, stage, facts) : undefined;
        if (proposal !== undefined) yield proposal;
      }
    }
  },
});

function consider(run: RunInstruction, stage: Stage, facts: Facts): Proposal | undefined {
  const { items } = facts.script(run);
  if (items.length > LONGEST_CHAIN) return undefined;
  // The longest part that may go, so that least is left behind.
  for (let end = items.length - 1; end > 0; end--) {
    const proposal = split(run, end, stage, facts);
    if (proposal !== undefined) return proposal;
  }
  return undefined;
}

function split(run: RunInstruction, end: number, stage: Stage, facts: Facts): Proposal | undefined {
  const head = part(run, facts, 0, end);
  if (!isApart(run, end, facts) || head === undefined || head.step.effects?.opaque !== undefined) return undefined;
  const rest = part(run, facts, end, Infinity);
  const instructions = stage.instructions.slice(1);
  const at = instructions.indexOf(run);
  const steps = instructions.flatMap((one) =>
    one === run && rest !== undefined ? [head, rest] : [costed(one, facts)],
  );
  const move = worthwhileMove(steps, facts, at);
  const cut = cutRun(run, end, facts);
  const first = instructions[move?.target ?? -1];
  if (move === undefined || cut === undefined || first === undefined) return undefined;
  const stretch = instructions.slice(move.target, at);
  const companions = stretch.filter((one) => move.moved.includes(instructions.indexOf(one)));
  const crossed = stretch.filter((one) => !companions.includes(one));
  const text = facts
    .script(run)
    .items.slice(0, end)
    .map((item) => facts.document.source.slice(item.start, item.end))
    .join(" && ");
  return {
    at: run,
    message: `runs \`${shorten(text)}\` in a RUN of its own ${describeGain(crossed, move.gain, facts)}`,
    edits: [arrange(facts.document, first, run, pieces(companions, crossed, cut, run, facts))],
    notes: refreshNotes(text),
  };
}

/** Does the rest neither clean up behind the head, nor lean on what the head leaves in the shell? */
function isApart(run: RunInstruction, end: number, facts: Facts): boolean {
  const commands = facts.commands(run);
  const head = commands.filter(({ item }) => item < end);
  const leaks = head.some(({ command }) => changesShell(command) && !isSetup(command));
  const left = head.flatMap(({ effects }) => effects.writes);
  return !leaks && !commands.some((fact) => fact.item >= end && isCleaning(fact) && takesFrom(fact, left));
}

function takesFrom({ effects }: CommandFact, left: readonly string[]): boolean {
  if (effects.opaque !== undefined || effects.system === "writes") return true;
  return effects.writes.some((path) => isSystemPath(path) || left.some((other) => mayOverlap(path, other)));
}

/** Items [from, to) of the RUN as a step of its own; undefined when there are none. */
function part(run: RunInstruction, facts: Facts, from: number, to: number): CostedStep | undefined {
  const own = facts.commands(run).filter(({ item }) => item >= from && item < to);
  if (own.length === 0) return undefined;
  const effects = facts.inImage(joinEffects(own.map((fact) => fact.effects)), run);
  return {
    step: { instruction: run, state: facts.state(run), effects },
    seconds: own.reduce((sum, fact) => sum + commandSeconds(fact), 0),
  };
}

function pieces(
  companions: readonly Instruction[],
  crossed: readonly Instruction[],
  cut: { readonly head: string; readonly tail: string },
  run: RunInstruction,
  facts: Facts,
): readonly Piece[] {
  const { document } = facts;
  const [oldFirst] = [...companions, ...crossed].sort((a, b) => a.index - b.index);
  const lead = oldFirst === undefined ? "" : leadOf(document, oldFirst);
  const section = detachedComments(lead);
  const own = leadOf(document, run);
  const early: Piece[] = [
    ...companions.map((one): Piece => ({ lead: leadOf(document, one), text: blockText(document, one) })),
    { lead: detachedComments(own), text: cut.head },
  ];
  const late: Piece[] = [
    ...crossed.map((one): Piece => ({
      lead: one !== oldFirst ? leadOf(document, one) : section === "" ? blankLines(own) : section,
      text: blockText(document, one),
    })),
    { lead: blankLines(own), text: cut.tail },
  ];
  const [opening, ...rest] = early;
  if (opening === undefined) return late;
  return [
    { ...opening, lead: lead.slice(0, lead.length - section.length) + detachedComments(opening.lead) },
    ...rest,
    ...late,
  ];
}

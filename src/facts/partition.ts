import type { Instruction } from "../syntax/nodes.js";
import { owner } from "./copies.js";
import { variablesIn } from "./expand.js";
import type { Facts } from "./facts.js";
import { areThere, worksBelow } from "./file-order.js";
import { conflict, isMetadata } from "./order.js";
import { stepOf, type Conflict, type Step } from "./step.js";
import { isOpaque } from "./paths.js";
import { isVolatile } from "./volatile.js";

/** What lies between the first wide copy and the install, told apart: what stays before the install, what follows it. */
export interface Partition {
  readonly before: readonly Instruction[];
  /** The wide copies among them, in order. */
  readonly after: readonly Instruction[];
  /** Right only when the copies' directory is made where the first of them stands now, by the same owner. */
  readonly needsAnchor: boolean;
  /** Wide copies with a relative destination that now stand behind another WORKDIR. */
  readonly rebased: ReadonlySet<Instruction>;
}

/**
 * Splits the instructions between wide copies and install so that every pair that changes places commutes.
 * `movable` tells the wide copies; `install` is the install with what it reads and writes.
 */
export function partition(
  between: readonly Instruction[],
  movable: ReadonlySet<Instruction>,
  install: Step,
  facts: Facts,
): Partition | Conflict {
  const eager = divide(between, movable, install, facts, true);
  if (!("reason" in eager)) return eager;
  const plain = divide(between, movable, install, facts, false);
  return "reason" in plain ? eager : plain;
}

function divide(
  between: readonly Instruction[],
  movable: ReadonlySet<Instruction>,
  install: Step,
  facts: Facts,
  sinkVolatile: boolean,
): Partition | Conflict {
  const before: Instruction[] = [];
  const after: Step[] = [];
  const rebased = new Set<Instruction>();
  let needsAnchor = false;
  const earlier = stepsBefore(between[0], facts);
  for (const instruction of between) {
    const step = stepOf(instruction, facts);
    if (movable.has(instruction)) {
      after.push(step);
      continue;
    }
    const sinks =
      sinkVolatile && isVolatile(instruction) && !mentions(install.instruction, instruction)
        ? undefined
        : unlessThere(conflict(step, install, facts.context), earlier);
    const crossing = after.flatMap((other) => {
      if (isRebasable(other, instruction, facts)) return [];
      return unlessThere(conflict(other, step, facts.context), earlier) ?? [];
    });
    const blocked = crossing.find((one) => one.unlessMade === undefined);
    const othersFollow = after.some((one) => !movable.has(one.instruction));
    const follows =
      sinks === undefined && (prefersAfter(instruction, othersFollow, sinkVolatile) || worksOnCopied(step, after));
    if (follows || (blocked !== undefined && sinks === undefined)) after.push(step);
    else if (blocked === undefined) {
      needsAnchor ||= crossing.length > 0;
      for (const other of after) if (isRebasable(other, instruction, facts)) rebased.add(other.instruction);
      before.push(instruction);
    } else return { reason: blocked.reason };
  }
  return { before, after: after.map((step) => step.instruction), needsAnchor, rebased };
}

function unlessThere(found: Conflict | undefined, earlier: readonly Step[]): Conflict | undefined {
  return areThere(found, earlier) ? undefined : found;
}

function stepsBefore(first: Instruction | undefined, facts: Facts): readonly Step[] {
  const stage = first && facts.document.stages[first.stage];
  const own = stage?.instructions.filter((one) => /^(?:WORKDIR|COPY|ADD|RUN)$/.test(one.kind));
  return own?.filter((one) => one.index < (first?.index ?? 0)).map((one) => stepOf(one, facts)) ?? [];
}

/** What comes from another stage changes with its source; metadata stays where fewer lines move. */
function prefersAfter(instruction: Instruction, othersFollow: boolean, sinkVolatile: boolean): boolean {
  if (instruction.kind === "COPY" && instruction.from !== undefined) return true;
  return (sinkVolatile && isVolatile(instruction)) || (isMetadata(instruction) && othersFollow);
}

function worksOnCopied({ effects }: Step, after: readonly Step[]): boolean {
  return effects !== undefined && after.some(({ copy }) => copy !== undefined && worksBelow(effects, copy));
}

function mentions(run: Instruction, instruction: Instruction): boolean {
  const names =
    instruction.kind === "ARG" || instruction.kind === "ENV" ? instruction.pairs.map((pair) => pair.name.text) : [];
  return variablesIn(run.body.text).some((name) => names.includes(name));
}

/** A copy to a relative destination may cross a WORKDIR when its destination can be written in full. */
function isRebasable(step: Step, instruction: Instruction, facts: Facts): boolean {
  const { copy } = step;
  if (instruction.kind !== "WORKDIR" || copy?.dest === undefined || !copy.relative) return false;
  return (
    copy.instruction.json === undefined &&
    !isOpaque(copy.dest) &&
    owner(copy) === "root" &&
    facts.state(instruction).user === "root"
  );
}

import type { Instruction } from "../syntax/nodes.js";
import { copyTouches, type Copy } from "./copies.js";
import type { Effects } from "./effects.js";
import type { Facts } from "./facts.js";
import { isWithin } from "./paths.js";
import type { State } from "./state.js";

/** An instruction with what is known of it: what a RUN touches (given by the caller when it knows better), what a COPY brings. */
export interface Step {
  readonly instruction: Instruction;
  /** In force before it. */
  readonly state: State;
  readonly effects?: Effects;
  readonly copy?: Copy;
  /** Image path that a WORKDIR makes; undefined for others, and when it is not known. */
  readonly directory?: string | undefined;
}

/** Why two neighbouring steps cannot change places. */
export interface Conflict {
  /** "line 7: `make` may read or write anything" */
  readonly reason: string;
  /** Only who makes these directories, or that they are there, is at stake: no conflict when all of them are there before both. */
  readonly unlessMade?: readonly string[];
}

export const because = (instruction: Instruction, reason: string): Conflict => ({
  reason: `line ${instruction.startLine}: ${reason}`,
});

export function stepOf(instruction: Instruction, facts: Facts): Step {
  const state = facts.state(instruction);
  if (instruction.kind === "RUN") return { instruction, state, effects: facts.effects(instruction) };
  if (instruction.kind === "WORKDIR") return { instruction, state, directory: facts.after(instruction).cwd };
  const copy = facts.copy(instruction);
  // Through a link the files land elsewhere.
  const linked = facts
    .links(instruction)
    .some(
      ({ from }) => copy !== undefined && (isWithin(copy.dest ?? "/", from) || copyTouches(copy, from, facts.context)),
    );
  return copy === undefined || linked ? { instruction, state } : { instruction, state, copy };
}

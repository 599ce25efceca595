import type { Context } from "../context/context.js";
import type { Instruction, PairsInstruction } from "../syntax/nodes.js";
import { isRelative, type Copy } from "./copies.js";
import type { Effects } from "./effects.js";
import { variablesIn } from "./expand.js";
import type { Facts } from "./facts.js";
import { because, fileConflict } from "./file-order.js";
import { isWithin } from "./paths.js";
import type { State } from "./state.js";
import { isVolatile } from "./volatile.js";

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
  /** Only who makes this directory, or that it is there, is at stake: no conflict when it is there before both. */
  readonly unlessMade?: string;
}

const METADATA = new Set([
  "LABEL",
  "EXPOSE",
  "CMD",
  "ENTRYPOINT",
  "HEALTHCHECK",
  "STOPSIGNAL",
  "MAINTAINER",
  "ONBUILD",
]);

/** Changes only the image's configuration, which no build step reads. */
export const isMetadata = (instruction: Instruction): boolean => METADATA.has(instruction.kind);

export function stepOf(instruction: Instruction, facts: Facts): Step {
  const state = facts.state(instruction);
  if (instruction.kind === "RUN") return { instruction, state, effects: facts.effects(instruction) };
  if (instruction.kind === "WORKDIR") return { instruction, state, directory: facts.after(instruction).cwd };
  const copy = facts.copy(instruction);
  // Through a symbolic link the files land elsewhere.
  const linked = facts.links().some(({ from }) => isWithin(copy?.dest ?? "/", from));
  return copy === undefined || linked ? { instruction, state } : { instruction, state, copy };
}

/** Bernstein's conditions for two steps in a row; undefined: the image is the same in both orders. Symmetric. */
export function conflict(a: Step, b: Step, context: Context | undefined): Conflict | undefined {
  return scopeConflict(a, b) ?? scopeConflict(b, a) ?? fileConflict(a, b, context);
}

/** Does `a` decide how `b` runs? */
function scopeConflict(a: Step, b: Step): Conflict | undefined {
  const { instruction } = a;
  switch (instruction.kind) {
    case "ENV":
    case "ARG":
      return environmentConflict(instruction, b);
    case "USER":
    case "SHELL":
      return settingConflict(instruction, b);
    case "WORKDIR":
      return workdirConflict(instruction, b);
    case "FROM":
      return because(instruction, "FROM begins a stage");
    case "RUN":
    case "COPY":
    case "ADD":
      return undefined;
    default:
      return instruction.kind === b.instruction.kind && instruction.kind !== "EXPOSE"
        ? because(instruction, `the last ${instruction.kind} wins`)
        : undefined;
  }
}

function environmentConflict(instruction: PairsInstruction, b: Step): Conflict | undefined {
  const names = new Set(instruction.pairs.map((pair) => pair.name.text));
  const other = b.instruction;
  const used = [...variablesIn(other.body.text), ...other.flags.flatMap((flag) => variablesIn(flag.text))];
  const defined = other.kind === "ENV" || other.kind === "ARG" ? other.pairs.map((pair) => pair.name.text) : [];
  const own = defined.length > 0 ? variablesIn(instruction.body.text).filter((name) => defined.includes(name)) : [];
  const clash = [...used, ...defined].find((name) => names.has(name)) ?? own[0];
  if (clash !== undefined) return because(instruction, `${clash} is used on line ${other.startLine}`);
  // A known program that does not mention build metadata does not care for it.
  const matters = b.effects?.opaque !== undefined || (b.effects?.environment === true && !isVolatile(instruction));
  if (matters) {
    return because(instruction, `${instruction.kind} ${[...names].join(", ")} is in force for line ${other.startLine}`);
  }
  return undefined;
}

function settingConflict(instruction: Instruction, b: Step): Conflict | undefined {
  const { kind } = b.instruction;
  const captured =
    kind === "RUN" ||
    kind === instruction.kind ||
    (instruction.kind === "USER" ? kind === "WORKDIR" : /^(?:CMD|ENTRYPOINT|HEALTHCHECK)$/.test(kind));
  return captured
    ? because(instruction, `${instruction.kind} decides how line ${b.instruction.startLine} runs`)
    : undefined;
}

function workdirConflict(instruction: Instruction, b: Step): Conflict | undefined {
  const { startLine, kind } = b.instruction;
  if (kind === "WORKDIR") return because(instruction, "WORKDIR follows WORKDIR");
  if (b.effects !== undefined && (b.effects.opaque !== undefined || b.effects.relative))
    return because(instruction, `WORKDIR decides where line ${startLine} runs`);
  return b.copy !== undefined && isRelative(b.copy)
    ? because(instruction, `WORKDIR decides where line ${startLine} copies to`)
    : undefined;
}

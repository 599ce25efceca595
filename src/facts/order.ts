import type { Context } from "../context/context.js";
import type { Instruction, PairsInstruction } from "../syntax/nodes.js";
import { needsDirectory } from "./effects.js";
import { isReadByAll } from "./environment-paths.js";
import { variablesIn } from "./expand.js";
import { fileConflict } from "./file-order.js";
import { because, type Conflict, type Step } from "./step.js";
import { isVolatile } from "./volatile.js";

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
  const heredocs = "heredocs" in other ? other.heredocs.map((heredoc) => heredoc.content) : [];
  const used = [other.body.text, ...other.flags.map((flag) => flag.text), ...heredocs].flatMap(variablesIn);
  const defined = other.kind === "ENV" || other.kind === "ARG" ? other.pairs.map((pair) => pair.name.text) : [];
  const own = defined.length > 0 ? variablesIn(instruction.body.text).filter((name) => defined.includes(name)) : [];
  const clash = [...used, ...defined].find((name) => names.has(name)) ?? own[0];
  if (clash !== undefined) return because(instruction, `${clash} is used on line ${other.startLine}`);
  // A known program that does not mention build metadata does not care for it.
  const matters =
    (b.effects !== undefined && [...names].some(isReadByAll)) ||
    b.effects?.opaque !== undefined ||
    (b.effects?.environment === true && !isVolatile(instruction));
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
  const { body, flags } = b.instruction;
  if (
    b.effects !== undefined &&
    needsDirectory(
      b.effects,
      body.text,
      flags.map((flag) => flag.text),
    )
  )
    return because(instruction, `WORKDIR decides where line ${startLine} runs`);
  const copies = kind === "COPY" || kind === "ADD";
  return copies && (b.copy === undefined || b.copy.relative)
    ? because(instruction, `WORKDIR decides where line ${startLine} copies to`)
    : undefined;
}

import type { Instruction, PairsInstruction } from "../syntax/nodes.js";
import { contextPathIn, type Copy } from "./copies.js";
import type { Effects } from "./effects.js";
import { expand, variablesIn } from "./expand.js";
import type { Facts } from "./facts.js";
import { isSystemPath, isWithin, mayOverlap, resolvePath, SYSTEM_NAMES } from "./paths.js";

/** An instruction with what is known of it: what a RUN touches (given by the caller when it knows better), what a COPY brings. */
export interface Step {
  readonly instruction: Instruction;
  readonly effects?: Effects;
  readonly copy?: Copy;
}

/** Why two neighbouring steps cannot change places. */
export interface Conflict {
  /** "line 7: `make` may read or write anything" */
  readonly reason: string;
  /** Only the owner of a directory that both would create is at stake: no conflict when the directory is there before. */
  readonly ownerOnly?: boolean;
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

/** Bernstein's conditions for two steps in a row; undefined: the image is the same in both orders. Symmetric. */
export function conflict(a: Step, b: Step, facts: Facts): Conflict | undefined {
  return byKind(a, b, facts) ?? byKind(b, a, facts);
}

function byKind(a: Step, b: Step, facts: Facts): Conflict | undefined {
  const { instruction } = a;
  switch (instruction.kind) {
    case "ENV":
    case "ARG":
      return environmentConflict(instruction, b);
    case "USER":
    case "SHELL":
      return settingConflict(instruction, b);
    case "WORKDIR":
      return workdirConflict(a, b, facts);
    case "VOLUME":
      return b.copy !== undefined || b.effects !== undefined
        ? because(instruction, "VOLUME may hold what a step writes")
        : undefined;
    case "RUN":
      return b.instruction.kind === "RUN"
        ? runsConflict(a, b)
        : b.copy !== undefined
          ? runCopyConflict(a, b.copy, facts)
          : undefined;
    case "COPY":
    case "ADD":
      return a.copy !== undefined && b.copy !== undefined ? copiesConflict(a.copy, b.copy, facts) : undefined;
    case "FROM":
      return because(instruction, "FROM begins a stage");
    default:
      return a.instruction.kind === b.instruction.kind
        ? because(instruction, `the last ${instruction.kind} wins`)
        : undefined;
  }
}

const because = (instruction: Instruction, reason: string): Conflict => ({
  reason: `line ${instruction.startLine}: ${reason}`,
});

function environmentConflict(instruction: PairsInstruction, b: Step): Conflict | undefined {
  const names = new Set(instruction.pairs.map((pair) => pair.name.text));
  const other = b.instruction;
  const used = [...variablesIn(other.body.text), ...other.flags.flatMap((flag) => variablesIn(flag.text))];
  const defined = other.kind === "ENV" || other.kind === "ARG" ? other.pairs.map((pair) => pair.name.text) : [];
  const own = defined.length > 0 ? variablesIn(instruction.body.text).filter((name) => defined.includes(name)) : [];
  const clash = [...used, ...defined].find((name) => names.has(name)) ?? own[0];
  if (clash !== undefined) return because(instruction, `${clash} is used on line ${other.startLine}`);
  if (b.effects !== undefined && (b.effects.environment || b.effects.opaque !== undefined)) {
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

function workdirConflict(a: Step, b: Step, facts: Facts): Conflict | undefined {
  const { instruction } = a;
  const state = facts.state(instruction);
  const path = resolvePath(
    state.cwd,
    expand(instruction.body.text.trim(), state.env, facts.document.directives.escape),
  );
  if (b.instruction.kind === "WORKDIR") return because(instruction, "WORKDIR follows WORKDIR");
  if (path === undefined) return because(instruction, "WORKDIR is not known");
  if (b.effects !== undefined) {
    if (b.effects.opaque !== undefined || b.effects.relative)
      return because(instruction, `WORKDIR decides where line ${b.instruction.startLine} runs`);
    return b.effects.paths.some((touched) => mayOverlap(touched, path))
      ? because(instruction, `line ${b.instruction.startLine} touches ${path}`)
      : undefined;
  }
  if (b.copy !== undefined && isRelative(b.copy))
    return because(instruction, `WORKDIR decides where line ${b.instruction.startLine} copies to`);
  if (b.copy?.dest !== undefined && owner(b.copy) !== (state.user ?? "?") && mayOverlap(b.copy.dest, path)) {
    return {
      ...because(instruction, `WORKDIR ${path} may be made by another owner than by line ${b.instruction.startLine}`),
      ownerOnly: true,
    };
  }
  return undefined;
}

export const isRelative = (copy: Copy): boolean => !/^[/$]/.test(copy.instruction.dest.text);

/** A COPY makes its files and directories as root, or as --chown says (measured; CACHE-AND-BUILDERS.md), whatever USER is. */
export function owner(copy: Copy): string {
  const chown = copy.instruction.flags.find((flag) => flag.name === "chown")?.value;
  return chown === undefined || /^(?:root|0)(?::(?:root|0))?$/.test(chown) ? "root" : chown;
}

function runsConflict(a: Step, b: Step): Conflict | undefined {
  const [x, y] = [a.effects, b.effects];
  if (x === undefined || y === undefined) return because(a.instruction, "not known what it does");
  for (const step of [a, b])
    if (step.effects?.opaque !== undefined) return because(step.instruction, step.effects.opaque);
  if (x.system && y.system)
    return because(a.instruction, `both this and line ${b.instruction.startLine} change the system`);
  const path = x.paths.find((left) => y.paths.some((right) => mayOverlap(left, right)));
  if (path !== undefined) return because(a.instruction, `this and line ${b.instruction.startLine} both touch ${path}`);
  const system = (first: Effects, second: Effects): boolean => first.system && second.paths.some(isSystemPath);
  return system(x, y) || system(y, x)
    ? because(a.instruction, `touches the system that line ${b.instruction.startLine} uses`)
    : undefined;
}

function runCopyConflict(run: Step, copy: Copy, facts: Facts): Conflict | undefined {
  const { effects, instruction } = run;
  if (effects === undefined) return because(instruction, "not known what it does");
  if (effects.opaque !== undefined) return because(instruction, effects.opaque);
  const touched = effects.paths.find((path) => copyTouches(copy, path, facts));
  if (touched !== undefined)
    return because(instruction, `touches ${touched}, which line ${copy.instruction.startLine} copies`);
  if (effects.system && touchesSystem(copy, facts)) {
    return because(
      instruction,
      `uses the system, where line ${copy.instruction.startLine} copies to (${copy.dest ?? copy.instruction.dest.text})`,
    );
  }
  // mkdir in the copy's place: who makes the directory owns it.
  const user = facts.state(instruction).user ?? "?";
  const { dest } = copy;
  if (dest !== undefined && owner(copy) !== user && effects.paths.some((path) => isWithin(path, dest))) {
    return {
      ...because(instruction, `may make ${dest} with another owner than line ${copy.instruction.startLine}`),
      ownerOnly: true,
    };
  }
  return undefined;
}

/** Does the copy bring anything at, above or below the path? True when that is not known. */
export function copyTouches(copy: Copy, path: string, facts: Facts): boolean {
  if (copy.dest === undefined || copy.unclear !== undefined) return true;
  if (copy.placements.length === 0) return mayOverlap(copy.dest, path);
  return copy.placements.some((placement) => {
    if (isWithin(placement.image, path)) return true;
    if (!isWithin(path, placement.image)) return mayOverlap(placement.image, path);
    const below = contextPathIn(path, copy);
    return !placement.directory || below === undefined || facts.context?.kind(below) !== undefined;
  });
}

/** Work below the copied directory is about the source, even where the context has nothing at that path today. */
export function worksBelow(effects: Effects, { dest }: Copy): boolean {
  return dest !== undefined && effects.paths.some((path) => isWithin(path, dest));
}

/** Does the copy bring anything into the directories of the system? */
export function touchesSystem(copy: Copy, facts: Facts): boolean {
  const dest = copy.likelyDest;
  if (dest === undefined || copy.unclear !== undefined) return true;
  if (!isSystemPath(dest)) return false;
  if (copy.dest !== "/" || copy.placements.length === 0) return true;
  const names = copy.placements.flatMap(({ context, directory, image }) =>
    directory ? (facts.context?.list(context) ?? []) : [image.slice(1)],
  );
  return names.some((name) => SYSTEM_NAMES.has(name));
}

function copiesConflict(a: Copy, b: Copy, facts: Facts): Conflict | undefined {
  const { instruction } = a;
  const [small, large] = a.placements.some((placement) => placement.directory) ? [b, a] : [a, b];
  const clash = (path: string, from: string | undefined): boolean =>
    copyTouches(large, path, facts) && !(from !== undefined && contextPathIn(path, large) === from && sameFlags(a, b));
  const touched =
    small.placements.length > 0
      ? small.placements.some((placement) => clash(placement.image, placement.context))
      : small.dest === undefined || clash(small.dest, undefined);
  if (touched)
    return because(
      instruction,
      `lines ${a.instruction.startLine} and ${b.instruction.startLine} copy to the same place`,
    );
  if (owner(a) !== owner(b) && a.dest !== undefined && b.dest !== undefined && mayOverlap(a.dest, b.dest)) {
    return {
      ...because(instruction, `makes directories with another owner than line ${b.instruction.startLine}`),
      ownerOnly: true,
    };
  }
  return undefined;
}

/** Keyword and flags alike: the same file is brought in the same way. */
export function sameFlags(a: Copy, b: Copy): boolean {
  const text = (copy: Copy): string =>
    copy.instruction.flags
      .map((flag) => flag.text)
      .sort()
      .join(" ");
  return a.instruction.kind === b.instruction.kind && text(a) === text(b);
}

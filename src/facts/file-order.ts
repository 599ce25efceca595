import type { Context } from "../context/context.js";
import type { Instruction } from "../syntax/nodes.js";
import { contextPathIn, copyTouches, accountName, endsAsDirectory, owner, sameFlags, type Copy } from "./copies.js";
import { touched, type Effects } from "./effects.js";
import { because, type Conflict, type Step } from "./step.js";
import { isStandardDirectory, isSystemPath, isWithin, mayOverlap } from "./paths.js";

/**
 * Do two steps touch the same files, one of them writing? What decides how they run (working directory, variables, user) is taken as
 * given. `a` stands before `b` in a file that builds.
 */
export function fileConflict(a: Step, b: Step, context: Context | undefined): Conflict | undefined {
  return (
    oneWay(a, b, context) ?? oneWay(b, a, context) ?? accountConflict(a, b) ?? accountConflict(b, a) ?? enables(a, b)
  );
}

/** What the first may make, so that the second does its work at all, or does it as it does. */
function enables(a: Step, b: Step): Conflict | undefined {
  const { instruction, copy } = b;
  const account = accountOf(b);
  if (a.effects?.system === "writes" && account !== undefined)
    return because(a.instruction, `may make the account that line ${instruction.startLine} names, ${account}`);
  if (copy === undefined) return undefined;
  // Onto a directory a file is copied into it; else it takes that name.
  const { directory } = a;
  const isDirectory = copy.placements.length > 0 && copy.placements.every((one) => one.directory);
  const name = copy.dest === undefined || isDirectory || endsAsDirectory(copy) ? undefined : copy.dest;
  return directory !== undefined && name !== undefined && isWithin(directory, name)
    ? because(a.instruction, `line ${instruction.startLine} copies into ${name}, if that is there`)
    : undefined;
}

/** The account, by its name, that a COPY gives its files to, or that a RUN or WORKDIR works as. */
function accountOf({ instruction, state, copy, effects, directory }: Step): string | undefined {
  if (copy !== undefined) return accountName(owner(copy));
  const works = effects !== undefined || directory !== undefined;
  return instruction.kind === "FROM" || !works || state.user === undefined ? undefined : accountName(state.user);
}

/** Who is renumbered or removed while another step names it? */
function accountConflict(a: Step, b: Step): Conflict | undefined {
  const account = accountOf(b);
  const changes = a.effects?.writes.some((path) => path === "/etc/passwd" || path === "/etc/group") === true;
  return changes && account !== undefined
    ? because(a.instruction, `changes accounts, of which line ${b.instruction.startLine} names ${account}`)
    : undefined;
}

function oneWay(a: Step, b: Step, context: Context | undefined): Conflict | undefined {
  const { instruction } = a;
  const { kind } = b.instruction;
  const isCopy = kind === "COPY" || kind === "ADD";
  switch (instruction.kind) {
    case "RUN":
      return kind === "RUN" ? runsConflict(a, b) : isCopy ? runCopyConflict(a, b, context) : undefined;
    case "COPY":
    case "ADD":
      return isCopy ? copiesConflict(a, b, context) : undefined;
    case "WORKDIR":
      return workdirConflict(a, b);
    case "VOLUME":
      return isCopy || kind === "RUN" ? because(instruction, "VOLUME may hold what a step writes") : undefined;
    default:
      return undefined;
  }
}

const userOf = (step: Step): string => step.state.user ?? "?";

function workdirConflict(a: Step, b: Step): Conflict | undefined {
  const { instruction, directory } = a;
  if (directory === undefined) return because(instruction, "WORKDIR is not known");
  const { startLine, kind } = b.instruction;
  if (kind === "WORKDIR") {
    return userOf(a) !== userOf(b) && b.directory !== undefined && mayOverlap(b.directory, directory)
      ? {
          ...because(instruction, `${directory} may be made by another owner than by line ${startLine}`),
          unlessMade: [directory],
        }
      : undefined;
  }
  if (b.effects !== undefined) {
    if (b.effects.opaque !== undefined) return because(b.instruction, b.effects.opaque);
    if (touched(b.effects).some((path) => mayOverlap(path, directory)))
      return because(instruction, `line ${startLine} touches ${directory}`);
    return needs(b.effects, [directory], instruction, startLine);
  }
  if (b.copy?.dest !== undefined && owner(b.copy) !== userOf(a) && mayOverlap(b.copy.dest, directory)) {
    return {
      ...because(instruction, `WORKDIR ${directory} may be made by another owner than by line ${startLine}`),
      unlessMade: [directory],
    };
  }
  return undefined;
}

function runsConflict(a: Step, b: Step): Conflict | undefined {
  const [x, y] = [a.effects, b.effects];
  if (x === undefined || y === undefined) return because(a.instruction, "not known what it does");
  for (const step of [a, b])
    if (step.effects?.opaque !== undefined) return because(step.instruction, step.effects.opaque);
  const line = b.instruction.startLine;
  if ((x.system === "writes" && y.system !== "none") || (y.system === "writes" && x.system !== "none"))
    return because(a.instruction, `both this and line ${line} work on the system`);
  const path = firstOverlap(x.writes, touched(y)) ?? firstOverlap(y.writes, touched(x));
  if (path !== undefined) return because(a.instruction, `this and line ${line} both touch ${path}`);
  if (usesSystemOf(x, y) || usesSystemOf(y, x))
    return because(a.instruction, `touches the system that line ${line} uses`);
  const lost = y.needs.find((path) => takesAway(a, path)) ?? x.needs.find((path) => takesAway(b, path));
  if (lost !== undefined)
    return because(a.instruction, `this or line ${line} takes ${lost} away, where the other works`);
  const needed = needs(x, y.writes, a.instruction, line) ?? needs(y, x.writes, a.instruction, line);
  if (needed !== undefined) return needed;
  // Who makes a directory on the way owns it.
  const top = (one: Effects): Set<string> => new Set(one.writes.map((written) => written.split("/")[1] ?? ""));
  return userOf(a) !== userOf(b) && [...top(x)].some((name) => top(y).has(name))
    ? because(a.instruction, `this and line ${line} write beside each other as different users`)
    : undefined;
}

/** Does the work need a directory that is made on the way to one of these paths? */
function needs(effects: Effects, made: readonly string[], at: Instruction, line: number): Conflict | undefined {
  const needed = effects.needs.filter((path) => !isStandardDirectory(path) && made.some((one) => isWithin(one, path)));
  return needed.length === 0
    ? undefined
    : {
        ...because(at, `${needed.join(", ")} has to be there, which this or line ${line} may make`),
        unlessMade: needed,
      };
}

const firstOverlap = (some: readonly string[], others: readonly string[]): string | undefined =>
  some.find((one) => others.some((other) => mayOverlap(one, other)));

function usesSystemOf(first: Effects, second: Effects): boolean {
  return (
    (first.system !== "none" && second.writes.some(isSystemPath)) ||
    (first.system === "writes" && [...second.reads, ...second.probes].some(isSystemPath))
  );
}

function runCopyConflict(run: Step, { instruction, copy }: Step, context: Context | undefined): Conflict | undefined {
  const { effects } = run;
  const line = instruction.startLine;
  if (effects === undefined) return because(run.instruction, "not known what it does");
  if (effects.opaque !== undefined) return because(run.instruction, effects.opaque);
  if (copy === undefined) return because(instruction, "not known what it brings");
  // A probe of what comes from the context is no conflict: the closure has told what of it is read.
  const paths = copy.placements.length > 0 ? [...effects.reads, ...effects.writes] : touched(effects);
  const both =
    paths.find((path) => copyTouches(copy, path, context)) ?? effects.expects.find((path) => mayBring(copy, path));
  if (both !== undefined) return because(run.instruction, `touches ${both}, which line ${line} copies`);
  if (effects.system !== "none" && touchesSystem(copy, context)) {
    return because(
      run.instruction,
      `uses the system, where line ${line} copies to (${copy.dest ?? copy.instruction.dest.text})`,
    );
  }
  const { dest } = copy;
  if (dest === undefined) return undefined;
  // mkdir in the copy's place: who makes the directory owns it.
  const owned =
    owner(copy) !== userOf(run) && !isStandardDirectory(dest) && touched(effects).some((path) => isWithin(path, dest));
  const needed = effects.needs.filter((path) => makesDirectory(copy, path, context));
  const made = [...new Set(owned ? [...needed, dest] : needed)];
  return made.length === 0
    ? undefined
    : { ...because(run.instruction, `${made.join(", ")} may be made by this or by line ${line}`), unlessMade: made };
}

/** May the copy bring the path on another day: is it below a directory that it copies? */
export const mayBring = (copy: Copy, path: string): boolean =>
  copy.placements.some((one) => one.directory && isWithin(path, one.image));

/** Is the directory there behind this step, whatever was there before? */
function makes(step: Step, directory: string): boolean {
  if (step.directory !== undefined) return isWithin(step.directory, directory);
  const { copy } = step;
  if (copy?.dest === undefined) return false;
  const into = copy.intoDirectory || copy.placements.some((one) => one.directory);
  return isWithin(copy.dest, directory) && (into || copy.dest !== directory);
}

/**
 * Are the directories there behind `earlier` on which alone the conflict rests? That a step which is not known takes away the directory
 * it works in is not assumed.
 */
export const areThere = (found: Conflict | undefined, earlier: readonly Step[]): boolean =>
  found?.unlessMade?.every((directory) => {
    const made = earlier.findLastIndex((step) => makes(step, directory));
    return made >= 0 && !earlier.slice(made + 1).some((step) => takesAway(step, directory));
  }) === true;

const takesAway = ({ effects }: Step, directory: string): boolean =>
  effects?.removes.some((path) => mayOverlap(directory, path) && (path === directory || !isWithin(path, directory))) ===
  true;

/** May the step leave something else at the path? */
export const mayWrite = ({ effects, copy, instruction }: Step, path: string): boolean =>
  effects !== undefined
    ? effects.opaque !== undefined || effects.writes.some((one) => mayOverlap(one, path))
    : /^(?:COPY|ADD)$/.test(instruction.kind) && (copy === undefined || copyTouches(copy, path, undefined));

/** May the directory be there because of this copy? */
function makesDirectory(copy: Copy, path: string, context: Context | undefined): boolean {
  if (isStandardDirectory(path) || copy.dest === undefined) return false;
  return isWithin(copy.dest, path) || copyTouches(copy, path, context);
}

/** Work below the copied directory is about the source, even where the context has nothing at that path today. */
export function worksBelow(effects: Effects, { dest }: Copy): boolean {
  return dest !== undefined && touched(effects).some((path) => isWithin(path, dest));
}

/** Does the copy bring anything into the directories of the system? */
export function touchesSystem(copy: Copy, context: Context | undefined): boolean {
  const dest = copy.likelyDest;
  if (dest === undefined) return true;
  if (copy.placements.length === 0) return isSystemPath(dest);
  return copy.placements.some(({ context: path, directory, image }) => {
    if (!directory) return isSystemPath(image);
    const base = dest === "/" ? "" : dest;
    const names = context?.list(path) ?? [];
    // A tree laid over `/` or a home directory is judged by what it holds.
    return names.some((name) => isSystemPath(`${base}/${name}`)) || (dest !== "/" && isSystemPath(dest));
  });
}

function copiesConflict(one: Step, other: Step, context: Context | undefined): Conflict | undefined {
  const [a, b] = [one.copy, other.copy];
  if (a === undefined || b === undefined) return because(one.instruction, "not known what it brings");
  const [small, large] = a.placements.some((placement) => placement.directory) ? [b, a] : [a, b];
  const clash = (path: string, from: string | undefined): boolean =>
    copyTouches(large, path, context) &&
    !(from !== undefined && contextPathIn(path, large) === from && sameFlags(a, b));
  const same =
    small.placements.length > 0
      ? small.placements.some((placement) => clash(placement.image, placement.context))
      : small.dest === undefined || clash(small.dest, undefined);
  const line = b.instruction.startLine;
  if (same) return because(one.instruction, `this and line ${line} copy to the same place`);
  if (owner(a) !== owner(b) && a.dest !== undefined && b.dest !== undefined && mayOverlap(a.dest, b.dest)) {
    return {
      ...because(one.instruction, `makes directories with another owner than line ${line}`),
      unlessMade: [a.dest.length < b.dest.length ? a.dest : b.dest],
    };
  }
  return undefined;
}

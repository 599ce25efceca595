import type { Context } from "../context/context.js";
import { withCompanions } from "../context/overlay.js";
import { contextPathIn, sameFlags, type Copy } from "../facts/copies.js";
import { variablesIn } from "../facts/expand.js";
import type { Facts } from "../facts/facts.js";
import { areThere, fileConflict, mayWrite } from "../facts/file-order.js";
import { lackingCopy } from "../facts/kept-out.js";
import { bringsAlike } from "../facts/manifest-copies.js";
import type { Conflict } from "../facts/step.js";
import { isVolatileName } from "../facts/volatile.js";
import type { Site } from "../ecosystems/ecosystem.js";
import type { Instruction, RunInstruction, Stage } from "../syntax/nodes.js";
import { readInputs } from "../facts/install-inputs.js";
import type { CompanionEdit } from "../transform.js";
import { atomsOf, type Atom } from "./atoms.js";
import { configurationOf } from "./configuration.js";

/** Do two Dockerfiles build the same image from one context? `reason` says where that could not be shown. */
export type Verdict = { readonly proved: true } | { readonly proved: false; readonly reason: string };

const PROVED: Verdict = { proved: true };
const unproved = (reason: string): Verdict => ({ proved: false, reason });

/**
 * Translation validation: compares two texts by the facts alone, whichever transform made the second (Pnueli, Siegel, Singerman:
 * "Translation Validation", 1998). Stage by stage, the configuration must come out alike, and the work on files must be the same
 * atoms in an order that only swaps pairs which commute (Mazurkiewicz traces). Atoms may be added when they change nothing where
 * they are put: a COPY right before one that brings the same files again, a download right before the build that does it by itself.
 */
export function prove(before: Facts, after: Facts): Verdict {
  const [old, now] = [before.document, after.document];
  if (JSON.stringify(old.directives) !== JSON.stringify(now.directives)) return unproved("a directive has changed");
  if (preamble(old.instructions) !== preamble(now.instructions))
    return unproved("what stands before the first FROM has changed");
  if (old.stages.length !== now.stages.length) return unproved("the number of stages has changed");
  for (const [index, stage] of old.stages.entries()) {
    const other = now.stages[index];
    if (other === undefined) return unproved("the number of stages has changed");
    const verdict = proveStage(stage, other, before, after);
    if (!verdict.proved) return verdict;
  }
  return PROVED;
}

const plain = (one: Instruction): string =>
  [one.kind, ...one.flags.map((flag) => flag.text), one.body.text.trim()].join(" ");

const preamble = (instructions: readonly Instruction[]): string =>
  instructions
    .filter((one) => one.stage < 0)
    .map(plain)
    .join("\n");

function proveStage(old: Stage, now: Stage, before: Facts, after: Facts): Verdict {
  if (plain(old.from) !== plain(now.from)) return unproved(`line ${now.from.startLine}: FROM has changed`);
  if (sameText(old, now, before, after)) return PROVED;
  if (configurationOf(old, before) !== configurationOf(now, after))
    return unproved(
      `line ${now.from.startLine}: the stage leaves another configuration (variables, directory, user, labels, command)`,
    );
  const [first, second] = [atomsOf(old, before), atomsOf(now, after)];
  const gone = missing(first, second)[0];
  if (gone !== undefined) return unproved(`${gone.label} is gone, or runs under other settings`);
  // A file may be brought by several copies: next to the first or next to the last of them is where most additions belong.
  const verdicts = (["first", "last"] as const).map((which) => {
    const base = withAdditions(first, second, which);
    return "label" in base
      ? unproved(`${base.label} is new, and not known to change nothing`)
      : proveOrder(base, second, after.context);
  });
  return verdicts.find((verdict) => verdict.proved) ?? verdicts[0] ?? PROVED;
}

/** The same instructions in the same place of the same document mean the same. */
function sameText(old: Stage, now: Stage, before: Facts, after: Facts): boolean {
  if (before.context !== after.context && before.context?.ignoreFile?.text !== after.context?.ignoreFile?.text)
    return false;
  if (old.base !== undefined || old.instructions.length !== now.instructions.length) return false;
  const text = (instruction: Instruction, facts: Facts): string =>
    facts.document.source.slice(instruction.start, instruction.end);
  return old.instructions.every((one, index) => {
    const other = now.instructions[index];
    return other !== undefined && text(one, before) === text(other, after);
  });
}

/** Atoms of `some` that `others` lacks, each counted as often as it stands there. */
function missing(some: readonly Atom[], others: readonly Atom[]): readonly Atom[] {
  const left = new Map<string, number>();
  for (const { key } of others) left.set(key, (left.get(key) ?? 0) + 1);
  return some.filter(({ key }) => {
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count <= 0;
  });
}

/** The atoms before, with the new ones put where they change nothing; or the first that has no such place. */
function withAdditions(
  first: readonly Atom[],
  second: readonly Atom[],
  which: "first" | "last",
): readonly Atom[] | Atom {
  const result = [...first];
  for (const atom of missing(second, first)) {
    const at =
      which === "first"
        ? result.findIndex((one) => absorbs(one, atom))
        : result.findLastIndex((one) => absorbs(one, atom));
    if (at < 0) return atom;
    const build = result[at];
    const download = build === undefined ? undefined : downloadIn(build, atom);
    const run = download?.cacheOnly === true ? build?.fragment?.run : undefined;
    result.splice(at, 0, run === undefined ? atom : { ...atom, downloadFor: run });
  }
  return result;
}

/** Does `atom` change nothing when it stands right before `one`? */
function absorbs(one: Atom, atom: Atom): boolean {
  const [large, small] = [one.step.copy, atom.step.copy];
  if (large !== undefined && small !== undefined) return bringsAgain(large, small);
  return downloadIn(one, atom) !== undefined;
}

function bringsAgain(large: Copy, small: Copy): boolean {
  return (
    small.placements.length > 0 &&
    small.placements.every(
      (placement) =>
        contextPathIn(placement.image, large) === placement.context &&
        (sameFlags(large, small) || bringsAlike(small, { copy: large, input: placement.context })),
    )
  );
}

/** `go mod download` before `go build`: the build's ecosystem names the step that it would do by itself. */
function downloadIn(build: Atom, { fragment, step }: Atom): ReturnType<Atom["downloads"]>[number] | undefined {
  const flags = ({ instruction }: Atom["step"]): string =>
    instruction.flags
      .map((flag) => flag.text)
      .sort()
      .join(" ");
  if (fragment === undefined || flags(build.step) !== flags(step)) return undefined;
  const site = fragment.commands[0]?.site;
  return build
    .downloads()
    .find(
      (one) =>
        one.text === fragment.text &&
        one.directory === site?.cwd &&
        sameShell(build.step, step) &&
        sameVariables(one.env, site.env, one.text) &&
        (one.cacheOnly === true || masks(build) === masks({ fragment })),
    );
}

/** What new files may not allow (`umask`) in force for the work. */
const masks = ({ fragment }: Pick<Atom, "fragment">): string =>
  (fragment?.setups ?? []).filter((setup) => /^umask\b/.test(setup)).join("\n");

const sameShell = ({ state: one }: Atom["step"], { state: other }: Atom["step"]): boolean =>
  one.user === other.user && JSON.stringify(one.shell) === JSON.stringify(other.shell);

/** Are the variables that a known program may see the same, build metadata aside? */
const sameVariables = (one: Site["env"], other: Site["env"], text: string): boolean =>
  [...new Set([...one.keys(), ...other.keys()])].every(
    (name) =>
      (one.has(name) === other.has(name) && one.get(name) === other.get(name)) ||
      (isVolatileName(name) && !variablesIn(text).includes(name)),
  );

/** Are the two sequences of the same atoms equal up to swaps of neighbours that commute? */
function proveOrder(before: readonly Atom[], after: readonly Atom[], context: Context | undefined): Verdict {
  const places = positions(before, after);
  for (const [i, x] of before.entries()) {
    for (let j = i + 1; j < before.length; j++) {
      const y = before[j];
      if (y === undefined || (places[i] ?? 0) < (places[j] ?? 0)) continue;
      const common = before.filter((_, k) => k < i && (places[k] ?? 0) < (places[j] ?? 0));
      const clash = remaining(x, y, common, context);
      if (clash !== undefined) return unproved(`${y.label} cannot change places with ${x.label}: ${clash.reason}`);
    }
  }
  return PROVED;
}

/** Where each atom of `before` stands in `after`; the n-th of its kind is the n-th there. */
function positions(before: readonly Atom[], after: readonly Atom[]): readonly number[] {
  const queues = new Map<string, number[]>();
  for (const [index, { key }] of after.entries()) queues.set(key, [...(queues.get(key) ?? []), index]);
  return before.map(({ key }) => queues.get(key)?.shift() ?? -1);
}

/** What is left of a conflict when `common` stands before both in both orders. */
function remaining(x: Atom, y: Atom, common: readonly Atom[], context: Context | undefined): Conflict | undefined {
  const clash = fileConflict(seenBy(y, x, common), seenBy(x, y, common), context);
  return areThere(
    clash,
    common.map((atom) => atom.step),
  )
    ? undefined
    : clash;
}

/**
 * What of an atom matters to another. No RUN can tell whether a download has run, and nothing in the build's own RUN is taken to prepare it but
 * what is known to work on the system; elsewhere, what it needs to run (a tool, a key, a proxy) has to be there.
 */
function seenBy(other: Atom, atom: Atom, common: readonly Atom[]): Atom["step"] {
  const { effects } = atom.step;
  if (effects === undefined) return atom.step;
  if (atom.downloadFor !== undefined && other.fragment !== undefined)
    return { ...atom.step, effects: { ...effects, writes: [], system: "reads" } };
  if (other.downloadFor !== undefined && atom.fragment?.run === other.downloadFor)
    return { ...atom.step, effects: { ...effects, opaque: undefined } };
  return withoutBrought(atom, other, common);
}

/**
 * A file that an earlier copy has brought already is read the same, whether the later copy brings it once more or not; unless something
 * has written to it since.
 */
function withoutBrought(atom: Atom, { step: { copy } }: Atom, common: readonly Atom[]): Atom["step"] {
  const { effects } = atom.step;
  if (effects === undefined || copy === undefined) return atom.step;
  const isBrought = (path: string): boolean => {
    const from = contextPathIn(path, copy);
    const brings = ({ step }: Atom): boolean => step.copy !== undefined && contextPathIn(path, step.copy) === from;
    const last = common.findLastIndex(brings);
    return from !== undefined && last >= 0 && !common.slice(last + 1).some(({ step }) => mayWrite(step, path));
  };
  const left = (paths: readonly string[]): readonly string[] => paths.filter((path) => !isBrought(path));
  return { ...atom.step, effects: { ...effects, reads: left(effects.reads), expects: left(effects.expects) } };
}

/**
 * An ignore line may only keep out what an install of the Dockerfile makes by itself, whatever a developer's copy of it held; and no stage may copy
 * that which does not install it. `facts` are those before the edit.
 */
export function proveIgnored(edit: CompanionEdit, facts: Facts): Verdict {
  const { path, before, after } = edit;
  const old = before ?? "";
  const added = after.startsWith(old)
    ? after
        .slice(old.length)
        .split(/\r?\n/)
        .filter((line) => line !== "")
    : undefined;
  const made = new Set(
    facts.document.instructions.flatMap((one) => (one.kind === "RUN" && one.stage >= 0 ? patternsOf(one, facts) : [])),
  );
  const odd = added?.find((line) => !made.has(line));
  if (added === undefined) return unproved(`${path} changes in more than added lines`);
  if (odd !== undefined) return unproved(`${path}: \`${odd}\` is not known to be made by an install`);
  const context = withCompanions(facts.context, [edit]);
  const lacking = context && lackingCopy(facts, context);
  return lacking === undefined
    ? PROVED
    : unproved(`${path} keeps out ${lacking.path}, which line ${lacking.copy.instruction.startLine} copies`);
}

const patternsOf = (run: RunInstruction, facts: Facts): readonly string[] =>
  facts.commands(run).flatMap((fact) => {
    const read = fact.install === undefined ? undefined : readInputs([fact], facts);
    return read === undefined || "reason" in read || read.inputs.unproven !== undefined
      ? []
      : read.outputs.flatMap((one) => one.ignorePattern ?? []);
  });

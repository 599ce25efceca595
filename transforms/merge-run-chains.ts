import { familyOf, isCleanup, type Family } from "../src/facts/families.js";
import { shorten } from "../src/facts/effects.js";
import type { CommandFact, Facts } from "../src/facts/facts.js";
import { fragmentsOf, leaksInto } from "../src/facts/fragments.js";
import { leavesOutside } from "../src/facts/mounts.js";
import { mayOverlap } from "../src/facts/paths.js";
import type { Command } from "../src/shell/script.js";
import { replace } from "../src/syntax/edit.js";
import { habitOf, type Habit } from "../src/syntax/habit.js";
import type { RunInstruction, Stage } from "../src/syntax/nodes.js";
import { defineTransform, type Proposal, type Refusal } from "../src/transform.js";

/** So many steps of one kind in a row are worth one layer; two are a matter of taste. */
const LADDER = 3;
/** More than people write by hand; a proof of their order takes the square of their number. */
const LONGEST_LADDER = 400;

export default defineTransform({
  name: "merge-run-chains",
  summary: "Join neighbouring RUNs that belong together into one layer",
  docs: `
Every RUN is a layer. \`apt-get update\` in a RUN of its own is cached for ever, so that a later \`apt-get install\` works from a stale index: it belongs with
its install. A clean-up in a later RUN frees nothing, because the layer before keeps the files: it belongs with what it cleans. Neighbours that
use the same tool (two \`rustup\`, two \`pip install\`), and ladders of three or more small steps (mkdir, chown, useradd) change at one rate and need one layer.

Steps of different kinds stay apart: a stable, costly step joined with a volatile one would lose caching, and so would what was split for a manifest. A step that changes
its shell (\`cd\`, \`export\`, \`a; b\`, \`a || b\`) is kept in a subshell; \`exit\`, functions, background jobs, exec form, heredocs, other flags and
other users are not joined. The layout follows the file's own. Merging costs one rebuild of the joined step.
`,
  safety: "safe",
  hadolint: ["DL3059"],
  *propose(document, facts) {
    for (const stage of document.stages) {
      for (const group of groupsIn(stage, facts)) {
        const outcome = join(group, facts);
        if (outcome !== undefined) yield outcome;
      }
    }
  },
});

interface Group {
  readonly runs: readonly RunInstruction[];
  readonly reason: string;
}

/** Neighbours worth one layer. */
function* groupsIn(stage: Stage, facts: Facts): Iterable<Group> {
  for (const block of blocksOf(stage)) {
    let rungs: RunInstruction[] = [];
    for (const [index, run] of block.entries()) {
      const next = block[index + 1];
      const reason = next && whyTogether(run, next, facts);
      if (next !== undefined && reason !== undefined) yield { runs: [run, next], reason };
      rungs = familyOf(run, facts) === "files" ? [...rungs, run] : [];
      const ends = next === undefined || familyOf(next, facts) !== "files";
      if (ends && rungs.length >= LADDER) yield { runs: rungs, reason: `${rungs.length} small steps are one layer` };
    }
  }
}

/** RUNs that follow each other. */
function blocksOf(stage: Stage): readonly (readonly RunInstruction[])[] {
  const blocks: RunInstruction[][] = [];
  let open = false;
  for (const one of stage.instructions) {
    if (one.kind === "RUN" && open) blocks.at(-1)?.push(one);
    else if (one.kind === "RUN") blocks.push([one]);
    open = one.kind === "RUN";
  }
  return blocks;
}

function whyTogether(a: RunInstruction, b: RunInstruction, facts: Facts): string | undefined {
  const [first, second] = [facts.commands(a), facts.commands(b)];
  if (facts.script(a).problem !== undefined || facts.script(b).problem !== undefined) return undefined;
  const runs = (some: readonly CommandFact[], verb: string, manager: string): boolean =>
    some.some(({ command }) => isCommand(command, verb, manager));
  for (const manager of ["apt", "apk"]) {
    const onlyUpdates = first.length > 0 && first.every(({ command }) => isCommand(command, "update", manager));
    if (onlyUpdates && runs(second, manager === "apt" ? "install" : "add", manager))
      return `\`${first[0]?.command.text ?? ""}\` in a layer of its own leaves the install with a stale index`;
  }
  const updates = runs(second, "update", "apt") || runs(second, "update", "apk");
  if (isCleanup(b, facts)) {
    return cleans(b, a, facts) ? "a clean-up frees nothing in a layer behind what it cleans" : undefined;
  }
  const family: Family | undefined = familyOf(a, facts);
  if (family === undefined || family === "files" || family !== familyOf(b, facts) || updates) return undefined;
  return `both use ${family} and change at one rate`;
}

/** `apt-get -q update` is an update of apt. */
function isCommand({ program = "", args }: Command, verb: string, manager: string): boolean {
  return program.replace(/-get$/, "") === manager && args.find((word) => !word.text.startsWith("-"))?.text === verb;
}

/** Does `a` leave what `b` takes away? */
function cleans(b: RunInstruction, a: RunInstruction, facts: Facts): boolean {
  const [left, removed] = [facts.effects(a), facts.effects(b)];
  if (isCleanup(a, facts) || left.opaque !== undefined) return false;
  const own = removed.writes.some((path) => left.writes.some((other) => mayOverlap(path, other)));
  return own || (left.system === "writes" && familyOf(a, facts) !== "files");
}

function join({ runs, reason }: Group, facts: Facts): Proposal | Refusal | undefined {
  const [first, ...others] = runs;
  const last = others.at(-1);
  if (first === undefined || last === undefined) return undefined;
  if (runs.length > LONGEST_LADDER)
    return { at: first, code: "not-mergeable", reason: `${runs.length} RUNs in a row are more than dockopt joins` };
  const obstacle = runs.map((run) => whyNot(run, first, run === last, facts)).find((one) => one !== undefined);
  if (obstacle !== undefined)
    return {
      at: first,
      code: "not-mergeable",
      reason: `lines ${first.startLine} and ${others[0]?.startLine ?? 0} belong together (${reason}), but ${obstacle}`,
    };
  const { document } = facts;
  const habit = habitOf(document);
  const parts = runs.map((run, index) => body(run, index === runs.length - 1, facts));
  const text = parts.reduce(
    (sum, part, index) => (index === 0 ? part : sum + connect(runs[index], part, habit, facts)),
    "",
  );
  const names = runs.map((run) => `line ${run.startLine}`).join(" and ");
  return {
    at: first,
    message: `joins ${names}: ${reason}`,
    edits: [
      replace(
        { start: first.start, end: last.end },
        document.source.slice(first.start, bodyStart(first, facts)) + text,
      ),
    ],
  };
}

/** Why a RUN cannot be joined with others that have the flags of `first`. */
function whyNot(run: RunInstruction, first: RunInstruction, isLast: boolean, facts: Facts): string | undefined {
  const flags = (one: RunInstruction): string =>
    one.flags
      .map((flag) => flag.text)
      .sort()
      .join(" ");
  const script = facts.script(run);
  const at = `line ${run.startLine}`;
  if (flags(run) !== flags(first)) return `${at} has other flags`;
  if (script.form !== "shell" || run.heredocs.length > 0) return `${at} is no plain shell form`;
  if (script.problem !== undefined) return `${at}: ${script.problem}`;
  if (script.items.length === 0) return `${at} is empty`;
  const odd = script.commands.find(({ program = "" }) => /^(?:exit|exec|return|trap)$/.test(program));
  if (odd !== undefined) return `${at}: \`${shorten(odd.text)}\` would end what follows`;
  // Left of `&&`, a shell ignores set -e, also within loops and subshells (POSIX, set -e).
  if (!isLast && fragmentsOf(run, facts).some((fragment) => fragment.errexit !== ""))
    return `${at}: \`set -e\` would no longer stop at what fails in it`;
  if (leavesOutside(run, facts)) return `${at} leaves something in a mount, which is in no layer`;
  if (script.items.some((item) => item.operator === "&")) return `${at} starts a background job`;
  return script.flatChain || !/(?:^|\s)#|&\s*$/.test(run.body.text)
    ? undefined
    : `${at} ends with a comment or a background job`;
}

const bodyStart = (run: RunInstruction, facts: Facts): number => facts.script(run).items[0]?.start ?? run.end;

/** The RUN's script as one operand of a chain. */
function body(run: RunInstruction, isLast: boolean, facts: Facts): string {
  const text = facts.document.source.slice(bodyStart(run, facts), run.end);
  const { flatChain } = facts.script(run);
  const closed = flatChain && (isLast || !leaksInto(fragmentsOf(run, facts)));
  if (closed) return text;
  // `((` begins arithmetic in bash.
  return `(${text.startsWith("(") ? " " : ""}${text})`;
}

/** The operator, the line break, the comments of the RUN that follows, and its text. */
function connect(
  run: RunInstruction | undefined,
  text: string,
  { operatorFirst, indent }: Habit,
  facts: Facts,
): string {
  if (run === undefined) return text;
  const { source, directives, eol } = facts.document;
  const between = source.slice(run.slot.start, run.start) + source.slice(run.start, bodyStart(run, facts));
  const comments = [...between.matchAll(/^[ \t]*(#.*?)\r?$/gm)]
    .map((match) => `${indent}${match[1] ?? ""}${eol}`)
    .join("");
  return operatorFirst
    ? ` ${directives.escape}${eol}${comments}${indent}&& ${text}`
    : ` && ${directives.escape}${eol}${comments}${indent}${text}`;
}

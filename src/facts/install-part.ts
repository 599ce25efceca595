import type { Ecosystem, Inputs, InputsRefusal, Output } from "../ecosystems/ecosystem.js";
import type { Command, Script } from "../shell/script.js";
import type { RunInstruction } from "../syntax/nodes.js";
import { joinEffects, shorten, type Effects } from "./effects.js";
import type { CommandFact, Facts } from "./facts.js";
import { changesShell } from "./fragments.js";
import { readInputs, unknownDirectory, type Read } from "./install-inputs.js";
import { leavesOutside, mountedAt } from "./mounts.js";
import { isOpaque, mayOverlap } from "./paths.js";

/** The part of a RUN that may run before the source is there: its installs and what can go with them. */
export interface InstallPart extends Read {
  readonly run: RunInstruction;
  /** Items [0, end) of the script belong to it; undefined: it is a new RUN with this text, put before the RUN, which stays whole. */
  readonly extent: { readonly end: number } | { readonly added: string };
  /** What it does beside the installs' own reads and writes. */
  readonly effects: Effects;
}

/** May this work run before the source is copied? `behind`: it stands behind an install, where it may as well stay with the source. */
export type Free = (effects: Effects, behind: boolean) => boolean;

const SETUP = new Set(["cd", "set", "export", "umask"]);

/** Only sets up the shell for what follows in the same RUN: has to be said again when the script is split behind it. */
export function isSetup(command: Command): boolean {
  return command.program !== undefined && SETUP.has(command.program);
}

/**
 * Reads the install part of a RUN; undefined when it installs nothing, or a cache mount keeps what an added step would fetch.
 * `free` says whether other work may run before the source is copied.
 */
export function installPart(run: RunInstruction, facts: Facts, free: Free): InstallPart | InputsRefusal | undefined {
  const commands = facts.commands(run);
  const first = commands.find((fact) => fact.install !== undefined);
  if (first?.install === undefined) return undefined;
  if (facts.context === undefined) {
    return {
      code: "no-context",
      reason: `no build context is known, so \`${first.install.call.label}\` cannot be given its manifests; name it with --context`,
    };
  }
  const read = readInputs([first], facts);
  if ("reason" in read) return read;
  if (read.inputs.insert === undefined) return leadingPart(run, facts, free);
  return addedPart(run, first, read, read.inputs.insert, facts);
}

/** A build that downloads by itself: the download becomes a RUN of its own. */
function addedPart(
  run: RunInstruction,
  build: CommandFact,
  read: Read,
  insert: NonNullable<Inputs["insert"]>,
  facts: Facts,
): InstallPart | InputsRefusal {
  const all = facts.commands(run);
  const before = all.filter((fact) => fact.item < build.item);
  const refusal =
    whyNotAhead(before, read, insert) ??
    whyTakenAway(all.slice(all.indexOf(build)), read) ??
    (insert.cacheOnly === true || runsForCertain(build, before, facts.script(run)) ? undefined : dependent(build));
  if (refusal !== undefined) return refusal;
  if (facts.script(run).form === "exec" && insert.directory !== facts.state(run).cwd) {
    return { code: "compound-command", reason: `\`${shorten(build.command.text)}\` runs in another directory` };
  }
  const setups = before.map((fact) => fact.command).filter(isCarried);
  const changes = setups.filter(isChange);
  // The author's own `cd` where it leads there, the path in full elsewhere.
  const here = insert.directory === facts.state(run).cwd;
  const followed = insert.directory === build.site.cwd && changes.length > 0;
  if (!here && !followed && isOpaque(insert.directory)) return unknownDirectory(build);
  const said = (followed && !here ? setups : setups.filter((one) => !isChange(one))).map((one) => one.text);
  const lead = here || followed ? said : [`cd ${insert.directory}`, ...said];
  return { run, ...read, extent: { added: [...lead, insert.text].join(" && ") }, effects: joinEffects([]) };
}

/** Does the command run whenever its RUN does, with nothing but `cd` and `set` before it unless that is a plain `&&` chain? */
export function runsForCertain(
  { command, item }: CommandFact,
  before: readonly CommandFact[],
  script: Script,
): boolean {
  if (!command.topLevel || script.flatChain || script.form === "exec") return command.topLevel;
  return (
    script.items[item + 1]?.operator !== "||" &&
    before.every((fact) => fact.item >= item || /^(?:cd|set)$/.test(fact.command.program ?? ""))
  );
}

const dependent = ({ command }: CommandFact): InputsRefusal => ({
  code: "compound-command",
  reason: `\`${shorten(command.text)}\` may depend on other commands of its RUN, which is not a plain \`&&\` chain`,
});

const isChange = ({ program }: Command): boolean => program === "cd";

/** Acts on the build that follows in the same shell, and may as well be said before the new step. */
function isCarried(command: Command): boolean {
  const { program = "export", text, topLevel } = command;
  return topLevel && changesShell(command) && /^(?:cd|export|unset)$/.test(program) && !/\$\(|`/.test(text);
}

/** Its options change no download; a mask does not matter to a cache. */
const isHarmless = ({ program }: Command, cacheOnly: boolean): boolean =>
  program === "set" || (program === "umask" && cacheOnly);

/** Why a step cannot run ahead of what stands before the build in its RUN. */
function whyNotAhead(
  before: readonly CommandFact[],
  { mayRead }: Read,
  { cacheOnly }: NonNullable<Inputs["insert"]>,
): InputsRefusal | undefined {
  const matters = ({ command, effects }: CommandFact): boolean => {
    if (effects.system !== "none" || overlaps(effects, mayRead)) return true;
    if (changesShell(command) && !isCarried(command) && !isHarmless(command, cacheOnly === true))
      return cacheOnly !== true || /^(?:\.|source|eval)$/.test(command.program ?? "");
    return cacheOnly !== true && effects.opaque !== undefined;
  };
  const first = before.find(matters);
  return (
    first && {
      code: "work-before-install",
      reason: `\`${shorten(first.command.text)}\` comes before the build in the same RUN and may be needed to download`,
    }
  );
}

/** The RUN takes away again what a step ahead of it would leave in a layer of its own. */
function whyTakenAway(after: readonly CommandFact[], { outputs }: Read): InputsRefusal | undefined {
  const made = outputs.filter((one) => one.kind === "installed").map((one) => one.path);
  // `rm composer.*` takes no directory away, `rm -rf ~/.m2/*` does.
  const sweeps = ({ program, args }: Command): boolean =>
    program === "rm" &&
    args.some((word) => (word.value !== undefined && !word.text.startsWith("-")) || /(?:^|\/)\*$/.test(word.text));
  const taken = after.find(({ command, effects }) => sweeps(command) && overlaps(effects, made));
  return (
    taken && {
      code: "cleaned-up",
      reason: `\`${shorten(taken.command.text)}\` takes away in the same RUN what a step before would leave in a layer of its own`,
    }
  );
}

const overlaps = ({ writes }: Effects, paths: readonly string[]): boolean =>
  writes.some((path) => paths.some((one) => mayOverlap(one, path)));

function leadingPart(run: RunInstruction, facts: Facts, free: Free): InstallPart | InputsRefusal {
  const script = facts.script(run);
  const commands = facts.commands(run);
  const ecosystems = commands.flatMap((fact) => (fact.install === undefined ? [] : [fact.install.ecosystem]));
  const taken: CommandFact[] = [];
  let end = 0;
  for (const index of script.items.keys()) {
    const here = commands.filter((fact) => fact.item === index);
    const behind = taken.some((fact) => fact.install !== undefined);
    const left = taken.flatMap(({ effects }) => effects.writes);
    const own = (effects: Effects): boolean => free(effects, behind && !takesOnly(effects, left));
    const refusal = whyNotEarly(here, ecosystems, facts, own);
    if (refusal !== undefined && !behind) return refusal;
    if (refusal !== undefined) break;
    taken.push(...here);
    end = index + 1;
  }
  if (end < script.items.length) {
    if (!script.flatChain || leavesOutside(run, facts)) return notSplittable(run, taken, facts);
    while (end > 0 && script.items[end - 1]?.commands.every(isSetup) === true) end--;
  }
  const kept = taken.filter((fact) => fact.item < end);
  const read = readInputs(kept, facts);
  if ("reason" in read) return read;
  const mounted = read.outputs.find(
    (output) =>
      output.kind === "installed" &&
      mountedAt(run, facts).some(
        ({ type, target }) => type === "cache" && (target === undefined || mayOverlap(target, output.path)),
      ),
  );
  if (mounted !== undefined) {
    return {
      code: "mounted-output",
      reason: `\`${read.calls[0]?.label ?? ""}\` installs into a cache mount, ${mounted.path}: it is in no layer, and may be gone when the source is built`,
    };
  }
  const others = kept.filter((fact) => fact.install === undefined && !isCleanup(fact.command, ecosystems));
  const part = { run, ...read, extent: { end }, effects: joinEffects(others.map((fact) => fact.effects)) };
  const rest = commands.slice(kept.length);
  // A token, a compiler: who takes it away in the same RUN means it to be in no layer.
  const hidden = isShipped(run, facts) ? takenAway(others, [], rest) : undefined;
  if (hidden !== undefined) {
    return {
      code: "clean-up",
      reason: `\`${shorten(hidden.text)}\` takes away what stands before the install in its RUN; split, a layer of the image would hold it (a build stage of its own would not)`,
    };
  }
  const late =
    rest.find(({ command }) => isCleanup(command, ecosystems))?.command ?? takenAway(kept, read.outputs, rest);
  return late === undefined
    ? part
    : withNote(part, `what \`${shorten(late.text)}\` takes away stays in the layer of the install`);
}

const withNote = (part: InstallPart, note: string): InstallPart => ({
  ...part,
  inputs: { ...part.inputs, notes: [...part.inputs.notes, note] },
});

/** Does it no more than take away what was left before? */
const takesOnly = ({ removes, writes }: Effects, left: readonly string[]): boolean =>
  writes.length > 0 && writes.every((path) => removes.includes(path) && left.includes(path));

const UNINSTALLS = /^(?:sudo )?\S+ (?:-\S+ )*(?:purge|remove|autoremove|del|uninstall|prune)\b/;

/** The command of the rest that takes away what these leave: where it stands now, no layer holds that. */
const takenAway = (
  kept: readonly CommandFact[],
  outputs: readonly Output[],
  rest: readonly CommandFact[],
): Command | undefined =>
  rest.find(({ command, effects }) =>
    kept.some(
      (one) =>
        (UNINSTALLS.test(command.text) && one.command.program === command.program) ||
        [...one.effects.writes, ...outputs.map((output) => output.path)].some((path) =>
          effects.removes.some((other) => mayOverlap(path, other)),
        ),
    ),
  )?.command;

/** Is the stage in the image that is built at last? */
function isShipped(run: RunInstruction, { document }: Facts): boolean {
  for (let stage = document.stages.at(-1); stage !== undefined; stage = stage.base)
    if (stage.index === run.stage) return true;
  return false;
}

function notSplittable(run: RunInstruction, taken: readonly CommandFact[], facts: Facts): InputsRefusal {
  const rest = facts.commands(run)[taken.length];
  const install = taken.find((fact) => fact.install !== undefined);
  const why = facts.script(run).flatChain
    ? "has a mount by which one leaves something for the other"
    : "is not a plain \`&&\` chain";
  return {
    code: "not-splittable",
    reason: `\`${shorten(install?.command.text ?? "")}\` and \`${shorten(rest?.command.text ?? "")}\` share a RUN that ${why}, so it is not split`,
  };
}

/** Why the commands of one item cannot run before the source is copied. */
function whyNotEarly(
  here: readonly CommandFact[],
  ecosystems: readonly Ecosystem[],
  facts: Facts,
  free: (effects: Effects) => boolean,
): InputsRefusal | undefined {
  const nested = here.find(({ command, install }) => install !== undefined && !command.topLevel);
  if (nested !== undefined && here.length > 1)
    return { code: "compound-command", reason: `\`${shorten(nested.command.text)}\` is part of a compound command` };
  for (const { command, install, effects } of here) {
    if (install === undefined) {
      if (isCleanup(command, ecosystems) || free(effects)) continue;
      const why = effects.opaque ?? `\`${shorten(command.text)}\` touches what the source copy brings`;
      return { code: "work-before-install", reason: `${why}, and stands before the install in the same RUN` };
    }
    const read = readInputs(
      here.filter((fact) => fact.command === command),
      facts,
    );
    if ("reason" in read) return read;
    if (read.inputs.insert !== undefined)
      return { code: "builds-source", reason: `\`${shorten(command.text)}\` needs the source` };
  }
  return undefined;
}

const isCleanup = (command: Command, ecosystems: readonly Ecosystem[]): boolean =>
  ecosystems.some((ecosystem) => ecosystem.cleanup?.(command) === true);

import type { Instruction, Stage } from "../../syntax/nodes.js";
import { isBind, mountOption } from "../mounts.js";
import { cacheKeys, type ContextChange } from "./cache-keys.js";
import { brings, changesOf, probability, union, type Changes } from "./changes.js";
import type { Copy } from "../copies.js";
import { variablesIn } from "../expand.js";
import type { Facts } from "../facts.js";
import { isWithin } from "../paths.js";
import { stageNamed } from "../stages.js";
import { instructionSeconds } from "./seconds.js";

/** One instruction as the builder sees it. */
export interface Layer {
  readonly instruction: Instruction;
  /** "metadata": changes the image's configuration only, or what later steps find in force. */
  readonly makes: "base" | "layer" | "metadata";
  /** What it is made from, for people: "context: src", "stage build", "ARG V". */
  readonly dependsOn: readonly string[];
  readonly seconds: number;
  /** Probability that it is itself not what it was, per build. */
  readonly changes: number;
  /** Seconds that it costs on average: its time by the odds that it, or what is before it, has changed. */
  readonly expected: number;
}

/** A stage with its layers; a stage that no image needs is not built by BuildKit. */
export interface StageLayers {
  readonly stage: Stage;
  readonly built: boolean;
  readonly layers: readonly Layer[];
}

export function layersOf(facts: Facts): readonly StageLayers[] {
  const commits = facts.evidence.history?.commits.length ?? 0;
  const built = neededStages(facts);
  const ends: Changes[] = [];
  return facts.document.stages.map((stage): StageLayers => {
    let changed: Changes =
      stage.base === undefined
        ? { commits: new Set(), rate: 0 }
        : (ends[stage.base.index] ?? { commits: new Set(), rate: 0 });
    const layers = stage.instructions.map((instruction): Layer => {
      const own = changesOf(instruction, facts);
      changed = union([changed, own]);
      const seconds = instructionSeconds(instruction, facts);
      return {
        instruction,
        makes: makesOf(instruction, facts),
        dependsOn: dependenciesOf(instruction, facts),
        seconds,
        changes: probability(own, commits),
        expected: seconds * probability(changed, commits),
      };
    });
    ends.push(changed);
    return { stage, built: built.has(stage.index), layers };
  });
}

/** Seconds that a build costs on average, by the odds of what has changed since the last one. */
export function expectedRebuild(facts: Facts): number {
  const layers = layersOf(facts).flatMap((stage) => (stage.built ? stage.layers : []));
  return layers.reduce((sum, layer) => sum + layer.expected, 0);
}

function makesOf({ kind }: Instruction, facts: Facts): Layer["makes"] {
  if (kind === "FROM") return "base";
  if (/^(?:RUN|COPY|ADD|WORKDIR)$/.test(kind)) return "layer";
  return facts.evidence.builder === "linear" && kind !== "ARG" ? "layer" : "metadata";
}

/** Stages that the last one, or one that somebody builds, is made from, itself included. The linear builders make all of them. */
function neededStages(facts: Facts): ReadonlySet<number> {
  const { stages } = facts.document;
  const { builder, targets = [] } = facts.evidence;
  const isBuilt = ({ index, name }: Stage): boolean =>
    builder === "linear" || index === stages.length - 1 || targets.includes(name ?? String(index));
  const needed = new Set(stages.filter(isBuilt).map(({ index }) => index));
  // A stage is made from earlier ones only.
  for (const { index, base, instructions } of [...stages].reverse()) {
    if (!needed.has(index)) continue;
    if (base !== undefined) needed.add(base.index);
    for (const from of instructions.flatMap(stagesIn)) {
      const source = stageNamed(from, index, facts.document);
      if (source !== undefined) needed.add(source.index);
    }
  }
  return needed;
}

/** Names of stages or images that an instruction takes files from. */
function stagesIn(instruction: Instruction): readonly string[] {
  if (instruction.kind === "COPY" || instruction.kind === "ADD")
    return instruction.from === undefined ? [] : [instruction.from];
  return instruction.flags.flatMap((flag) => mountOption(flag.value ?? "", "from") ?? []);
}

function dependenciesOf(instruction: Instruction, facts: Facts): readonly string[] {
  const { kind } = instruction;
  const stages = stagesIn(instruction).map((from) =>
    stageNamed(from, instruction.stage, facts.document) === undefined ? `image ${from}` : `stage ${from}`,
  );
  if (kind === "FROM")
    return [
      instruction.stage >= 0 && facts.document.stages[instruction.stage]?.base !== undefined
        ? `stage ${instruction.image.text}`
        : `image ${instruction.image.text}`,
    ];
  if (kind === "COPY" || kind === "ADD")
    return stages.length > 0 ? stages : instruction.sources.map((word) => `context ${word.text}`);
  if (kind !== "RUN") return [];
  const { args } = facts.state(instruction);
  const mentioned = new Set(variablesIn(instruction.body.text));
  // BuildKit passes every ARG that has a value to every RUN behind it.
  const given = [...args]
    .filter(([name, value]) => value !== undefined || mentioned.has(name))
    .map(([name]) => `ARG ${name}`);
  const binds = instruction.flags.flatMap(({ value = "" }) =>
    isBind(value) && mountOption(value, "from") === undefined
      ? [mountOption(value, "source") ?? mountOption(value, "src") ?? "."]
      : [],
  );
  return [...stages, ...binds.map((path) => `context ${path}`), ...given];
}

/** A step that is not cached, and why. */
export interface Rebuild {
  readonly instruction: Instruction;
  readonly seconds: number;
  readonly why: string;
  /** False: a stage it copies from is built again, but the step is cached when that stage's files come out the same. */
  readonly certain: boolean;
}

/** Which steps are built again when these paths of the context have changed. */
export function rebuildsAfter(changed: readonly string[], facts: Facts): readonly Rebuild[] {
  const known = new Map<Copy, string>();
  const change: ContextChange = {
    copied(copy) {
      const found = known.get(copy) ?? changed.find((path) => brings(copy, path, facts)) ?? "";
      known.set(copy, found);
      return found;
    },
    below(path) {
      const root = `/${path}`.replace(/^\/\.?\/?|\/$/g, "");
      return changed.find((one) => facts.context?.ignores(one) !== true && isWithin(`/${one}`, `/${root}`)) ?? "";
    },
  };
  const [before, after] = [cacheKeys(facts), cacheKeys(facts, change)];
  const built = neededStages(facts);
  const rebuilds: Rebuild[] = [];
  const broken = new Map<number, Pick<Rebuild, "why" | "certain">>();
  for (const stage of facts.document.stages) {
    let cause: Pick<Rebuild, "why" | "certain"> | undefined = stage.base && broken.get(stage.base.index);
    for (const instruction of stage.instructions) {
      if (after.get(instruction) === before.get(instruction)) continue;
      cause = causeOf(instruction, cause, change, broken, facts);
      if (built.has(stage.index) && instruction.kind !== "FROM")
        rebuilds.push({ instruction, seconds: instructionSeconds(instruction, facts), ...cause });
    }
    if (cause !== undefined) broken.set(stage.index, cause);
  }
  return rebuilds;
}

function causeOf(
  instruction: Instruction,
  before: Pick<Rebuild, "why" | "certain"> | undefined,
  change: ContextChange,
  broken: ReadonlyMap<number, unknown>,
  facts: Facts,
): Pick<Rebuild, "why" | "certain"> {
  const copy = facts.copy(instruction);
  const bound = instruction.flags.map(({ value = "" }) =>
    isBind(value) ? change.below(mountOption(value, "source") ?? mountOption(value, "src") ?? "") : "",
  );
  const path = copy === undefined ? bound.find((one) => one !== "") : change.copied(copy);
  if (path !== undefined && path !== "")
    return { why: `line ${instruction.startLine}: ${path} has changed`, certain: true };
  if (before !== undefined) return before;
  const stage = stagesIn(instruction)
    .map((from) => stageNamed(from, instruction.stage, facts.document))
    .find((one) => one !== undefined && broken.has(one.index));
  return {
    why: `line ${instruction.startLine}: stage ${stage?.name ?? String(stage?.index ?? "")} is built again`,
    certain: false,
  };
}

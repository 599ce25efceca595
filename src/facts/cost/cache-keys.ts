import type { CopyInstruction, Instruction, RunInstruction, Stage } from "../../syntax/nodes.js";
import type { Copy } from "../copies.js";
import { expand } from "../expand.js";
import type { Facts } from "../facts.js";
import { isBind, mountOption } from "../mounts.js";
import { isMetadata } from "../order.js";
import { stageNamed } from "../stages.js";
import type { State } from "../state.js";

/**
 * What a builder's cache knows a step by: equal keys, equal layer. The rules were measured on BuildKit in docker 20.10 and 26.1 and
 * on buildah 1.39 (89 and 35 experiments). undefined: the instruction makes no step on this builder.
 */
export type CacheKeys = ReadonlyMap<Instruction, string | undefined>;

/** What has changed in the build context since the cache was filled: "" for nothing. */
export interface ContextChange {
  /** Among what the copy takes. */
  copied(copy: Copy): string;
  /** At or below a path, for bind mounts. */
  below(path: string): string;
}

const NO_CHANGE: ContextChange = { copied: () => "", below: () => "" };

/** Keys of all steps when these paths of the build context are not what they were. */
export function cacheKeys(facts: Facts, change: ContextChange = NO_CHANGE): CacheKeys {
  const keys = new Map<Instruction, string | undefined>();
  const ends: string[] = [];
  const linear = facts.evidence.builder === "linear";
  for (const stage of facts.document.stages) {
    let parent = baseKey(stage, ends, facts);
    keys.set(stage.from, parent);
    for (const instruction of stage.instructions.slice(1)) {
      const own = linear ? linearKey(instruction, ends, facts, change) : buildkitKey(instruction, ends, facts, change);
      if (own !== undefined) parent = digest(parent + own);
      keys.set(instruction, own === undefined ? undefined : parent);
    }
    ends.push(parent);
  }
  return keys;
}

/** FNV-1a over two lanes: keys are compared with those of the same run only. */
function digest(text: string): string {
  let [a, b] = [0x811c9dc5, 0x01000193];
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
    b = Math.imul(b + text.charCodeAt(i), 0x85ebca6b) ^ (b >>> 13);
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
}

function baseKey(stage: Stage, ends: readonly string[], facts: Facts): string {
  if (stage.base !== undefined) return ends[stage.base.index] ?? "";
  const platform = stage.from.flags.map((flag) => flag.text).join(" ");
  return digest(`FROM ${platform} ${facts.state(stage.instructions[1] ?? stage.from).image}`);
}

function buildkitKey(
  instruction: Instruction,
  ends: readonly string[],
  facts: Facts,
  change: ContextChange,
): string | undefined {
  switch (instruction.kind) {
    case "RUN":
      return runKey(instruction, ends, facts, change);
    case "COPY":
    case "ADD":
      return copyKey(instruction, ends, facts, change);
    case "WORKDIR":
      return `WORKDIR ${facts.after(instruction).cwd}`;
    default:
      // ENV, ARG, USER and SHELL count where a RUN uses them.
      return undefined;
  }
}

/** The linear builders take an instruction by its text and its place. */
function linearKey(instruction: Instruction, ends: readonly string[], facts: Facts, change: ContextChange): string {
  if (instruction.kind === "RUN") return runKey(instruction, ends, facts, change);
  if (instruction.kind === "COPY" || instruction.kind === "ADD") return copyKey(instruction, ends, facts, change);
  const text =
    instruction.kind === "ARG" || isMetadata(instruction) ? instruction.body.text : expandedText(instruction, facts);
  return `${instruction.kind} ${text.trim()}`;
}

const expandedText = (instruction: Instruction, facts: Facts): string =>
  expand(instruction.body.text, facts.state(instruction).env, facts.document.directives.escape);

const DEFAULT_SHELL = ["/bin/sh", "-c"];

function runKey(run: RunInstruction, ends: readonly string[], facts: Facts, change: ContextChange): string {
  const state = facts.state(run);
  const script = run.body.text.trim();
  const bodies = run.heredocs.map(({ name, content }) => `${name}\n${content}`);
  const args = run.json?.map((word) => word.text) ?? [...(state.shell ?? DEFAULT_SHELL), script];
  return JSON.stringify([
    "RUN",
    args,
    bodies,
    run.flags.map((flag) => [flag.text, mounted(flag.value ?? "", run, ends, facts, change)]),
    environment(state),
    state.cwd,
    state.user ?? "",
  ]);
}

/** A bind mount's source counts by its content. */
function mounted(
  value: string,
  run: RunInstruction,
  ends: readonly string[],
  facts: Facts,
  change: ContextChange,
): string {
  const from = mountOption(value, "from");
  if (from !== undefined) return stageKey(from, run.stage, ends, facts);
  return isBind(value) ? change.below(mountOption(value, "source") ?? mountOption(value, "src") ?? "") : "";
}

/** ENV in force, in order, and every ARG that has a value, used or not; an ARG behind an ENV of its name does not count. */
function environment(state: State): readonly string[] {
  return [...state.env].flatMap(([name, value]) => {
    if (!state.args.has(name)) return [`${name}=${value}`];
    const given = state.args.get(name);
    return given === undefined ? [] : [`${name}=${given}`];
  });
}

function copyKey(instruction: CopyInstruction, ends: readonly string[], facts: Facts, change: ContextChange): string {
  const copy = facts.copy(instruction);
  const { from, kind, flags } = instruction;
  const { escape } = facts.document.directives;
  const { env } = facts.state(instruction);
  return JSON.stringify([
    kind,
    flags
      .filter((flag) => flag.name !== "from" && flag.name !== "link")
      .map((flag) => flag.text)
      .sort(),
    from === undefined ? "" : stageKey(from, instruction.stage, ends, facts),
    instruction.sources.map((word) => expand(word.text, env, escape)),
    copy?.dest ?? instruction.dest.text,
    instruction.heredocs.map(({ name, content }) => `${name}\n${content}`),
    copy === undefined ? [] : copiedNames(copy, facts),
    copy === undefined ? "" : change.copied(copy),
  ]);
}

/** Files and empty directories by name. */
function copiedNames(copy: Copy, facts: Facts): readonly string[] {
  const { context } = facts;
  if (context === undefined) return [];
  return copy.placements.flatMap(({ context: path, directory }) =>
    directory ? [...namesBelow(path, context)] : [path],
  );
}

function* namesBelow(directory: string, context: NonNullable<Facts["context"]>): Iterable<string> {
  const names = context.list(directory);
  if (names.length === 0) yield `${directory}/`;
  for (const name of names) {
    const path = directory === "" ? name : `${directory}/${name}`;
    if (context.kind(path) === "directory") yield* namesBelow(path, context);
    else yield path;
  }
}

/** A stage counts by what it makes, not by its name. */
function stageKey(from: string, before: number, ends: readonly string[], facts: Facts): string {
  const named = stageNamed(from, before, facts.document);
  return named === undefined ? from : (ends[named.index] ?? "");
}

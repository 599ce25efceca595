import { familiar } from "../../facts/base-images.js";
import { needsDirectory } from "../../facts/effects.js";
import { isReadByAll } from "../../facts/environment-paths.js";
import { expand, variablesIn } from "../../facts/expand.js";
import type { CommandFact, Facts } from "../../facts/facts.js";
import { mountsOf } from "../../facts/mounts.js";
import { stageNamed } from "../../facts/stages.js";
import { destinationOf } from "../../facts/state.js";
import { isVolatileName } from "../../facts/volatile.js";
import type { CopyInstruction, Document, Instruction, RunInstruction, Stage } from "../../syntax/nodes.js";
import type { LeadingSteps } from "../events.js";
import { DOWNLOAD_BYTES, runBytes } from "./sizes.js";
import { commonScript } from "./spelling.js";

type LeadingStep = LeadingSteps["steps"][number];

/**
 * The steps of the last stage, and of the stages that it is FROM, before the first that depends on the build context, on another stage or on
 * an argument that only the build gives. Labels, ports and commands are passed over: no layer depends on them. null: the base image is
 * not known, or there is none.
 */
export function leadingSteps(document: Document, facts: Facts): LeadingSteps | null {
  const stages = lineage(document.stages.at(-1));
  const image = stages[0] && imageOf(stages[0], facts);
  if (image === undefined) return null;
  const steps: LeadingStep[] = [];
  /** Arguments without a default, or with one that is not known. */
  const given = new Set<string>();
  for (const instruction of stages.flatMap((stage) => stage.instructions.slice(1))) {
    const after = facts.after(instruction).args;
    if (instruction.kind === "ARG")
      for (const { name } of instruction.pairs)
        // A default made of what is not known is not known either.
        if (after.has(name.text) && after.get(name.text)?.includes("${") !== false) given.add(name.text);
    const common = commonOf(instruction, facts, given);
    if (common === null) break;
    if (common !== "") steps.push({ text: textOf(instruction, facts), common, bytes: bytesOf(instruction, facts) });
  }
  return { image, steps };
}

/** Base first. */
function lineage(last: Stage | undefined): readonly Stage[] {
  const stages: Stage[] = [];
  for (let stage = last; stage !== undefined; stage = stage.base) stages.unshift(stage);
  return stages;
}

/** As it would stand behind FROM. */
function imageOf({ from }: Stage, facts: Facts): string | undefined {
  const platform = from.flags.find(({ name }) => name === "platform")?.value;
  const image = familiar(facts.state(from).image);
  const foreign = platform !== undefined && !/^\$(?:TARGETPLATFORM|\{TARGETPLATFORM\})$/.test(platform);
  // An argument without a default leaves a hole.
  if (/^$|:$|^scratch$/.test(image) || image.includes("$") || (foreign && platform.includes("$"))) return undefined;
  return foreign ? `--platform=${platform} ${image}` : image;
}

/** One spelling, and the settings that it depends on; "": no layer depends on it; null: the leading steps end before it. */
function commonOf(instruction: Instruction, facts: Facts, given: ReadonlySet<string>): string | null {
  const { body, flags, kind } = instruction;
  const after = facts.after(instruction);
  const { escape } = facts.document.directives;
  const names = new Set(variablesIn([body.text, ...flags.map(({ text }) => text)].join("\n")));
  const dependsOn = (settings: readonly string[], line: string): string | null =>
    [...names].some((name) => given.has(name))
      ? null
      : [line, ...settings, ...valuesOf(names, instruction, facts)].join("\n");
  switch (kind) {
    case "ENV":
      return dependsOn([], commonPairs(instruction, facts));
    case "ARG":
      return instruction.pairs.some(({ name }) => given.has(name.text)) ? "" : argumentsText(instruction, facts);
    case "WORKDIR":
      return dependsOn(userOf(instruction, facts), `WORKDIR ${after.cwd}`);
    case "USER":
      return dependsOn([], `USER ${expand(body.text.trim(), facts.state(instruction).env, escape)}`);
    case "SHELL":
      return `SHELL ${JSON.stringify(after.shell)}`;
    case "RUN":
      if (
        mountsOf(instruction).some(
          ({ type, from }) => !(from === undefined ? type !== "bind" : isForeign(from, instruction, facts)),
        )
      )
        return null;
      for (const name of heededBy(instruction, facts)) names.add(name);
      return dependsOn(
        [...userOf(instruction, facts), ...placeOf(instruction, facts)],
        ["RUN", ...flags.map(({ text }) => text).sort(), commonScript(instruction, facts)].join(" "),
      );
    case "COPY":
    case "ADD":
      return isFetched(instruction, facts) ? dependsOn([], commonCopy(instruction, facts)) : null;
    default:
      return "";
  }
}

/** The values of variables that decide more than the text tells. */
const valuesOf = (names: ReadonlySet<string>, at: Instruction, facts: Facts): readonly string[] => {
  const { env, args } = facts.state(at);
  return [...names]
    .filter((name) => env.has(name))
    .sort()
    .map((name) => `# ${name}=${JSON.stringify(args.get(name) ?? env.get(name))}`);
};

const userOf = (at: Instruction, facts: Facts): readonly string[] => {
  const { user } = facts.state(at);
  return user === undefined || user === "root" ? [] : [`# as ${user}`];
};

function placeOf(run: RunInstruction, facts: Facts): readonly string[] {
  const { cwd, shell } = facts.state(run);
  const inside = needsDirectory(
    facts.effects(run),
    run.body.text,
    run.flags.map(({ text }) => text),
  );
  return [...(inside ? [`# in ${cwd}`] : []), ...(shell === undefined ? [] : [`# by ${JSON.stringify(shell)}`])];
}

const MANAGERS = /^(?:apt|apt-get|apk|dnf|microdnf|tdnf|yum|dpkg|rpm)$/;
const READ_BY_MANAGERS = /^(?:APT|DEB|DPKG|UCF|APK|DNF|LIBDNF|YUM|RPM)|proxy$/i;

/** Variables in force that a RUN may see without naming them. */
function heededBy(run: RunInstruction, facts: Facts): readonly string[] {
  const heeds = ({ effects }: CommandFact): boolean => effects.environment || effects.opaque !== undefined;
  const commands = facts.commands(run).filter(heeds);
  const known = facts.script(run).problem === undefined;
  const packages = known && commands.every(({ command }) => MANAGERS.test(command.program ?? ""));
  const any = !known || commands.length > 0;
  return [...facts.state(run).env.keys()].filter(
    (name) => isReadByAll(name) || (any && (packages ? READ_BY_MANAGERS.test(name) : !isVolatileName(name))),
  );
}

function commonPairs(instruction: Extract<Instruction, { kind: "ENV" | "LABEL" | "ARG" }>, facts: Facts): string {
  const { env } = facts.after(instruction);
  const texts = instruction.pairs.map(({ name, value }) => {
    const raw = value?.text ?? "";
    // A dollar that quotes or an escape may keep from being a variable stays as it is written.
    const literal = raw.includes("$") && /['\\`]/.test(raw);
    return [name.text, literal ? raw : JSON.stringify(env.get(name.text))] as const;
  });
  const unique = new Set(texts.map(([name]) => name)).size === texts.length;
  const ordered = unique ? texts.sort(([a], [b]) => (a < b ? -1 : 1)) : texts;
  return `${instruction.kind} ${ordered.map((pair) => pair.join("=")).join(" ")}`;
}

function argumentsText(
  { pairs, ...instruction }: Extract<Instruction, { kind: "ENV" | "LABEL" | "ARG" }>,
  facts: Facts,
): string {
  const { args } = facts.after({ pairs, ...instruction });
  return `ARG ${pairs.map(({ name }) => `${name.text}=${JSON.stringify(args.get(name.text) ?? "")}`).join(" ")}`;
}

/** Neither a stage, nor a context that the build names, nor a name that a variable holds. */
const isForeign = (from: string, at: Instruction, { document, evidence }: Facts): boolean =>
  !from.includes("$") &&
  stageNamed(from, at.stage, document) === undefined &&
  evidence.namedContexts?.has(familiar(from)) !== true;

/** Does it bring files from an image or from the network, and none from the context? */
function isFetched(copy: CopyInstruction, facts: Facts): boolean {
  if (copy.heredocs.length > 0) return false;
  if (copy.from !== undefined) return isForeign(copy.from, copy, facts);
  return copy.kind === "ADD" && copy.sources.every(({ text }) => /^https?:\/\/[^$]*$/.test(text));
}

function commonCopy(copy: CopyInstruction, facts: Facts): string {
  const state = facts.state(copy);
  const { escape } = facts.document.directives;
  const words = [
    ...copy.flags.map(({ text }) => text).sort(),
    ...copy.sources.map(({ text }) => expand(text, state.env, escape)),
    `${destinationOf(copy, state, escape).path ?? copy.dest.text}${/(?:^|\/)\.{0,2}$/.test(copy.dest.text) ? "/" : ""}`,
  ];
  return `${copy.kind} ${JSON.stringify(words)}`;
}

/** As written, without the comments inside: the builder does not see them. */
function textOf(instruction: Instruction, facts: Facts): string {
  if (instruction.kind === "ARG") return argumentsText(instruction, facts);
  const { source } = facts.document;
  let text = "";
  let at = instruction.start;
  for (const { start, end } of instruction.innerComments) {
    text += source.slice(at, source.lastIndexOf("\n", start) + 1);
    at = source.indexOf("\n", end) + 1;
  }
  return (text + source.slice(at, instruction.slot.end)).replaceAll("\r\n", "\n").trimEnd();
}

function bytesOf(instruction: Instruction, facts: Facts): number {
  if (instruction.kind === "RUN") return runBytes(facts.commands(instruction));
  return instruction.kind === "COPY" || instruction.kind === "ADD" ? DOWNLOAD_BYTES : 0;
}

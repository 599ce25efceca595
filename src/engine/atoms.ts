import type { Copy } from "../facts/copies.js";
import { needsDirectory, shorten, type Effects } from "../facts/effects.js";
import { isReadByAll } from "../facts/environment-paths.js";
import { expand, variablesIn } from "../facts/expand.js";
import type { Facts } from "../facts/facts.js";
import { fragmentsOf, type Fragment } from "../facts/fragments.js";
import type { Inputs, Site } from "../ecosystems/ecosystem.js";
import { readInputs } from "../facts/install-inputs.js";
import { runsForCertain } from "../facts/install-part.js";
import { stageNamed } from "../facts/stages.js";
import { stepOf, type Step } from "../facts/step.js";
import type { State } from "../facts/state.js";
import { isVolatileName } from "../facts/volatile.js";
import type { CopyInstruction, Document, Instruction, RunInstruction, Stage } from "../syntax/nodes.js";

/** One piece of work on the image's files, with all that decides what it does but the files themselves. */
export interface Atom {
  /** Equal keys: the same work under the same settings. */
  readonly key: string;
  readonly step: Step;
  /** For people: "line 7: `npm ci`". */
  readonly label: string;
  readonly fragment: Fragment | undefined;
  /** Steps that its builds would do by themselves (`go mod download`), for certain, and where and how each runs. */
  downloads(): readonly Download[];
  /** Added before a build in this RUN, and only fills a cache that is addressed by content: no RUN can tell whether it is there. */
  readonly downloadFor?: RunInstruction;
}

type Download = NonNullable<Inputs["insert"]> & Pick<Site, "env">;

const none = (): readonly [] => [];

/** The work of a stage, in order: the fragments of its RUNs, its COPYs, the directories its WORKDIRs make, its VOLUMEs. */
export function atomsOf(stage: Stage, facts: Facts): readonly Atom[] {
  return stage.instructions.flatMap((instruction): Atom[] => {
    const step = stepOf(instruction, facts);
    const label = `line ${instruction.startLine}: \`${shorten(`${instruction.kind} ${instruction.body.text}`)}\``;
    switch (instruction.kind) {
      case "RUN":
        return fragmentsOf(instruction, facts).map((fragment) => ({
          key: runKey(instruction, fragment, facts),
          step: { ...step, effects: fragment.effects },
          label: `line ${instruction.startLine}: \`${shorten(fragment.text)}\``,
          fragment,
          downloads: () => downloadsOf(fragment, facts),
        }));
      case "COPY":
      case "ADD":
        return [{ key: copyKey(instruction, step.copy, facts), step, label, fragment: undefined, downloads: none }];
      case "WORKDIR":
        return [
          {
            key: `WORKDIR ${facts.after(instruction).cwd}\n${step.state.user ?? ""}`,
            step,
            label,
            fragment: undefined,
            downloads: none,
          },
        ];
      case "VOLUME":
        return [{ key: `VOLUME ${written(instruction, facts)}`, step, label, fragment: undefined, downloads: none }];
      default:
        return [];
    }
  });
}

const downloadsOf = ({ run, commands }: Fragment, facts: Facts): readonly Download[] =>
  commands.flatMap((fact) => {
    const read = fact.install === undefined ? undefined : readInputs([fact], facts);
    const proven = read !== undefined && !("reason" in read) && read.inputs.unproven === undefined;
    const insert = proven ? read.inputs.insert : undefined;
    const certain = insert?.cacheOnly === true || runsForCertain(fact, commands, facts.script(run));
    return insert === undefined || !certain ? [] : [{ ...insert, env: fact.site.env }];
  });

function runKey(run: RunInstruction, { text, setups, effects, errexit }: Fragment, facts: Facts): string {
  const state = facts.state(run);
  const flags = run.flags.map((flag) => flag.text).sort();
  const whole = [...setups, text].join("\n");
  return JSON.stringify([
    "RUN",
    flags,
    state.shell,
    state.user,
    needsDirectory(effects, whole, flags) ? state.cwd : "",
    environmentOf(state, effects, [whole, ...flags].join("\n")),
    setups,
    text,
    errexit,
  ]);
}

/**
 * The variables that the work may see: those it mentions and those that every program heeds; all for what is not known, all but build
 * metadata for known programs that look at the environment.
 */
function environmentOf(state: State, effects: Effects, text: string): readonly string[] {
  const mentioned = new Set(variablesIn(text));
  const seen = (name: string): boolean =>
    mentioned.has(name) ||
    isReadByAll(name) ||
    effects.opaque !== undefined ||
    (effects.environment && !isVolatileName(name));
  return [...state.env.keys()]
    .filter(seen)
    .sort()
    .map((name) => variable(name, state));
}

const variable = (name: string, state: State): string =>
  `${name}=${state.env.get(name) ?? ""}${state.args.has(name) ? ` or ${state.args.get(name) ?? "nothing"}` : ""}`;

function copyKey(instruction: CopyInstruction, copy: Copy | undefined, facts: Facts): string {
  const state = facts.state(instruction);
  const words = [...instruction.sources, ...instruction.flags];
  const mentioned = words.flatMap((word) => variablesIn(word.text)).sort();
  const { escape } = facts.document.directives;
  const what =
    copy !== undefined && copy.placements.length > 0
      ? copy.placements.map((one) => `${one.context} -> ${one.image}`)
      : [
          ...instruction.sources.map((word) => expand(word.text, state.env, escape)),
          // Through a link the files land elsewhere, and where that is, the working directory decides as well.
          facts.copy(instruction)?.dest ?? `${instruction.dest.text} in ${state.cwd}`,
          /\/$|(?:^|\/)\.\.?$/.test(instruction.dest.text) ? "directory" : "",
          ...instruction.heredocs.map((heredoc) => `${heredoc.name} ${String(heredoc.expand)}\n${heredoc.content}`),
          ...instruction.heredocs
            .flatMap((heredoc) => variablesIn(heredoc.content))
            .map((name) => variable(name, state)),
        ];
  return JSON.stringify([
    // An ADD whose files are known neither fetches nor unpacks: it copies.
    copy !== undefined && copy.placements.length > 0 ? "COPY" : instruction.kind,
    instruction.flags
      .filter((flag) => flag.name !== "from")
      .map((flag) => flag.text)
      .sort(),
    instruction.from === undefined ? "" : sourceStage(instruction.from, instruction, facts.document),
    what,
    mentioned.map((name) => variable(name, state)),
    // What an argument leads to counts from the working directory.
    ...(copy?.relative === true && instruction.dest.text.startsWith("$") ? [state.cwd] : []),
  ]);
}

/** Stages are named by their name or their number. */
function sourceStage(from: string, instruction: Instruction, document: Document): string {
  const named = stageNamed(from, instruction.stage, document);
  return named === undefined ? from : String(named.index);
}

/** The instruction's words with variables expanded. */
export function written(instruction: Instruction, facts: Facts): string {
  const { body, json } = instruction;
  if (json !== undefined) return JSON.stringify(json.map((word) => word.text));
  return expand(body.text.trim(), facts.state(instruction).env, facts.document.directives.escape);
}

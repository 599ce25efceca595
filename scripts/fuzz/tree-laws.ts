import { readScript } from "../../src/shell/parse.js";
import type { Document, Instruction, RunInstruction, Span } from "../../src/syntax/nodes.js";
import { parse } from "../../src/syntax/parse.js";
import { print } from "../../src/syntax/print.js";

/** What a shell is given. */
export interface Script {
  readonly text: string;
  /** Scripts it was made of; where bash rejects one of them, it may reject this one. */
  readonly madeOf: readonly string[];
}

/** @throws Error that names the law when it does not hold */
export function holds(law: string, held: boolean): asserts held {
  if (!held) throw new Error(`broken law: ${law}`);
}

const within = (inner: Span, outer: Span): boolean =>
  outer.start <= inner.start && inner.start <= inner.end && inner.end <= outer.end;

/** The tree's spans tile the source and lie in each other; joined text is the source's. */
export function checkSyntax(source: string): Document | undefined {
  const result = parse(source);
  if (!result.ok) {
    holds("what does not parse is told", result.problems.length > 0);
    for (const { offset, line, column, message } of result.problems)
      holds(
        "a problem has a place and a message",
        offset >= 0 && offset <= source.length && line > 0 && column > 0 && message !== "",
      );
    return undefined;
  }
  const { document } = result;
  holds("the tree prints as the text it was read from", print(document) === source);
  let at = 0;
  for (const instruction of document.instructions) {
    holds("slots tile the source", instruction.slot.start === at && instruction.slot.end > at);
    at = instruction.slot.end;
    checkInstruction(instruction, instruction, source);
  }
  holds("the tail ends the source", document.tail.start === at && document.tail.end === source.length);
  holds(
    "stages part the instructions",
    document.stages.every((stage) => stage.instructions.every((one) => one.stage === stage.index)),
  );
  return document;
}

function checkInstruction(instruction: Instruction, outer: Instruction, source: string): void {
  const { body, slot, block, startLine, endLine, index } = instruction;
  holds("an instruction lies in its slot", within(instruction, outer.slot) && within(block, slot));
  holds("lines go forward", startLine <= endLine && index === outer.index);
  holds(
    "words lie in their instruction",
    [instruction.keyword, ...instruction.flags, ...(instruction.json ?? [])].every((one) => within(one, instruction)),
  );
  holds(
    "comments lie in their block",
    instruction.innerComments.every((one) => within(one, outer.block)),
  );
  holds(
    "heredocs lie in their instruction",
    instruction.heredocs.every((one) => within(one.marker, instruction) && within(one.body, outer.slot)),
  );
  holds(
    "joined text is the source's",
    body.segments.every(
      (one) =>
        body.text.slice(one.joined, one.joined + one.length) === source.slice(one.source, one.source + one.length),
    ),
  );
  if (source.length % 4 === 0) instruction.node();
  if (instruction.kind === "ONBUILD" && instruction.inner !== undefined)
    checkInstruction(instruction.inner, outer, source);
}

/** What is read of a RUN lies in it, in order and nested; what is read for certain, bash reads as well. */
export function checkShell(source: string): readonly Script[] {
  const document = checkSyntax(source);
  if (document === undefined) return [];
  return runsOf(document).flatMap((run) => {
    const script = readScript(run, ["bash"], document);
    holds("what cannot be read has no commands", script.problem === undefined || script.commands.length === 0);
    let at = run.start;
    for (const item of script.items) {
      holds("items follow each other in their RUN", item.start >= at && within(item, run.slot));
      at = item.end;
      // The body of a heredoc in a heredoc stands behind its command.
      const outer = script.form === "heredoc" && script.joined.text.includes("<<") ? run.slot : item;
      for (const command of item.commands) {
        holds("commands lie in their item", within(command, outer));
        holds(
          "words lie in their command",
          [...command.args, ...command.redirects].every((word) => within(word, command)),
        );
      }
    }
    holds(
      "a flat chain has && only",
      !script.flatChain || script.items.every((one, index) => one.operator === (index === 0 ? undefined : "&&")),
    );
    return script.problem === undefined ? scriptOf(run) : [];
  });
}

export const runsOf = ({ instructions }: Document): readonly RunInstruction[] =>
  instructions.filter((one) => one.kind === "RUN");

/** What the shell is given. */
export const scriptOf = (run: RunInstruction): readonly Script[] =>
  run.json !== undefined || run.heredocs.length > 0 ? [] : [{ text: run.body.text, madeOf: [] }];

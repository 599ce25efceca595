import { builders, printer } from "prettier/doc";
import type { Document, Instruction } from "./nodes.js";

const { fill, ifBreak, indent, line } = builders;
const { printDocToString } = printer;

/** The document's text. Slots and tail tile the source, so that print(parse(x)) === x. */
export function print(document: Document): string {
  const { source, instructions, tail } = document;
  return (
    instructions.map((instruction) => source.slice(instruction.slot.start, instruction.slot.end)).join("") +
    source.slice(tail.start, tail.end)
  );
}

/** An instruction to be written. `words` are context paths to be taken literally, `globs` stand behind them as they are; `dest` and `raw` are Dockerfile text. */
export type NewInstruction =
  | {
      readonly keyword: "ADD" | "COPY";
      readonly flags: readonly string[];
      readonly words: readonly string[];
      readonly globs?: readonly string[];
      readonly dest: string;
    }
  | { readonly keyword: "RUN"; readonly flags: readonly string[]; readonly raw: string };

const LINE_WIDTH = 120;

/** Lays out a new instruction as its neighbour is written: keyword case, indent, JSON form, line end, escape character. With line end. */
export function layout(document: Document, instruction: NewInstruction, near: Instruction): string {
  const { source, eol, directives } = document;
  const margin = source.slice(source.lastIndexOf("\n", near.start - 1) + 1, near.start);
  const keyword =
    near.keyword.text === near.keyword.text.toLowerCase() ? instruction.keyword.toLowerCase() : instruction.keyword;
  const parts = [keyword, ...instruction.flags, ...operands(instruction, near, directives.escape)];
  const separator = [ifBreak(` ${directives.escape}`, ""), line];
  const doc = indent(fill(parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part]))));
  const { formatted } = printDocToString(doc, {
    printWidth: LINE_WIDTH - margin.length - 2,
    tabWidth: 4,
    useTabs: false,
  });
  return (
    formatted
      .split("\n")
      .map((text) => margin + text)
      .join(eol) + eol
  );
}

function operands(instruction: NewInstruction, near: Instruction, escape: string): string[] {
  if ("raw" in instruction) return [instruction.raw];
  const words = [...instruction.words.map((word) => literalPath(word, escape)), ...(instruction.globs ?? [])];
  const json = near.json !== undefined || words.some((word) => /\s/.test(word));
  if (!json) return [...words, instruction.dest];
  return [`[${[...words, instruction.dest].map((word) => JSON.stringify(word)).join(", ")}]`];
}

/** A COPY source is a Go pattern, and expanded before: keeps a path's own `[`, `*`, `$` and quotes from meaning anything. */
function literalPath(path: string, escape: string): string {
  return path.replace(/[*?[\\$'"`]/g, (c) => {
    if (c === "\\") return `${escape}\\`.repeat(2);
    if (c === "`") return escape === "`" ? "``" : c;
    return "*?[".includes(c) ? `[${c}]` : `${escape}${c}`;
  });
}

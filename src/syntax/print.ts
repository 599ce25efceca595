import type { Document } from "./nodes.js";

/** The document's text. Slots and tail tile the source, so that print(parse(x)) === x. */
export function print(document: Document): string {
  const { source, instructions, tail } = document;
  return instructions.map((instruction) => source.slice(instruction.slot.start, instruction.slot.end)).join("") + source.slice(tail.start, tail.end);
}

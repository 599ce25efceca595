import { replace, type Edit } from "./edit.js";
import type { Document, Instruction, Span } from "./nodes.js";

/** Text to be laid down: what stands before it (blank lines, detached comments) and the lines themselves. */
export interface Piece {
  readonly lead: string;
  readonly text: string;
}

/** What stands between the instruction before and this one's block: blank lines and comments that are not glued to it. */
export function leadOf(document: Document, instruction: Instruction): string {
  return document.source.slice(instruction.slot.start, instruction.block.start);
}

/** The blank lines that end a lead: what sets the instruction apart from the one before. */
export function blankLines(lead: string): string {
  let start = lead.length;
  while (start > 0) {
    const line = start === 1 ? 0 : lead.lastIndexOf("\n", start - 2) + 1;
    if (!/^[ \t]*\r?\n$/.test(lead.slice(line, start))) break;
    start = line;
  }
  return lead.slice(start);
}

/** The lead from its first comment on; "" when it has none. */
export function detachedComments(lead: string): string {
  const at = lead.search(/[^\s]/);
  return at < 0 ? "" : lead.slice(lead.lastIndexOf("\n", at) + 1);
}

/** Comment lines glued to the instruction, line ends included. */
export function gluedComments(document: Document, instruction: Instruction): string {
  return document.source.slice(instruction.block.start, lineStart(document, instruction));
}

/** The instruction's lines without its glued comments, line end included; `text` in place of the instruction's own. */
export function ownLines(document: Document, instruction: Instruction, text?: string): string {
  const { source } = document;
  const start = lineStart(document, instruction);
  const own = text ?? source.slice(instruction.start, instruction.end);
  return source.slice(start, instruction.start) + own + source.slice(instruction.end, instruction.block.end);
}

function lineStart(document: Document, instruction: Span): number {
  return document.source.lastIndexOf("\n", instruction.start - 1) + 1;
}

/** Lays pieces in place of a stretch of neighbouring instructions; the file's last line keeps its missing line end. */
export function arrange(document: Document, first: Instruction, last: Instruction, pieces: readonly Piece[]): Edit {
  const { source, eol } = document;
  const span = { start: first.slot.start, end: last.slot.end };
  const lines = pieces.map(({ lead, text }) => lead + (text.endsWith("\n") ? text : text + eol));
  const text = lines.join("");
  return replace(span, source.slice(span.start, span.end).endsWith("\n") ? text : text.slice(0, -eol.length));
}

/** The instruction with its glued comments, line end included. */
export const blockText = (document: Document, instruction: Instruction): string =>
  gluedComments(document, instruction) + ownLines(document, instruction);

/** A stretch in a new order: every instruction with its comments; blank lines stay where they set apart what still stands there. */
export function inNewOrder(
  document: Document,
  stretch: readonly Instruction[],
  order: readonly Instruction[],
): Piece[] {
  const [oldFirst] = stretch;
  const [newFirst] = order;
  if (oldFirst === undefined || newFirst === undefined) return [];
  const lead = leadOf(document, oldFirst);
  const section = detachedComments(lead);
  return order.map((one): Piece => {
    const text = blockText(document, one);
    const own = leadOf(document, one);
    if (oldFirst === newFirst) return { lead: own, text };
    if (one === newFirst) return { lead: lead.slice(0, lead.length - section.length) + detachedComments(own), text };
    if (one === oldFirst) return { lead: section === "" ? blankLines(leadOf(document, newFirst)) : section, text };
    return { lead: own, text };
  });
}

import type { Instruction, Span } from "./nodes.js";

/** Replace the span's text; an empty span inserts. Offsets are those of the document the edit was made for. */
export interface Edit extends Span {
  readonly text: string;
}

export const replace = (span: Span, text: string): Edit => ({ start: span.start, end: span.end, text });
export const remove = (span: Span): Edit => replace(span, "");
export const insert = (offset: number, text: string): Edit => replace({ start: offset, end: offset }, text);

/** Moves an instruction's block (glued comments and line end included) to `offset`, byte for byte. */
export function move(instruction: Instruction, source: string, offset: number): Edit[] {
  return [remove(instruction.block), insert(offset, source.slice(instruction.block.start, instruction.block.end))];
}

/**
 * Applies edits in one pass. Insertions at one offset keep their given order, before a replacement that starts there.
 * @throws RangeError when two edits overlap or one lies outside the source.
 */
export function apply(source: string, edits: readonly Edit[]): string {
  const ordered = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  let result = "";
  let position = 0;
  for (const edit of ordered) {
    if (edit.start < position || edit.end < edit.start || edit.end > source.length) {
      throw new RangeError(`edit ${String(edit.start)}..${String(edit.end)} overlaps another or leaves the text`);
    }
    result += source.slice(position, edit.start) + edit.text;
    position = edit.end;
  }
  return result + source.slice(position);
}

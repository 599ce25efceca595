import { apply, type Edit } from "../syntax/edit.js";
import { lastIndexAtMost, lineStarts } from "../syntax/lines.js";

/** A place in a text. */
export interface Position {
  /** UTF-16 code units from the start of the text, a byte order mark among them. */
  readonly offset: number;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units; a byte order mark is in no column. */
  readonly column: number;
}

/** Finds places of a text by their offsets. */
export function locator(text: string): (offset: number) => Position {
  const starts = lineStarts(text);
  const mark = text.startsWith("\ufeff") ? 1 : 0;
  return (offset) => {
    const index = lastIndexAtMost(starts, offset, (start) => start);
    const column = offset - (starts[index] ?? 0) + 1 - (index === 0 ? mark : 0);
    return { offset, line: index + 1, column: Math.max(1, column) };
  };
}

/** Text of a line (1-based) without its end. */
export const lineOf = (text: string, line: number): string => text.split("\n", line)[line - 1] ?? "";

/**
 * The line of a text that a line of the edited text comes from. A line that an edit brought comes from the same one among those that the
 * edits took away (it was moved), or from where the edit starts. `edits`: of `before`, in its order.
 */
export function originalLine(before: string, edits: readonly Edit[], line: number): number {
  const after = apply(before, edits);
  const place = locator(before);
  const offset = after.split("\n", line - 1).reduce((sum, one) => sum + one.length + 1, 0);
  let shift = 0;
  for (const edit of edits) {
    const start = edit.start + shift;
    if (offset < start) break;
    if (offset < start + edit.text.length)
      return movedFrom(before, edits, edit, lineOf(after, line)) ?? place(edit.start).line;
    shift += edit.text.length - (edit.end - edit.start);
  }
  return place(offset - shift).line;
}

/** The nearest one, of the edit itself first: a file may have the same line in several stages. */
function movedFrom(before: string, edits: readonly Edit[], own: Edit, text: string): number | undefined {
  const place = locator(before);
  const distance = (one: Edit): number => Math.abs(one.start - own.start);
  for (const { start, end } of [...edits].sort((a, b) => distance(a) - distance(b))) {
    const last = place(Math.max(start, end - 1)).line;
    for (let line = place(start).line; end > start && line <= last; line++)
      if (lineOf(before, line).trimEnd() === text.trimEnd()) return line;
  }
  return undefined;
}

/** The one edit of whole lines that makes a text another. */
export function lineChange(before: string, after: string): Edit {
  const [old, fresh] = [before, after].map((text) => text.split(/(?<=\n)/)) as [string[], string[]];
  const least = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < least && old[head] === fresh[head]) head++;
  let tail = 0;
  while (tail < least - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail++;
  const lengthOf = (lines: readonly string[]): number => lines.join("").length;
  return {
    start: lengthOf(old.slice(0, head)),
    end: before.length - lengthOf(old.slice(old.length - tail)),
    text: fresh.slice(head, fresh.length - tail).join(""),
  };
}

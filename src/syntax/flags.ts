import { insert, replace, type Edit } from "./edit.js";
import { habitOf } from "./habit.js";
import type { Document, RunInstruction } from "./nodes.js";

/** A RUN and its one mount fit beside each other in a line of this many characters. */
const LINE_WIDTH = 100;

/** `\⏎ && x` sets commands apart by one blank, which is too little for what hangs below the keyword. */
function indentOf(document: Document): string {
  const { indent } = habitOf(document);
  return indent === " " ? "    " : indent;
}

/** Adds flags behind the keyword: beside what follows where that is short, else a line each. */
export function addFlags(run: RunInstruction, flags: readonly string[], document: Document): Edit {
  const { source, directives, eol } = document;
  const at = run.keyword.end;
  const blanks = /^[ \t]*/.exec(source.slice(at, run.end))?.[0] ?? "";
  const next = source.slice(at + blanks.length, run.end);
  const broken = next.startsWith(directives.escape) && /^.[ \t]*\r?\n/.test(next);
  const [only] = flags;
  const short =
    flags.length === 1 && only !== undefined && !next.includes("\n") && run.end - run.start + only.length < LINE_WIDTH;
  const joint = short ? " " : ` ${directives.escape}${eol}${indentOf(document)}`;
  const text = ` ${flags.join(joint)}`;
  return broken ? insert(at, text) : replace({ start: at, end: at + blanks.length }, text + joint);
}

/** The instruction's own lines with its glued comments and these flags added, line end included. */
export function withFlags(run: RunInstruction, flags: readonly string[], document: Document): string {
  const { start, end, text } = addFlags(run, flags, document);
  return document.source.slice(run.block.start, start) + text + document.source.slice(end, run.block.end);
}

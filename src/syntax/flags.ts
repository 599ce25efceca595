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

/** Adds flags behind the keyword: beside what follows where that is short, else a line each, with those that are there. */
export function addFlags(run: RunInstruction, flags: readonly string[], document: Document): Edit {
  const { source, directives, eol } = document;
  const at = run.keyword.end;
  const last = run.flags.at(-1)?.end ?? at;
  const end = last + (/^[ \t]*/.exec(source.slice(last, run.end))?.[0].length ?? 0);
  const own = source.slice(at, end);
  const body = source.slice(end, run.end);
  const all = [...flags, ...run.flags.map((flag) => source.slice(flag.start, flag.end))];
  const short = all.length === 1 && !body.includes("\n") && body.length + all.join(" ").length < LINE_WIDTH;
  const joint = short ? " " : ` ${directives.escape}${eol}${indentOf(document)}`;
  // Flags that stand on lines of their own, or a body that does, keep their layout.
  const broken = body.startsWith(directives.escape) && /^.[ \t]*\r?\n/.test(body);
  if (own.includes("\n")) {
    const blanks = /^[ \t]*/.exec(own)?.[0].length ?? 0;
    const startsBroken = own.slice(blanks).startsWith(directives.escape);
    return startsBroken
      ? insert(at, ` ${flags.join(joint)}`)
      : replace({ start: at, end: at + blanks }, ` ${flags.join(joint)}${joint}`);
  }
  const text = ` ${all.join(joint)}`;
  return replace({ start: at, end }, broken ? `${text} ` : text + joint);
}

/** The instruction's own lines with its glued comments and these flags added, line end included. */
export function withFlags(run: RunInstruction, flags: readonly string[], document: Document): string {
  const { start, end, text } = addFlags(run, flags, document);
  return document.source.slice(run.block.start, start) + text + document.source.slice(end, run.block.end);
}

import { splitChain } from "../shell/split.js";
import { gluedComments, ownLines } from "../syntax/arrange.js";
import type { RunInstruction, Span } from "../syntax/nodes.js";
import type { Facts } from "./facts.js";
import { isSetup } from "./install-part.js";

/** A RUN in two, as text with line ends: `cd` and the like are said again, comments go with what they speak of. */
export interface CutRun {
  readonly head: string;
  readonly tail: string;
}

/** Cuts a plain `&&` chain before item `index`; undefined when it is none. */
export function cutRun(run: RunInstruction, index: number, facts: Facts): CutRun | undefined {
  const { document } = facts;
  const script = facts.script(run);
  const split = splitChain(script, index, document.source);
  if (split === undefined) return undefined;
  const text = (span: Span): string => document.source.slice(span.start, span.end);
  const setup = script.items
    .slice(0, index)
    .filter((item) => item.commands.every(isSetup))
    .map(text);
  const comments = split.comments.map((comment) => text(comment).trim() + document.eol).join("");
  const joint = comments === "" ? text(split.separator) : " && ";
  const tail =
    text({ start: run.start, end: split.head.start }) +
    (setup.length === 0 ? "" : setup.join(" && ") + joint) +
    text(split.tail);
  return {
    head: gluedComments(document, run) + ownLines(document, run, text({ start: run.start, end: split.head.end })),
    tail: comments + ownLines(document, run, tail),
  };
}

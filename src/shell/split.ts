import type { Span } from "../syntax/nodes.js";
import type { Script } from "./script.js";

/** Where a plain `&&` chain is cut. Source offsets. */
export interface Split {
  /** First item to the last one before the cut. */
  readonly head: Span;
  /** Operator, blanks, continuations and comment lines between the two. */
  readonly separator: Span;
  readonly tail: Span;
  /** Dockerfile comment lines in the separator; they speak of the tail. */
  readonly comments: readonly Span[];
}

/** Cuts before item `index`; undefined when the script is no plain chain or has no such item. */
export function splitChain(script: Script, index: number, source: string): Split | undefined {
  const { items } = script;
  const [first, before, after, last] = [items[0], items[index - 1], items[index], items.at(-1)];
  if (!script.flatChain || first === undefined || before === undefined || after === undefined || last === undefined)
    return undefined;
  const separator = { start: before.end, end: after.start };
  const comments = [...source.slice(separator.start, separator.end).matchAll(/^[ \t]*(#.*?)\r?$/gm)].map((match) => {
    const start = separator.start + match.index + match[0].indexOf("#");
    return { start, end: start + (match[1]?.length ?? 0) };
  });
  return {
    head: { start: first.start, end: before.end },
    separator,
    tail: { start: after.start, end: last.end },
    comments,
  };
}

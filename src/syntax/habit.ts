import type { Document } from "./nodes.js";

/** How a file lays out what runs over several lines. */
export interface Habit {
  /** `&&` stands at the end of a line, or at the start of the next. */
  readonly operatorFirst: boolean;
  readonly indent: string;
}

/** How the file lays out its own chains; `a && \` and four blanks where it has none. */
export function habitOf({ source, directives }: Document): Habit {
  const escape = directives.escape === "\\" ? "\\\\" : directives.escape;
  const count = (pattern: string): number => [...source.matchAll(new RegExp(pattern, "gm"))].length;
  const atEnd = count(`&&[ \\t]*${escape}[ \\t]*\\r?$`);
  const atStart = count(`${escape}[ \\t]*\\r?\\n[ \\t]*&&`);
  const chained = new RegExp(
    `&&[ \\t]*${escape}[ \\t]*\\r?\\n([ \\t]+)(?=[^#\\s])|${escape}[ \\t]*\\r?\\n([ \\t]+)&&`,
    "g",
  );
  const indents = [...source.matchAll(chained)].map((match) => match[1] ?? match[2] ?? "");
  const counted = new Map<string, number>();
  for (const indent of indents) counted.set(indent, (counted.get(indent) ?? 0) + 1);
  const [most] = [...counted].sort((a, b) => b[1] - a[1]);
  return { operatorFirst: atStart > atEnd, indent: most?.[0] ?? "    " };
}

/** What joins two commands of a chain: a line each where the text is of several lines, or would be too long. */
export function chainJoint(text: string, document: Document): string {
  const { operatorFirst, indent } = habitOf(document);
  const line = `${document.directives.escape}${document.eol}${indent}`;
  if (!text.includes("\n")) return " && ";
  return operatorFirst ? ` ${line}&& ` : ` && ${line}`;
}

import type { Document } from "./nodes.js";

const starts = new WeakMap<Document, readonly number[]>();

/** The 1-based line of an offset. A text is read for its lines once, not once for every question. */
export function lineAt(document: Document, offset: number): number {
  let known = starts.get(document);
  if (known === undefined) starts.set(document, (known = lineStarts(document.source)));
  return lastIndexAtMost(known, offset, (start) => start) + 1;
}

/** Offsets at which the lines of a text start. */
export function lineStarts(source: string): readonly number[] {
  const found = [0];
  for (let end = source.indexOf("\n"); end >= 0; end = source.indexOf("\n", end + 1)) found.push(end + 1);
  return found;
}

/** Index of the last item whose place is not after `offset`, -1 if there is none. `items` lie in the order of their places. */
export function lastIndexAtMost<T>(items: readonly T[], offset: number, placeOf: (item: T) => number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && placeOf(item) <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

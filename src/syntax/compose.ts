import type { Edit } from "./edit.js";

/** An edit of the first text, and the passes (by position) that made it. */
export interface Composed extends Edit {
  readonly passes: ReadonlySet<number>;
}

interface Change {
  start: number;
  end: number;
  text: string;
  passes: Set<number>;
}

/**
 * Edits of several passes, each made for the text that the pass before it left, as edits of the first text. What touches is joined, so
 * that none depends on the others; in the order of the text.
 */
export function compose(source: string, passes: readonly (readonly Edit[])[]): readonly Composed[] {
  let changes: Change[] = [];
  for (const [pass, edits] of passes.entries()) {
    // From the last to the first: what stands before an edit is where the edit says. As `apply` orders them.
    const ordered = [...edits].sort((a, b) => a.start - b.start || a.end - b.end).reverse();
    for (const edit of ordered) changes = addTo(changes, edit, pass, source);
  }
  return changes.filter((one) => source.slice(one.start, one.end) !== one.text);
}

function addTo(changes: readonly Change[], edit: Edit, pass: number, source: string): Change[] {
  const result: Change[] = [];
  const touched: (Change & { readonly at: number })[] = [];
  // By how much the changes so far have moved what follows.
  let shift = 0;
  let own = edit.start;
  for (const change of changes) {
    const at = change.start + shift;
    const end = at + change.text.length;
    if (at <= edit.end && edit.start <= end) touched.push({ ...change, at });
    else if (end < edit.start) own -= change.text.length - (change.end - change.start);
    shift += change.text.length - (change.end - change.start);
  }
  const joined = join(touched, edit, own, pass, source);
  for (const change of changes) if (change.end < joined.start || change.start > joined.end) result.push(change);
  return [...result, joined].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** `own`: where the edit starts in the first text, if it touches no change. */
function join(
  touched: readonly (Change & { readonly at: number })[],
  edit: Edit,
  own: number,
  pass: number,
  source: string,
): Change {
  const [first] = touched;
  const last = touched.at(-1);
  if (first === undefined || last === undefined)
    return { start: own, end: own + edit.end - edit.start, text: edit.text, passes: new Set([pass]) };
  // From here to there, in the text that the edit was made for and in the first one.
  const from = Math.min(first.at, edit.start);
  const to = Math.max(last.at + last.text.length, edit.end);
  const start = first.start - (first.at - from);
  const end = last.end + (to - (last.at + last.text.length));
  let text = "";
  let position = start;
  for (const change of touched) {
    text += source.slice(position, change.start) + change.text;
    position = change.end;
  }
  text += source.slice(position, end);
  return {
    start,
    end,
    text: text.slice(0, edit.start - from) + edit.text + text.slice(edit.end - from),
    passes: new Set([...touched.flatMap((one) => [...one.passes]), pass]),
  };
}

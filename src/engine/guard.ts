import type { Document } from "../syntax/nodes.js";
import type { Refusal } from "../transform.js";
import { parse } from "../syntax/parse.js";

/** What must hold for every rewrite, whichever transform made it. Returns the new document, or why the rewrite is thrown away. */
export function guard(before: Document, after: string): { readonly document: Document } | Omit<Refusal, "at"> {
  const result = parse(after);
  if (!result.ok) {
    const [problem] = result.problems;
    return {
      code: "would-not-parse",
      reason: `the result would not parse: line ${problem?.line ?? 0}: ${problem?.message ?? ""}`,
    };
  }
  const lost = lostComment(before, result.document);
  if (lost !== undefined) return { code: "would-lose-comment", reason: `the comment "${lost}" would be lost` };
  return { document: result.document };
}

/** Text of a comment line that stands less often in `after`. */
function lostComment(before: Document, after: Document): string | undefined {
  const counts = new Map<string, number>();
  for (const text of commentTexts(after)) counts.set(text, (counts.get(text) ?? 0) + 1);
  for (const text of commentTexts(before)) {
    const left = counts.get(text) ?? 0;
    if (left === 0) return text;
    counts.set(text, left - 1);
  }
  return undefined;
}

export function commentTexts(document: Document): string[] {
  const inner = document.instructions.flatMap((instruction) =>
    instruction.innerComments.map((span) => document.source.slice(span.start, span.end).trim().replace(/^#\s*/, "")),
  );
  return [...document.comments.map((comment) => comment.text), ...inner];
}

import { withCompanions } from "../../context/overlay.js";
import { guard } from "../../engine/guard.js";
import { prove, type Verdict } from "../../engine/prove.js";
import { createFacts } from "../../facts/facts.js";
import type { Optimized } from "../../project/optimize.js";
import type { Document } from "../../syntax/nodes.js";
import { parse } from "../../syntax/parse.js";
import type { Hunk } from "./session.js";

/** What is to be said of a text that a user has written in place of a rewrite. */
export type Judgement =
  /** The builder would reject it. */
  | { readonly kind: "broken"; readonly reason: string }
  /** Shown to build the same image as the file so far, or as the rewrite. */
  | { readonly kind: "proved"; readonly as: "now" | "next" }
  | { readonly kind: "doubtful"; readonly reason: string };

/** Judges an edited text as the engine judges its own rewrites, in every build context. */
export function judgeEdit({ now, next }: Pick<Hunk, "now" | "next">, text: string): Judgement {
  const parsed = parse(text);
  if (!parsed.ok) {
    const [problem] = parsed.problems;
    return { kind: "broken", reason: `${problem?.line ?? 1}:${problem?.column ?? 1}: ${problem?.message ?? ""}` };
  }
  const current = documentOf(now);
  const kept = current === undefined ? undefined : guard(current, text);
  if (kept !== undefined && "reason" in kept) return { kind: "doubtful", reason: kept.reason };
  const verdict = proveAll(current, parsed.document, next.readings);
  if (verdict.proved) return { kind: "proved", as: "now" };
  // What is not safe cannot be proved; but the edit may be just another form of it.
  return proveAll(documentOf(next), parsed.document, next.readings).proved
    ? { kind: "proved", as: "next" }
    : { kind: "doubtful", reason: verdict.reason };
}

function documentOf({ result: { report } }: Hunk["now"]): Document | undefined {
  const parsed = report === undefined ? undefined : parse(report.after);
  return parsed?.ok === true ? parsed.document : undefined;
}

function proveAll(before: Document | undefined, after: Document, readings: readonly Optimized[]): Verdict {
  for (const { context, evidence, report } of readings) {
    if (before === undefined) return { proved: false, reason: "the file before does not parse" };
    const seen = withCompanions(context, report.companions);
    const verdict = prove(createFacts(before, seen, evidence), createFacts(after, seen, evidence));
    if (!verdict.proved) return verdict;
  }
  return { proved: true };
}

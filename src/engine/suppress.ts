import { lastIndexAtMost, lineAt } from "../syntax/lines.js";
import type { Document, Instruction, Span } from "../syntax/nodes.js";
import type { Proposal, Refusal, Transform } from "../transform.js";

/**
 * A comment that forbids rewrites: `# dockopt ignore=NAME,NAME reason=...` right above an instruction, `# dockopt ignore-file` for all of
 * them; without names, whatever it is. hadolint's `# hadolint ignore=DL3009` counts where a transform does what that rule asks for.
 */
export interface Suppression {
  /** 1-based, of the comment. */
  readonly line: number;
  /** As written; empty: all. */
  readonly names: readonly string[];
  /** "" where none is given. */
  readonly reason: string;
  /** undefined: the whole file; null: no instruction follows directly, so that it means nothing. */
  readonly instruction: Instruction | undefined | null;
  /** It is meant to forbid something, but is not written as such comments are: it means nothing. */
  readonly malformed: boolean;
  readonly tool: "dockopt" | "hadolint";
}

const COMMENT =
  /^(dockopt|hadolint)\s+(global\s+)?ignore(-file)?(?:\s*=\s*([\w.-]+(?:\s*,\s*[\w.-]+)*))?(?:\s+([^]*))?$/;

/** "# dockopt: ignore=...", "# Dockopt ignore ...": somebody believes that it forbids something. */
const LIKE = /^dockopt\W*ignore/i;

/** What comments of a Dockerfile forbid, in their order. One between the lines of an instruction is about that instruction. */
export function suppressionsOf(document: Document): readonly Suppression[] {
  const between = document.instructions.flatMap((one) => one.innerComments.map((span) => ({ span, instruction: one })));
  const above = document.comments.map((span) => ({ span, instruction: below(span, document) ?? null }));
  return [...above, ...between]
    .sort((a, b) => a.span.start - b.span.start)
    .flatMap(({ span, instruction }) => suppressionIn(span, instruction, document));
}

function suppressionIn(span: Span, instruction: Instruction | null, document: Document): readonly Suppression[] {
  const text = document.source.slice(span.start, span.end).trim().replace(/^#\s*/, "");
  const [, tool, global, file, names, rest = ""] = COMMENT.exec(text) ?? [];
  const line = lineAt(document, span.start);
  if (tool !== "dockopt" && tool !== "hadolint")
    return LIKE.test(text)
      ? [{ line, names: [], reason: "", instruction: null, malformed: true, tool: "dockopt" }]
      : [];
  // hadolint has no word for all, nor a file of its own.
  if (tool === "hadolint" && (names === undefined || file !== undefined)) return [];
  const whole = global !== undefined || file !== undefined;
  return [
    {
      line,
      names: names?.split(",").map((name) => name.trim()) ?? [],
      reason: rest.replace(/^(?:reason\s*[=:]\s*|#\s*|-+\s+)/, "").trim(),
      instruction: whole ? undefined : instruction,
      malformed: false,
      tool,
    },
  ];
}

/** The instruction that a comment is glued to. */
function below(comment: Span, { instructions }: Document): Instruction | undefined {
  const one = instructions[lastIndexAtMost(instructions, comment.start, ({ block }) => block.start)];
  return one !== undefined && comment.end <= one.start ? one : undefined;
}

/** The comment that forbids what a transform has come out with, if any. */
export function suppressionOf(
  outcome: Proposal | Refusal,
  { name, hadolint = [] }: Transform,
  suppressions: readonly Suppression[],
): Suppression | undefined {
  const touches = ({ start, end }: Span): boolean =>
    (outcome.at.start < end && start < outcome.at.end) ||
    ("edits" in outcome && outcome.edits.some((edit) => edit.start < end && start < edit.end));
  return suppressions.find(({ names, instruction, tool }) => {
    const meant =
      tool === "hadolint" ? names.some((one) => hadolint.includes(one)) : names.length === 0 || names.includes(name);
    return meant && instruction !== null && (instruction === undefined || touches(instruction));
  });
}

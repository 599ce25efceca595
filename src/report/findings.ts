import type { Applied, Refused, Report } from "../engine/run.js";
import type { Fix } from "../project/insight.js";
import type { FileChange, FileResult } from "../project/result.js";
import { compose } from "../syntax/compose.js";
import type { Safety } from "../transform.js";
import { duration } from "./figures.js";
import { lineOf, locator, originalLine, type Position } from "./positions.js";

/**
 * What there is to say of a file, for programs: places are those of the file as it lies on the disk. After --write that is the new
 * text, and what was written is no proposal any more.
 */
export interface Findings {
  /** Computed when asked, once: the engine tries their choices. */
  readonly proposals: readonly Proposal[];
  readonly refusals: readonly Refusal[];
  readonly problems: readonly { readonly line: number; readonly column: number; readonly message: string }[];
  /** Why the file could not be read. */
  readonly error: string | undefined;
}

/** Rewrites that people may take, whatever else they take. */
export interface Proposal {
  /** Names of transforms, each once. */
  readonly rules: readonly [string, ...string[]];
  /** Of its least safe rewrite. */
  readonly safety: Safety;
  readonly message: string;
  readonly notes: readonly string[];
  /** Seconds that an average rebuild takes less by it; negative: more. */
  readonly saves: number;
  /** From its first edit to its last. */
  readonly start: Position;
  readonly end: Position;
  /** Where it ends for people: an edit of a whole line ends at the start of the next one. */
  readonly lastLine: number;
  readonly edits: readonly LocatedEdit[];
  /** Other files that it needs to change. */
  readonly files: readonly FileChange[];
  /** The same wherever in the file it is proposed. */
  readonly key: string;
}

export interface LocatedEdit {
  readonly start: Position;
  readonly end: Position;
  readonly text: string;
}

/** A rewrite that is not made, and why. */
export interface Refusal {
  /** undefined: any. */
  readonly rule: string | undefined;
  readonly code: string;
  readonly reason: string;
  readonly line: number;
  /** The comment in the file that forbids it. */
  readonly comment: Refused["comment"];
  /** The same wherever in the file it is refused. */
  readonly key: string;
}

/** What became of an input, as formats tell it. */
export interface Told {
  readonly result: FileResult;
  /** The rewrites are on the disk. */
  readonly written: boolean;
  readonly findings: () => Findings;
}

export function tell(result: FileResult, written: boolean): Told {
  let known: Findings | undefined;
  return { result, written, findings: () => (known ??= findingsOf(result, written)) };
}

function findingsOf({ report, error, insight }: FileResult, written: boolean): Findings {
  if (report === undefined) return { proposals: [], refusals: [], problems: [], error };
  let known: Findings["proposals"] | undefined = written ? [] : undefined;
  return {
    get proposals() {
      return (known ??= proposalsOf(report, insight.fixes(), insight.costs()));
    },
    refusals: refusalsOf(report, written),
    problems: report.problems,
    error,
  };
}

/** `costs` as in `Insight`. */
export function proposalsOf(report: Report, fixes: readonly Fix[], costs: readonly number[]): readonly Proposal[] {
  const place = locator(report.before);
  return fixes.flatMap(({ rewrites, edits, files }) => {
    const [first, ...others] = rewrites;
    if (first === undefined) return [];
    const located = edits.map(({ start, end, text }) => ({ start: place(start), end: place(end), text }));
    return {
      rules: [
        first.transform,
        ...new Set(others.map((one) => one.transform).filter((name) => name !== first.transform)),
      ],
      safety: leastSafe(rewrites),
      message: [...new Set(rewrites.map((one) => one.message))].join("; "),
      notes: [...new Set(rewrites.flatMap((one) => one.notes))],
      saves: rewrites.reduce((sum, one) => sum + savedBy(one, report, costs), 0),
      ...rangeOf(located, () => place(startOf(first, report))),
      edits: located,
      files,
      key: rewrites.map((one) => one.key).join("\n"),
    };
  });
}

function leastSafe(rewrites: readonly Applied[]): Safety {
  const has = (safety: Safety): boolean => rewrites.some((one) => one.safety === safety);
  return has("unsafe") ? "unsafe" : has("suggested") ? "suggested" : "safe";
}

/** Seconds that an average rebuild takes less by a rewrite, made in its turn. */
export function savedBy(rewrite: Applied, { applied }: Report, costs: readonly number[]): number {
  const index = applied.indexOf(rewrite);
  return (costs[index] ?? 0) - (costs[index + 1] ?? 0);
}

/** `elsewhere`: where it is when it has no edits. */
function rangeOf(
  edits: readonly LocatedEdit[],
  elsewhere: () => Position,
): Pick<Proposal, "start" | "end" | "lastLine"> {
  const start = edits[0]?.start ?? elsewhere();
  const end = edits.at(-1)?.end ?? start;
  return { start, end, lastLine: end.column === 1 && end.line > start.line ? end.line - 1 : end.line };
}

/** Offset of the line of the first text that a rewrite is about. */
function startOf(rewrite: Applied, { before, applied }: Report): number {
  const earlier = applied.slice(0, applied.indexOf(rewrite)).map((one) => one.edits);
  const line = originalLine(before, compose(before, earlier), rewrite.line);
  return before.split("\n", line - 1).reduce((sum, one) => sum + one.length + 1, 0);
}

function refusalsOf(report: Report, written: boolean): readonly Refusal[] {
  const { before, after, applied, refused } = report;
  const edits = compose(
    before,
    applied.map((one) => one.edits),
  );
  const placed = (line: number): number => (written ? line : originalLine(before, edits, line));
  return refused.map(({ transform, code, reason, line, comment }) => ({
    rule: transform === "" ? undefined : transform,
    code,
    reason,
    line: placed(line),
    comment: comment && { ...comment, line: placed(comment.line) },
    key: JSON.stringify([transform, code, lineOf(after, line).trim()]),
  }));
}

/** Less than this is no gain that anybody would notice, nor one that the estimate can tell. */
const LEAST = 0.05;

/** "58 s less"; undefined: as long as before. */
export function savingText(saves: number): string | undefined {
  return Math.abs(saves) < LEAST ? undefined : `${duration(Math.abs(saves))} ${saves > 0 ? "less" : "more"}`;
}

/** What a person types to have it. */
export const applyCommand = (path: string): string => `dockopt --write ${quoteArgument(path)}`;

const quoteArgument = (path: string): string =>
  path === "-" ? "PATH" : /^[\w./@%+=:,-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;

/** What is proposed and what it is good for, as sentences of one paragraph. */
export function sentences({ message, saves }: Proposal): string {
  const saving = savingText(saves);
  return `dockopt ${message}.${saving === undefined ? "" : ` An average rebuild takes ${saving}, by estimate.`}`;
}

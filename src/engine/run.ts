import type { Context } from "../context/context.js";
import type { Evidence } from "../facts/cost/evidence.js";
import { createFacts } from "../facts/facts.js";
import type { Document, SyntaxProblem } from "../syntax/nodes.js";
import { parse } from "../syntax/parse.js";
import type { CompanionEdit, Safety, Transform } from "../transform.js";
import { findStep, type Applied, type Refused, type Step } from "./step.js";
import { suppressionsOf, type Suppression } from "./suppress.js";

export type { Applied, Refused } from "./step.js";

export interface Options {
  readonly transforms: readonly Transform[];
  /** The least safe level that is applied. */
  readonly safety: Safety;
  /** What is known of how it is built: builder, history, recorded seconds. */
  readonly evidence?: Evidence;
  /** Asked of each rewrite that could be made; default: all are wanted. */
  readonly wanted?: (rewrite: Applied) => boolean;
  /** It gives up after so long; default: never. Looked at between proposals, and when a file is read. */
  readonly maxSeconds?: number;
}

/** A comment that forbids rewrites, and whether it had any to forbid. */
export interface Ignored extends Pick<Suppression, "names" | "reason" | "malformed"> {
  /** 1-based, in the resulting text. */
  readonly line: number;
  readonly used: boolean;
  /** It stands above no instruction. */
  readonly adrift: boolean;
}

export interface Report {
  readonly before: string;
  readonly after: string;
  readonly applied: readonly Applied[];
  readonly refused: readonly Refused[];
  /** Rewrites that could be made and are not wanted, in the resulting text. */
  readonly left: readonly Applied[];
  /** Changes to other files, one entry each. Paths are relative to the context. */
  readonly companions: readonly CompanionEdit[];
  /** dockopt's own comments that forbid rewrites; hadolint's are heeded and not listed. */
  readonly ignored: readonly Ignored[];
  /** Why the builder would reject the file; then nothing was done. */
  readonly problems: readonly SyntaxProblem[];
}

/** More rewrites than any real file needs; reaching it means that transforms undo each other. */
const MAXIMUM_PASSES = 200;

/** The report on a text that was left as it is. */
export function unchanged(source: string, found: Partial<Pick<Report, "refused" | "problems">>): Report {
  return {
    before: source,
    after: source,
    applied: [],
    refused: [],
    left: [],
    companions: [],
    ignored: [],
    problems: [],
    ...found,
  };
}

/** Applies one proposal after the other until the text stands still; what has no end, or is too much, is left as it is. Pure but for the clock. */
export function optimize(source: string, context: Context | undefined, options: Options): Report {
  const { maxSeconds = Infinity } = options;
  // Without a bound no clock is needed, which not every place where the library runs has.
  const now = (): number => (maxSeconds === Infinity ? 0 : performance.now() / 1000);
  const end = now() + maxSeconds;
  const tick = (): void => {
    if (now() > end) throw new Late();
  };
  // What takes long is mostly files that are read again and again.
  const watched = context && { ...context, read: (path: string) => (tick(), context.read(path)) };
  try {
    return settle(source, watched, options, tick);
  } catch (error) {
    if (error instanceof Late)
      return given(source, "too-slow", `it takes longer than ${maxSeconds} s (maxSeconds); nothing was done`);
    if (isTooDeep(error)) return given(source, "too-deep", `${TOO_DEEP}; nothing was done`);
    throw error;
  }
}

/** Time is up. */
class Late extends Error {}

/** The text as it was, and why. */
const given = (source: string, code: Refused["code"], reason: string): Report =>
  unchanged(source, { refused: [{ transform: "", code, reason, line: 1 }] });

/** For what calls itself for what lies in something else. */
export const TOO_DEEP = "it, or a file that it leads to, is nested deeper than dockopt follows";

/** Is it the stack's end? */
export const isTooDeep = (error: unknown): boolean =>
  error instanceof RangeError && error.message.includes("call stack");

/** @throws Late by `tick` */
function settle(source: string, context: Context | undefined, options: Options, tick: () => void): Report {
  const parsed = parse(source);
  if (!parsed.ok) return unchanged(source, { problems: parsed.problems });
  let facts = createFacts(parsed.document, context, options.evidence);
  const template = templateRefusal(parsed.document);
  if (template !== undefined) return unchanged(source, { refused: [template] });
  let companions: readonly CompanionEdit[] = [];
  const applied: Applied[] = [];
  for (let pass = 0; pass < MAXIMUM_PASSES; pass++) {
    const step = findStep(facts, options, tick);
    if (step.accepted === undefined) {
      const { document } = facts;
      const ignored = ignoredBy(document, step);
      return {
        before: source,
        after: document.source,
        applied,
        refused: step.refused,
        left: step.left,
        companions,
        ignored,
        problems: [],
      };
    }
    facts = step.accepted.facts;
    applied.push(step.accepted.applied);
    companions = mergeCompanions(companions, step.accepted.applied.files);
  }
  return withoutRestless(source, context, options, applied);
}

/** Plug-ins that never come to rest, by themselves or against each other, have no part in the result. */
function withoutRestless(
  source: string,
  context: Context | undefined,
  options: Options,
  applied: readonly Applied[],
): Report {
  const late = new Set(applied.slice(-MAXIMUM_PASSES / 2).map((one) => one.transform));
  const restless = options.transforms.filter(({ name, plugin }) => plugin !== undefined && late.has(name));
  if (restless.length === 0) {
    const names = [...late].join(", ");
    return given(
      source,
      "restless",
      `${names} did not come to rest after ${MAXIMUM_PASSES} rewrites; none of them was made`,
    );
  }
  const others = options.transforms.filter((one) => !restless.includes(one));
  const report = optimize(source, context, { ...options, transforms: others });
  const refused = restless.map(({ name, plugin = "" }): Refused => ({
    transform: name,
    code: "plugin-failed",
    reason: `plug-in ${plugin}: ${name} did not come to rest after ${MAXIMUM_PASSES} rewrites; none of them was made`,
    line: 1,
  }));
  return { ...report, refused: [...report.refused, ...refused] };
}

function ignoredBy(document: Document, { heeded }: Step): readonly Ignored[] {
  const lines = new Set([...heeded].map((one) => one.line));
  return suppressionsOf(document)
    .filter(({ tool }) => tool === "dockopt")
    .map(({ line, names, reason, instruction, malformed }) => ({
      line,
      names,
      reason,
      malformed,
      used: lines.has(line),
      adrift: instruction === null,
    }));
}

/** BuildKit takes `FROM {{ base }}` for an image name; what the template will say nobody knows. */
function templateRefusal(document: Document): Refused | undefined {
  const found = document.instructions.find(
    (one) =>
      one.kind !== "RUN" &&
      /\{\{|\{%|<%|%%[A-Z_]+%%/.test(one.body.text) &&
      !/^(?:LABEL|HEALTHCHECK|CMD|ENTRYPOINT)$/.test(one.kind),
  );
  return found === undefined
    ? undefined
    : {
        transform: "",
        code: "template",
        reason: `\`${found.kind} ${found.body.text.slice(0, 60)}\` belongs to a template; give the rendered file`,
        line: found.startLine,
      };
}

/** Several changes to one file become one, from the first text to the last. */
function mergeCompanions(old: readonly CompanionEdit[], added: readonly CompanionEdit[]): readonly CompanionEdit[] {
  const merged = new Map(old.map((edit) => [edit.path, edit]));
  for (const edit of added) {
    const earlier = merged.get(edit.path);
    merged.set(edit.path, earlier === undefined ? edit : { ...edit, before: earlier.before });
  }
  return [...merged.values()];
}

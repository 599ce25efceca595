import type { Context } from "../context/context.js";
import type { Evidence } from "../facts/cost/evidence.js";
import { createFacts, type Facts } from "../facts/facts.js";
import { readable } from "../facts/paths.js";
import { apply } from "../syntax/edit.js";
import type { Document, Span, SyntaxProblem } from "../syntax/nodes.js";
import { parse } from "../syntax/parse.js";
import { isRefusal, type CompanionEdit, type Proposal, type Safety, type Transform } from "../transform.js";
import { withCompanions } from "../context/overlay.js";
import { guard } from "./guard.js";
import { prove, proveIgnored, type Verdict } from "./prove.js";

export interface Options {
  readonly transforms: readonly Transform[];
  /** The least safe level that is applied. */
  readonly safety: Safety;
  /** What is known of how it is built: builder, history, recorded seconds. */
  readonly evidence?: Evidence;
}

export interface Applied {
  readonly transform: string;
  readonly safety: Safety;
  readonly message: string;
  readonly notes: readonly string[];
  /** 1-based, in the text that the transform saw. */
  readonly line: number;
  readonly files: readonly CompanionEdit[];
}

export interface Refused {
  readonly transform: string;
  /** Stable identifier of the reason; "less-safe": it would be applied at a lower level of safety. */
  readonly code: string;
  readonly reason: string;
  /** 1-based, in the resulting text. */
  readonly line: number;
}

export interface Report {
  readonly before: string;
  readonly after: string;
  readonly applied: readonly Applied[];
  readonly refused: readonly Refused[];
  /** Changes to other files, one entry each. Paths are relative to the context. */
  readonly companions: readonly CompanionEdit[];
  /** Why the builder would reject the file; then nothing was done. */
  readonly problems: readonly SyntaxProblem[];
}

/** More rewrites than any real file needs; reaching it means that transforms undo each other. */
const MAXIMUM_PASSES = 200;

const LEVELS: readonly Safety[] = ["safe", "suggested", "unsafe"];

/** Applies one proposal after the other until the text stands still. Pure. */
export function optimize(source: string, context: Context | undefined, options: Options): Report {
  const parsed = parse(source);
  if (!parsed.ok)
    return { before: source, after: source, applied: [], refused: [], companions: [], problems: parsed.problems };
  let { document } = parsed;
  const template = templateRefusal(document);
  if (template !== undefined)
    return { before: source, after: source, applied: [], refused: [template], companions: [], problems: [] };
  let companions: readonly CompanionEdit[] = [];
  const applied: Applied[] = [];
  for (let pass = 0; pass < MAXIMUM_PASSES; pass++) {
    const step = findStep(document, withCompanions(context, companions), options);
    if (step.accepted === undefined) {
      return { before: source, after: document.source, applied, refused: step.refused, companions, problems: [] };
    }
    document = step.accepted.document;
    applied.push(step.accepted.applied);
    companions = mergeCompanions(companions, step.accepted.applied.files);
  }
  throw new Error(`the rewrites did not come to rest after ${MAXIMUM_PASSES} passes`);
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

interface Step {
  readonly accepted: { readonly document: Document; readonly applied: Applied } | undefined;
  readonly refused: readonly Refused[];
}

/** The first acceptable proposal, or everything that was refused. */
function findStep(document: Document, context: Context | undefined, options: Options): Step {
  const facts = createFacts(document, context, options.evidence);
  const refused: Refused[] = [];
  for (const transform of options.transforms) {
    for (const outcome of transform.propose(document, facts)) {
      const line = lineAt(document, outcome.at);
      if (isRefusal(outcome)) {
        refused.push({ transform: transform.name, code: outcome.code, reason: readable(outcome.reason), line });
        continue;
      }
      const asked = outcome.safety ?? transform.safety;
      if (LEVELS.indexOf(asked) > LEVELS.indexOf(options.safety)) {
        refused.push({ transform: transform.name, code: "less-safe", reason: lessSafe(outcome, asked), line });
        continue;
      }
      const result = guard(document, apply(document.source, outcome.edits));
      if ("reason" in result) {
        refused.push({ transform: transform.name, ...result, line });
        continue;
      }
      const { message, notes = [], files = [] } = outcome;
      // Who says safe must be proved right, by a judge that does not know who says it.
      const verdict = asked === "safe" ? judge(document, result.document, files, facts) : undefined;
      if (verdict?.proved === false && options.safety !== "unsafe") {
        refused.push({
          transform: transform.name,
          code: "not-proved",
          reason: readable(`not proved safe: ${verdict.reason}`),
          line,
        });
        continue;
      }
      const doubts = verdict?.proved === false ? [readable(`not proved safe: ${verdict.reason}`)] : [];
      const safety = doubts.length > 0 ? "unsafe" : asked;
      return {
        accepted: {
          document: result.document,
          applied: { transform: transform.name, safety, message, notes: [...notes, ...doubts], line, files },
        },
        refused,
      };
    }
  }
  return { accepted: undefined, refused };
}

function judge(before: Document, after: Document, files: readonly CompanionEdit[], facts: Facts): Verdict {
  const context = withCompanions(facts.context, files);
  const old = files.length === 0 ? facts : createFacts(before, context, facts.evidence);
  for (const file of files) {
    const verdict = proveIgnored(file, facts);
    if (!verdict.proved) return verdict;
  }
  return prove(old, createFacts(after, context, facts.evidence));
}

function lessSafe(proposal: Proposal, safety: Safety): string {
  const why = proposal.notes?.at(-1);
  const doubt = safety === "unsafe" ? "it changes the image" : "not proven safe";
  return `--${safety} ${proposal.message}${why === undefined ? "" : `; ${doubt}: ${why}`}`;
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

function lineAt(document: Document, span: Span): number {
  return document.source.slice(0, span.start).split("\n").length;
}

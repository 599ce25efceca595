import { withCompanions } from "../context/overlay.js";
import { createFacts, type Facts } from "../facts/facts.js";
import { readable } from "../facts/paths.js";
import { apply, type Edit } from "../syntax/edit.js";
import { lineAt } from "../syntax/lines.js";
import type { Document } from "../syntax/nodes.js";
import {
  isRefusal,
  LEVELS,
  type CompanionEdit,
  type Proposal,
  type Refusal,
  type Safety,
  type Transform,
} from "../transform.js";
import { guard } from "./guard.js";
import { prove, proveIgnored, type Verdict } from "./prove.js";
import type { Options } from "./run.js";
import { suppressionOf, suppressionsOf, type Suppression } from "./suppress.js";

/** A rewrite that was made. */
export interface Applied {
  readonly transform: string;
  readonly safety: Safety;
  readonly message: string;
  readonly notes: readonly string[];
  /** 1-based, in the text that the transform saw. */
  readonly line: number;
  /** Offsets are those of the text that the transform saw. */
  readonly edits: readonly Edit[];
  readonly files: readonly CompanionEdit[];
  /** Text of the instruction that it is about, as the transform saw it. */
  readonly instruction: string;
  /** The same for the same rewrite of the same instruction, also when others were or were not made before it. */
  readonly key: string;
}

/** A rewrite that was not made. */
export interface Refused {
  readonly transform: string;
  /** Stable identifier of the reason; "less-safe": it would be applied at a lower level of safety. */
  readonly code: Refusal["code"];
  readonly reason: string;
  /** 1-based, in the resulting text. */
  readonly line: number;
  /** The comment that forbids it; lines as above. */
  readonly comment?: Pick<Suppression, "line" | "reason">;
}

/** What the transforms have to say of a text. */
export interface Step {
  /** The first acceptable proposal. */
  readonly accepted: { readonly facts: Facts; readonly applied: Applied } | undefined;
  readonly refused: readonly Refused[];
  /** Acceptable, and not wanted. */
  readonly left: readonly Applied[];
  /** Comments that have forbidden something. */
  readonly heeded: ReadonlySet<Suppression>;
}

/** The first acceptable proposal, or everything that was refused. `tick` is called again and again, and may throw. */
export function findStep(facts: Facts, options: Options, tick: () => void): Step {
  const { document } = facts;
  const suppressions = suppressionsOf(document);
  const refused: Refused[] = [];
  const left: Applied[] = [];
  const heeded = new Set<Suppression>();
  for (const transform of options.transforms) {
    tick();
    for (const outcome of transform.propose(document, facts)) {
      tick();
      const suppression = suppressionOf(outcome, transform, suppressions);
      if (suppression !== undefined) heeded.add(suppression);
      const result: Decision | undefined =
        suppression === undefined
          ? decide(outcome, transform, facts, options)
          : isRefusal(outcome)
            ? undefined
            : {
                code: "suppressed",
                reason: suppressedBy(suppression, outcome),
                comment: { line: suppression.line, reason: suppression.reason },
              };
      if (result !== undefined && "applied" in result) {
        if (options.wanted?.(result.applied) !== false) return { accepted: result, refused, left, heeded };
        left.push(result.applied);
      } else if (result !== undefined)
        refused.push({ transform: transform.name, ...result, line: lineAt(document, outcome.at.start) });
    }
  }
  return { accepted: undefined, refused, left, heeded };
}

type Decision = NonNullable<Step["accepted"]> | Pick<Refused, "code" | "reason" | "comment">;

/** May it be applied? Or why not. */
function decide(outcome: Proposal | Refusal, transform: Transform, facts: Facts, options: Options): Decision {
  if (isRefusal(outcome)) return { code: outcome.code, reason: readable(outcome.reason) };
  const { document } = facts;
  const asked = LEVELS[Math.max(LEVELS.indexOf(outcome.safety ?? transform.safety), LEVELS.indexOf(transform.safety))];
  if (asked === undefined) throw new RangeError(`${transform.name}: there is no safety ${transform.safety}`);
  if (LEVELS.indexOf(asked) > LEVELS.indexOf(options.safety))
    return { code: "less-safe", reason: lessSafe(outcome, asked) };
  const key = keyOf(outcome, transform, document);
  const result = guard(document, apply(document.source, outcome.edits));
  if ("reason" in result) return result;
  const { message, notes = [], files = [], edits } = outcome;
  // Who says safe must be proved right, by a judge that does not know who says it.
  const after = createFacts(result.document, withCompanions(facts.context, files), facts.evidence);
  const verdict = asked === "safe" ? judge(facts, after, files) : undefined;
  const doubts = verdict?.proved === false ? [readable(`not proved safe: ${verdict.reason}`)] : [];
  const [doubt] = doubts;
  if (doubt !== undefined && options.safety !== "unsafe") return { code: "not-proved", reason: doubt };
  const safety = doubt === undefined ? asked : "unsafe";
  const line = lineAt(document, outcome.at.start);
  return {
    facts: after,
    applied: {
      transform: transform.name,
      safety,
      message,
      notes: [...notes, ...doubts],
      line,
      edits,
      files,
      instruction: document.source.slice(outcome.at.start, outcome.at.end),
      key,
    },
  };
}

/** Lines move and neighbours change as other rewrites are made; the instruction's own text and its stage do not. */
function keyOf({ at, message }: Proposal, { name }: Transform, { source, stages }: Document): string {
  const stage = stages.findLastIndex(({ from }) => from.start <= at.start);
  return JSON.stringify([name, stage, message, source.slice(at.start, at.end)]);
}

function judge(before: Facts, after: Facts, files: readonly CompanionEdit[]): Verdict {
  for (const file of files) {
    const verdict = proveIgnored(file, before);
    if (!verdict.proved) return verdict;
  }
  return prove(files.length === 0 ? before : createFacts(before.document, after.context, before.evidence), after);
}

function lessSafe(proposal: Proposal, safety: Safety): string {
  const why = proposal.notes?.at(-1);
  const doubt = safety === "unsafe" ? "it changes the image" : "not proven safe";
  return `--${safety} ${proposal.message}${why === undefined ? "" : `; ${doubt}: ${why}`}`;
}

const suppressedBy = ({ line, reason }: Suppression, { message }: Proposal): string =>
  `a comment on line ${line} forbids it${reason === "" ? "" : ` (${readable(reason)})`}: ${message}`;

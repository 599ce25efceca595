import { relative, resolve } from "node:path";
import type { Context } from "../context/context.js";
import type { History } from "../context/history.js";
import { optimize, unchanged, type Options, type Refused, type Report } from "../engine/run.js";
import { NO_EVIDENCE, type Evidence } from "../facts/cost/evidence.js";
import { parse } from "../syntax/parse.js";
import { buildsRefusal, withBuilds } from "./builds.js";
import type { Opened, OpenedContext } from "./contexts.js";
import { costsOf, fixesOf } from "./insight.js";
import type { FileChange, FileResult, Insight } from "./result.js";

/** What was done to a Dockerfile in one of its build contexts, and what is known of it there. */
export interface Optimized {
  readonly report: Report;
  /** undefined: there is none. */
  readonly opened: OpenedContext | undefined;
  readonly context: Context | undefined;
  readonly evidence: Evidence;
}

/**
 * Optimizes a Dockerfile in each of its build contexts, the first one first. A rewrite has to be the same in all of them; what it
 * needs in .dockerignore may differ. `pending`: ignore files by absolute path, as they will be written.
 */
export function optimizeAll(
  text: string,
  opened: Opened | undefined,
  options: Options,
  cwd: string,
  pending: ReadonlyMap<string, string> = new Map(),
): readonly [Optimized, ...Optimized[]] {
  const { builds = [], contexts = [] } = opened ?? {};
  const parsed = builds.length === 0 ? undefined : parse(text);
  const document = parsed?.ok === true ? parsed.document : undefined;
  const plain = options.evidence ?? NO_EVIDENCE;
  const evidence = document === undefined ? plain : withBuilds(plain, builds, document);
  const run = (one: OpenedContext | undefined): Optimized => {
    const known = withHistory(evidence, one?.history);
    const context = one && withPending(one, pending);
    return { report: optimize(text, context, { ...options, evidence: known }), opened: one, context, evidence: known };
  };
  const refusal = document && buildsRefusal(builds, contexts.length > 0, document, cwd);
  const [first, ...others] = contexts;
  const all = [run(first), ...others.map(run)] as const;
  const refused = refusal ?? disagreement(all, cwd);
  if (refused === undefined) return all;
  const leave = (one: Optimized): Optimized => ({
    ...one,
    report: unchanged(text, { refused: [refused], problems: one.report.problems }),
  });
  const [head, ...rest] = all;
  return [leave(head), ...rest.map(leave)];
}

/** What became of a Dockerfile, and how it was read in each of its contexts. `shown`: its path as people see it from `cwd`. */
export function optimizeFile(
  input: { readonly shown: string; readonly text: string; readonly opened: Opened | undefined },
  options: Options,
  cwd: string,
  pending: Map<string, string>,
): { readonly result: FileResult; readonly readings: readonly [Optimized, ...Optimized[]] } {
  const { shown, text, opened } = input;
  // What comes after may change it.
  const seen = new Map(pending);
  const readings = optimizeAll(text, opened, options, cwd, pending);
  const [first] = readings;
  const { report } = first;
  const companions = new Map<string, FileChange>();
  for (const one of readings)
    for (const { path, before, after } of one.report.companions)
      companions.set(resolve(one.opened?.folder ?? "", path), { path: "", before, after });
  for (const [path, { after }] of companions) pending.set(path, after);
  const changes = [...companions].map(([path, change]) => ({ ...change, path: display(path, cwd) }));
  const own = report.after === report.before ? [] : [{ path: shown, before: report.before, after: report.after }];
  const contexts = readings.flatMap((one) =>
    one.opened === undefined
      ? []
      : {
          folder: display(one.opened.folder, cwd) || ".",
          why: one.opened.why,
          missing: one.opened.missing,
          problem: one.opened.context.ignoreProblem,
        },
  );
  const insight = once({
    costs: () => costsOf(first),
    basis: () => ({
      commits: first.evidence.history?.commits.length,
      timed: first.evidence.timings !== undefined,
    }),
    fixes: () =>
      fixesOf(report, (chosen) => {
        const { result } = optimizeFile(
          input,
          { ...options, wanted: (one) => options.wanted?.(one) !== false && chosen(one.key) },
          cwd,
          new Map(seen),
        );
        return { report: result.report ?? report, files: result.changes.filter(({ path }) => path !== shown) };
      }),
  });
  return {
    result: { path: shown, report, error: undefined, contexts, changes: [...own, ...changes], insight },
    readings,
  };
}

function once({ costs, fixes, basis }: Insight): Insight {
  let knownCosts: ReturnType<typeof costs> | undefined;
  let knownFixes: ReturnType<typeof fixes> | undefined;
  return { costs: () => (knownCosts ??= costs()), fixes: () => (knownFixes ??= fixes()), basis };
}

/** A path as seen from a folder, with slashes. */
export function display(path: string, cwd: string): string {
  return relative(cwd, resolve(cwd, path)).split("\\").join("/");
}

/** Two contexts in which the Dockerfile would come out differently, or of which one changes the ignore file of the other. */
function disagreement(all: readonly Optimized[], cwd: string): Refused | undefined {
  for (const one of all)
    for (const other of all)
      if (one.report.after !== other.report.after || !agreesOnIgnoreFile(one, other)) return differ(one, other, cwd);
  return undefined;
}

function agreesOnIgnoreFile(one: Optimized, other: Optimized): boolean {
  const path = resolve(other.opened?.folder ?? "", other.context?.ignoreFile?.path ?? ".dockerignore");
  const [mine, its] = [one, other].map(({ report, opened }) =>
    report.companions.find((companion) => resolve(opened?.folder ?? "", companion.path) === path),
  );
  return mine === undefined || mine.after === its?.after;
}

function differ(one: Optimized, other: Optimized, cwd: string): Refused {
  const [first, second] = [one, other].map(
    ({ opened }) => `${opened?.why ?? ""} from ${relative(cwd, opened?.folder ?? "") || "."}`,
  );
  return {
    transform: "",
    code: "contexts-differ",
    line: 1,
    reason: `it is built by ${first ?? ""} and by ${second ?? ""}, and a rewrite would not be the same for both; --context takes one of them`,
  };
}

/** git is asked when somebody wants to know. */
function withHistory(evidence: Evidence, load: OpenedContext["history"] | undefined): Evidence {
  let known: { readonly history: History | undefined } | undefined;
  return {
    ...evidence,
    get history() {
      known ??= { history: load?.() };
      return known.history;
    },
  };
}

function withPending({ context, folder }: OpenedContext, pending: ReadonlyMap<string, string>): Context {
  const path = context.ignoreFile?.path ?? ".dockerignore";
  const text = pending.get(resolve(folder, path));
  return text === undefined ? context : context.withIgnoreFile({ path, text });
}

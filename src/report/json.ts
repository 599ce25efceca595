import { unifiedDiff } from "./diff.js";
import { proposalsOf, savedBy, type LocatedEdit, type Proposal, type Told } from "./findings.js";
import { gathered, type Reporter } from "./reporter.js";
import { plainJson } from "./terminal.js";

/** Changes when a field changes its meaning; docs/schema/ describes all. */
const VERSION = 1;

/** One document with all files. */
export function jsonReporter(): Reporter {
  return gathered(fileOf, (files) => {
    const summary = files.map(tallyOf).reduce(sum, tally());
    return plainJson(JSON.stringify({ version: VERSION, files, summary }, null, 2)) + "\n";
  });
}

/** A line for each file as it is done, then one that counts them: nothing is kept. */
export function jsonlReporter(): Reporter {
  let summary = tally();
  const line = (value: unknown): string => plainJson(JSON.stringify(value)) + "\n";
  return {
    add: (told) => {
      const file = fileOf(told);
      summary = sum(summary, tallyOf(file));
      return line({ version: VERSION, type: "file", ...file });
    },
    end: () => line({ version: VERSION, type: "summary", ...summary }),
  };
}

/** Places are those of the text before the rewrites, also after --write; only `refused` has lines of the new text, too. */
function fileOf({ result, findings, written }: Told) {
  const { path, report, error, contexts, changes, insight } = result;
  const costs = report === undefined || report.problems.length > 0 ? [] : insight.costs();
  const [before, after] = [costs[0], costs.at(-1)];
  const { refusals } = findings();
  return {
    path,
    changed: changes.length > 0,
    written,
    // The first one; `contexts` has all.
    context: contexts[0] ?? null,
    contexts,
    seconds: before === undefined || after === undefined ? null : { before: round(before), after: round(after) },
    applied:
      report?.applied.map((one) => ({
        transform: one.transform,
        safety: one.safety,
        message: one.message,
        notes: one.notes,
        line: one.line,
        saves: round(savedBy(one, report, costs)),
      })) ?? [],
    fixes: report === undefined ? [] : proposalsOf(report, insight.fixes(), costs).map(fixJson),
    refused:
      report?.refused.map(({ transform, code, reason, line }, index) => ({
        transform,
        code,
        reason,
        line,
        placed: refusals[index]?.line ?? line,
      })) ?? [],
    ignored: report?.ignored.map(({ line, names, reason, used }) => ({ line, names, reason, used })) ?? [],
    // How many the baseline holds.
    accepted: report?.left.length ?? 0,
    companions: report?.companions.map((companion) => companion.path) ?? [],
    diff: changes.map(unifiedDiff).join(""),
    problems: report?.problems.map(({ line, column, message }) => ({ line, column, message })) ?? [],
    error: error ?? null,
  };
}

type FileJson = ReturnType<typeof fileOf>;

const fixJson = ({ rules, safety, message, notes, saves, start, end, edits, files }: Proposal) => ({
  rules,
  safety,
  message,
  notes,
  saves: round(saves),
  start,
  end,
  edits: edits.map((edit): LocatedEdit => edit),
  files: files.map((file): Record<string, string | null> => ({ ...file, before: file.before ?? null })),
});

const round = (seconds: number): number => Math.round(seconds * 1000) / 1000;

interface Tally {
  readonly files: number;
  readonly changed: number;
  readonly refused: number;
  readonly failed: number;
}

const tally = (): Tally => ({ files: 0, changed: 0, refused: 0, failed: 0 });

const tallyOf = ({ changed, refused, error, problems }: FileJson): Tally => ({
  files: 1,
  changed: changed ? 1 : 0,
  refused: refused.length > 0 ? 1 : 0,
  failed: error !== null || problems.length > 0 ? 1 : 0,
});

const sum = (one: Tally, other: Tally): Tally => ({
  files: one.files + other.files,
  changed: one.changed + other.changed,
  refused: one.refused + other.refused,
  failed: one.failed + other.failed,
});

import { applyPatch } from "diff";
import type { Context } from "../../src/context/context.js";
import { optimize } from "../../src/engine/run.js";
import { engineOptions } from "../../src/optimize.js";
import { optimizeFile } from "../../src/project/optimize.js";
import type { FileChange } from "../../src/project/result.js";
import { unifiedDiff } from "../../src/report/diff.js";
import { tell } from "../../src/report/findings.js";
import { jsonReporter } from "../../src/report/json.js";
import { apply } from "../../src/syntax/edit.js";
import { parse } from "../../src/syntax/parse.js";
import { checkLaws, type Report } from "../../src/testing.js";
import type { Transform } from "../../src/transform.js";
import { contextOf, evidenceOf, type Input } from "./inputs.js";
import { checkSyntax, holds, runsOf, scriptOf, type Script } from "./tree-laws.js";

/** What came of an input that broke no law. */
export interface Outcome {
  /** Names of the transforms that changed it. */
  readonly fired: readonly string[];
  /** Scripts that bash has to be able to read: those that we read ourselves, or made of ones that bash could read. */
  readonly scripts: readonly Script[];
  /** Files that it changed. */
  readonly changes: readonly FileChange[];
}

export const NOTHING: Outcome = { fired: [], scripts: [], changes: [] };

/** All that holds for every rewrite, and what is told of it. */
export function checkEngine(input: Input, transforms: readonly Transform[]): Outcome {
  checkSyntax(input.text);
  const context = contextOf(input);
  const settings = { transforms, safety: input.safety, evidence: evidenceOf(input) };
  const report = checkLaws(input.text, context, settings);
  holds(
    "rewrites come to rest",
    report.refused.every(({ code }) => code !== "restless"),
  );
  if (report.applied.length === 0) return NOTHING;
  const { before, after, companions } = report;
  const changes = [{ path: "Dockerfile", before, after }, ...companions].filter((one) => one.before !== one.after);
  for (const change of changes) holds("the diff gives the text after", patched(change) === change.after);
  // The parts of a report take as many runs of the engine as there are choices among them.
  if (input.text.length % 16 === 0 && report.applied.length < 4) checkJson(input, context, report, transforms);
  if (input.text.length % 4 === 0)
    checkSpelling(input, report, (text, files) => {
      const other = contextOf({ ...input, files });
      return optimize(text, other, engineOptions(settings)).after;
    });
  return { fired: [...new Set(report.applied.map((one) => one.transform))], scripts: newScripts(report), changes };
}

/** Line ends of a file without heredocs, and the order in which files are found, decide nothing. */
function checkSpelling(
  { text, files }: Input,
  { after }: Report,
  rewrite: (text: string, files: Input["files"]) => string,
): void {
  const reversed = files && Object.fromEntries(Object.entries(files).reverse());
  holds("the order of files decides nothing", rewrite(text, reversed) === after);
  if (text.includes("\r") || text.includes("<<")) return;
  const crlf = (lines: string): string => lines.replaceAll("\n", "\r\n");
  holds("line ends decide nothing", rewrite(crlf(text), files) === crlf(after));
}

function patched(change: FileChange): string | false {
  const diff = unifiedDiff(change);
  const hunks = diff.slice(diff.indexOf("\n@@ ") + 1);
  return diff === ""
    ? (change.before ?? "")
    : applyPatch(change.before ?? "", hunks, { autoConvertLineEndings: false });
}

interface JsonReport {
  readonly files: readonly {
    readonly diff: string;
    readonly fixes: readonly {
      readonly edits: readonly {
        readonly start: { readonly offset: number };
        readonly end: { readonly offset: number };
        readonly text: string;
      }[];
    }[];
  }[];
}

/** The report says the same when it is read again, and its fixes together are the rewrite. */
function checkJson(input: Input, context: Context | undefined, report: Report, transforms: readonly Transform[]): void {
  const evidence = evidenceOf(input);
  const contexts = context && [{ context, folder: "/x", why: "", missing: [], history: () => evidence.history }];
  const { result } = optimizeFile(
    { shown: "Dockerfile", text: input.text, opened: contexts && { builds: [], contexts } },
    { transforms, safety: input.safety, evidence },
    "/x",
    new Map(),
  );
  const reporter = jsonReporter();
  const text = reporter.add(tell(result, false)) + reporter.end();
  const read = JSON.parse(text) as JsonReport;
  holds("a JSON report prints as it was read", JSON.stringify(read, null, 2) + "\n" === text);
  const edits = (read.files[0]?.fixes ?? []).flatMap((fix) =>
    fix.edits.map((edit) => ({ start: edit.start.offset, end: edit.end.offset, text: edit.text })),
  );
  holds("the fixes of a report make the result", apply(input.text, edits) === report.after);
}

/** Scripts in shell form that a rewrite made; bash can read them if it could read all that were there. */
function newScripts({ before, after }: Report): readonly Script[] {
  const [old, now] = [before, after].map((text) => {
    const result = parse(text);
    const runs = result.ok && result.document.directives.escape === "\\" ? runsOf(result.document) : [];
    return runs.flatMap(scriptOf).map((one) => one.text);
  });
  return (now ?? []).flatMap((text) => (old?.includes(text) === true ? [] : { text, madeOf: old ?? [] }));
}

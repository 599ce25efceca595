import { CodeActionKind, type CodeAction, type WorkspaceEdit } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { transforms } from "../../transforms/index.js";
import type { Fix } from "../project/insight.js";
import type { FileChange, FileResult } from "../project/result.js";
import type { Edit } from "../syntax/edit.js";
import type { Span } from "../syntax/nodes.js";
import type { Safety } from "../transform.js";
import { diagnosticOf } from "./diagnostics.js";
import { ignoreEdit } from "./edits.js";
import { editsOf, findingsOf, touches, type Finding, type Reading } from "./reading.js";

/** Every safe rewrite at once; "source.fixAll" asks for it as well. */
export const FIX_ALL = `${CodeActionKind.SourceFixAll}.dockopt`;

/** Edits of the document and of other files for the client; undefined: one of those is no longer what it was. */
export type MakeEdit = (edits: readonly Edit[], files: readonly FileChange[]) => WorkspaceEdit | undefined;

/** What is wanted: at which place, of which kinds (undefined: all). */
export interface Wanted {
  readonly span: Span;
  readonly only: readonly string[] | undefined;
}

/** What can be done at a place of a document, whose text is that of the reading. */
export function codeActions(
  reading: Reading,
  wanted: Wanted,
  document: TextDocument,
  makeEdit: MakeEdit,
): readonly CodeAction[] {
  const wants = (kind: string): boolean =>
    wanted.only === undefined || wanted.only.some((one) => one === "" || one === kind || kind.startsWith(`${one}.`));
  const all = wants(FIX_ALL) ? fixAll(reading.safe, makeEdit) : [];
  return wants(CodeActionKind.QuickFix) ? [...quickFixes(reading, wanted.span, document, makeEdit), ...all] : all;
}

function fixAll({ report, path, changes }: FileResult, makeEdit: MakeEdit): readonly CodeAction[] {
  if (report === undefined || changes.length === 0) return [];
  const edit = makeEdit(
    editsOf(report),
    changes.filter((change) => change.path !== path),
  );
  return edit === undefined ? [] : [{ title: "Apply all safe rewrites of dockopt", kind: FIX_ALL, edit }];
}

function quickFixes(reading: Reading, span: Span, document: TextDocument, makeEdit: MakeEdit): readonly CodeAction[] {
  const findings = findingsOf(reading);
  const { safe, more } = reading;
  const lessSafe = fixesAt(more, span, findings).filter((fix) => safetyOf(fix) !== "safe");
  const fixes = [...fixesAt(safe, span, findings), ...lessSafe].flatMap((fix): CodeAction[] => {
    const edit = makeEdit(fix.edits, fix.files);
    const solved = findings.filter(({ rewrite }) => fix.rewrites.includes(rewrite));
    return edit === undefined
      ? []
      : [
          {
            title: titleOf(fix),
            kind: CodeActionKind.QuickFix,
            diagnostics: solved.map((one) => diagnosticOf(one, document)),
            ...(safetyOf(fix) === "safe" ? { isPreferred: true } : {}),
            edit,
          },
        ];
  });
  return [...fixes, ...ignores(reading, findings, span, document, makeEdit)];
}

/** The fixes that are about a place, or change it. To know them all takes a while: first it is asked whether there can be one. */
function fixesAt(result: FileResult | undefined, span: Span, findings: readonly Finding[]): readonly Fix[] {
  const report = result?.report;
  if (result === undefined || report === undefined) return [];
  const isHere = (rewrites: Fix["rewrites"], edits: readonly Edit[]): boolean =>
    edits.some((edit) => touches(edit, span)) ||
    findings.some(({ rewrite, place }) => rewrites.includes(rewrite) && touches(place, span));
  if (!isHere(report.applied, editsOf(report))) return [];
  return result.insight.fixes().filter((fix) => isHere(fix.rewrites, fix.edits));
}

const LEVELS: readonly Safety[] = ["safe", "suggested", "unsafe"];

/** That of the least safe of its rewrites. */
const safetyOf = ({ rewrites }: Fix): Safety =>
  LEVELS[Math.max(...rewrites.map(({ safety }) => LEVELS.indexOf(safety)))] ?? "unsafe";

function titleOf(fix: Fix): string {
  const [first = "", ...others] = new Set(fix.rewrites.map(({ transform }) => transform));
  const summary = transforms.find(({ name }) => name === first)?.summary ?? first;
  const safety = safetyOf(fix);
  return `${summary}${others.length === 0 ? "" : `, along with ${others.join(", ")}`}${safety === "safe" ? "" : ` (${safety})`}`;
}

/** Comments that forbid what has been found here. */
function ignores(
  { text }: Reading,
  findings: readonly Finding[],
  span: Span,
  document: TextDocument,
  makeEdit: MakeEdit,
): readonly CodeAction[] {
  const here = findings.filter(({ place }) => touches(place, span));
  return [...new Set(here.map(({ rewrite }) => rewrite.transform))].flatMap((transform): CodeAction[] => {
    const same = here.filter(({ rewrite }) => rewrite.transform === transform);
    const edit = makeEdit([ignoreEdit(text, same[0]?.place ?? span, transform)], []);
    const diagnostics = same.map((one) => diagnosticOf(one, document));
    return edit === undefined
      ? []
      : [{ title: `Ignore ${transform} here`, kind: CodeActionKind.QuickFix, diagnostics, edit }];
  });
}

import type { CreateFile, TextDocumentEdit, TextEdit, WorkspaceEdit } from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { Edit } from "../syntax/edit.js";
import type { Span } from "../syntax/nodes.js";

/** A file as the client has it, and what becomes of it. */
export interface FileEdit {
  readonly uri: string;
  /** null: it is not open. */
  readonly version: number | null;
  /** undefined: there is none yet. */
  readonly text: string | undefined;
  readonly edits: readonly Edit[];
}

/** What the client takes beyond edits of files that are there. */
export interface EditCapabilities {
  readonly documentChanges: boolean;
  readonly create: boolean;
}

/** Edits of files, each bound to the version it was made for as far as the client knows such; in the order given. */
export function workspaceEdit(files: readonly FileEdit[], client: EditCapabilities): WorkspaceEdit {
  if (!client.documentChanges) return { changes: Object.fromEntries(files.map((file) => [file.uri, textEdits(file)])) };
  return {
    documentChanges: files.flatMap((file): (CreateFile | TextDocumentEdit)[] => [
      ...(file.text === undefined && client.create ? [{ kind: "create" as const, uri: file.uri }] : []),
      { textDocument: { uri: file.uri, version: file.version }, edits: textEdits(file) },
    ]),
  };
}

function textEdits({ uri, text = "", edits }: FileEdit): TextEdit[] {
  const document = TextDocument.create(uri, "", 0, text);
  return edits
    .map((edit) => unsplit(edit, text))
    .map(({ start, end, text: newText }) => ({
      range: { start: document.positionAt(start), end: document.positionAt(end) },
      newText,
    }));
}

/** No position stands within a line end or a character: an edit that begins or stops there takes it whole. */
function unsplit(edit: Edit, text: string): Edit {
  const start = edit.start - (isSplit(text, edit.start) ? 1 : 0);
  const end = edit.end + (isSplit(text, edit.end) ? 1 : 0);
  return { start, end, text: text.slice(start, edit.start) + edit.text + text.slice(edit.end, end) };
}

const isSplit = (text: string, offset: number): boolean =>
  /^(?:\r\n|[\ud800-\udbff][\udc00-\udfff])$/.test(text.slice(Math.max(0, offset - 1), offset + 1));

/** The lines that differ, as one edit. */
export function lineEdit(before: string, after: string): Edit {
  const [old, now] = [linesOf(before), linesOf(after)];
  let top = 0;
  while (top < old.length && old[top] === now[top]) top++;
  let bottom = 0;
  while (bottom < Math.min(old.length, now.length) - top && old.at(-1 - bottom) === now.at(-1 - bottom)) bottom++;
  const length = (lines: readonly string[]): number => lines.join("").length;
  const middle = (lines: readonly string[]): Span => ({
    start: length(lines.slice(0, top)),
    end: length(lines.slice(0, lines.length - bottom)),
  });
  const { start, end } = middle(now);
  return { ...middle(old), text: after.slice(start, end) };
}

const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** A comment right above an instruction, indented as it is, that forbids a transform there. */
export function ignoreEdit(text: string, { start }: Span, transform: string): Edit {
  const line = text.lastIndexOf("\n", start - 1) + 1;
  const indent = /(?<![ \t])[ \t]*$/.exec(text.slice(line, start))?.[0] ?? "";
  const newline = text.indexOf("\n");
  const end = newline > 0 && text.charAt(newline - 1) === "\r" ? "\r\n" : "\n";
  return { start, end: start, text: `# dockopt ignore=${transform}${end}${indent}` };
}

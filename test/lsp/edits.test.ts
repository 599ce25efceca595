import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ignoreEdit, lineEdit, workspaceEdit } from "../../src/lsp/edits.js";
import { apply, type Edit } from "../../src/syntax/edit.js";
import { applyWorkspaceEdit } from "./client.js";

const URI = "file:///p/Dockerfile";
/** What an editor has after an edit of a text it holds at version 3. */
const applied = (text: string, edits: readonly Edit[]): string | undefined => {
  const edit = workspaceEdit([{ uri: URI, version: 3, text, edits }], { documentChanges: true, create: true });
  return applyWorkspaceEdit(edit, { [URI]: text }, { [URI]: 3 })[URI];
};

const texts = fc
  .array(fc.constantFrom("a", "\r\n", "\n", "\r", "🐳", "é", " ", "\ufeff"), { maxLength: 12 })
  .map((parts) => parts.join(""));

describe("edits for an editor", () => {
  test("come to the same text, wherever they begin and stop: within a line end or a character as well", () => {
    fc.assert(
      fc.property(texts, texts, fc.nat(20), fc.nat(20), (text, inserted, one, other) => {
        const [start = 0, end = 0] = [one, other].map((offset) => Math.min(offset, text.length)).sort((a, b) => a - b);
        const edit = { start, end, text: inserted };
        expect(applied(text, [edit])).toBe(apply(text, [edit]));
      }),
      { numRuns: 2000 },
    );
  });

  test("of lines that differ, and no others", () => {
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        expect(applied(before, [lineEdit(before, after)])).toBe(after);
      }),
      { numRuns: 2000 },
    );
    expect(lineEdit("a\nb\nc\n", "a\nx\nc\n")).toEqual({ start: 2, end: 4, text: "x\n" });
    expect(lineEdit("a\r\n", "a\r\nb\r\n")).toEqual({ start: 3, end: 3, text: "b\r\n" });
    expect(lineEdit("", "a\n")).toEqual({ start: 0, end: 0, text: "a\n" });
  });

  test("a new file is made first; a client that makes none gets the text alone, one without versions a plain list", () => {
    const file = { uri: "file:///p/.dockerignore", version: null, text: undefined, edits: [lineEdit("", "a\n")] };
    const edits = [{ newText: "a\n", range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } } }];
    const edit = { textDocument: { uri: file.uri, version: null }, edits };
    expect(workspaceEdit([file], { documentChanges: true, create: true }).documentChanges).toEqual([
      { kind: "create", uri: file.uri },
      edit,
    ]);
    expect(workspaceEdit([file], { documentChanges: true, create: false }).documentChanges).toEqual([edit]);
    expect(workspaceEdit([file], { documentChanges: false, create: true })).toEqual({ changes: { [file.uri]: edits } });
  });

  test.each([
    ["FROM a\nRUN b\n", "RUN", "FROM a\n# dockopt ignore=x\nRUN b\n"],
    ["FROM a\r\n\tRUN b\r\n", "RUN", "FROM a\r\n\t# dockopt ignore=x\r\n\tRUN b\r\n"],
    ["\ufeffFROM a\n", "FROM", "\ufeff# dockopt ignore=x\nFROM a\n"],
    ["FROM a", "FROM", "# dockopt ignore=x\nFROM a"],
  ])("a comment above an instruction: %j", (text, instruction, after) => {
    const start = text.indexOf(instruction);
    expect(applied(text, [ignoreEdit(text, { start, end: start + 1 }, "x")])).toBe(after);
  });
});

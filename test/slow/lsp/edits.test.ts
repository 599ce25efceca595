import { expect, test } from "vitest";
import { optimize } from "../../../src/engine/run.js";
import { workspaceEdit } from "../../../src/lsp/edits.js";
import { placesOf } from "../../../src/lsp/places.js";
import { editsOf } from "../../../src/lsp/reading.js";
import { parse } from "../../../src/syntax/parse.js";
import { readFixtures } from "../../fixtures.js";
import { applyWorkspaceEdit } from "../../lsp/client.js";

/** Every rewrite of every fixture, as an editor would make it: the bytes that the command line writes. */
test.each([
  ["LF", (text: string) => text],
  ["CRLF", (text: string) => text.replace(/\r?\n/g, "\r\n")],
  ["a byte order mark", (text: string) => `\ufeff${text.replace(/^\ufeff/, "")}`],
])("all fixtures with %s", (_, variant) => {
  let rewritten = 0;
  for (const { name, before, expected, context, options } of readFixtures()) {
    if (expected === undefined) continue;
    const text = variant(before);
    const report = optimize(text, context, options);
    const uri = `file:///${encodeURIComponent(name)}`;
    const edit = workspaceEdit([{ uri, version: 1, text, edits: editsOf(report) }], {
      documentChanges: true,
      create: true,
    });
    expect(applyWorkspaceEdit(edit, { [uri]: text }, { [uri]: 1 }), name).toEqual({ [uri]: report.after });
    const parsed = parse(text);
    const instructions = parsed.ok ? parsed.document.instructions.map(({ start, end }) => ({ start, end })) : [];
    for (const { start, end } of placesOf(report)) expect(instructions, name).toContainEqual({ start, end });
    rewritten += report.after === text ? 0 : 1;
  }
  expect(rewritten).toBeGreaterThan(300);
});

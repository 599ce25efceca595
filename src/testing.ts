import type { Context } from "./context/context.js";
import { withCompanions } from "./context/overlay.js";
import { commentTexts } from "./engine/guard.js";
import { prove } from "./engine/prove.js";
import { optimize, type Report } from "./engine/run.js";
import { createFacts } from "./facts/facts.js";
import { engineOptions, type Settings } from "./optimize.js";
import { compose } from "./syntax/compose.js";
import { apply } from "./syntax/edit.js";
import { parse } from "./syntax/parse.js";
import { print } from "./syntax/print.js";

export { contextFromFiles, contextFromList, type ListedEntry } from "./context/load-list.js";
export type { Report } from "./engine/run.js";
export type { Settings } from "./optimize.js";

const LEVELS = ["safe", "suggested", "unsafe"];

/**
 * `dockopt/testing`: everything that holds for every rewrite, whatever made it. Any test runner will do; dockopt's own tests are the same.
 * Returns the report, for what a test expects beyond that. @throws Error that names the law which is broken, with both values
 */
export function checkLaws(source: string, context: Context | undefined, settings: Settings): Report {
  const options = engineOptions(settings);
  const report = optimize(source, context, options);
  const { after, applied, companions } = report;
  const before = parse(source);
  if (!before.ok) {
    same("what does not parse is left alone", after, source);
    holds("what does not parse is told", report.problems.length > 0);
    return report;
  }
  same("the tree prints as the text it was read from", print(before.document), source);
  const result = parse(after);
  if (!result.ok) throw new Error(`the result does not parse: ${JSON.stringify(result.problems[0])}`);
  same(
    "no comment is lost or made up",
    [...commentTexts(result.document)].sort(),
    [...commentTexts(before.document)].sort(),
  );
  for (const one of applied)
    holds(`${one.transform} is no less safe than asked`, LEVELS.indexOf(one.safety) <= LEVELS.indexOf(options.safety));
  const failed = report.refused.find((one) => one.code === "plugin-failed");
  if (failed !== undefined) throw new Error(failed.reason);
  const again = optimize(after, withCompanions(context, companions), options);
  same("a second run changes nothing", again.after, after);
  same("a second run changes no other file", again.companions, []);
  const edits = applied.map((one) => one.edits);
  same("the edits make the result", apply(source, compose(source, edits)), after);
  checkBytes(source, after);
  if (after === source && companions.length === 0) same("what changes nothing is no rewrite", applied, []);
  // What is called safe is proved, also from the first text to the last.
  if (options.safety === "safe") {
    const facts = [before, result].map(({ document }) =>
      createFacts(document, withCompanions(context, companions), options.evidence),
    );
    const [old, now] = facts;
    if (old !== undefined && now !== undefined)
      same("what is called safe is proved", prove(old, now), { proved: true });
  }
  return report;
}

/** Line ends, a byte order mark and a missing last line end stay as they are. */
function checkBytes(source: string, after: string): void {
  const bare = /(?<!\r)\n/;
  const windows = source.includes("\r\n") && !bare.test(source);
  same("CRLF line ends stay", windows && bare.test(after), false);
  same("a byte order mark stays", after.startsWith("\uFEFF"), source.startsWith("\uFEFF"));
  same("the end of the last line stays", after.endsWith("\n"), source.endsWith("\n"));
}

function holds(law: string, held: boolean): void {
  if (!held) throw new Error(`broken law: ${law}`);
}

function same(law: string, actual: unknown, expected: unknown): void {
  const [is, should] = [actual, expected].map((value) =>
    typeof value === "string" ? value : JSON.stringify(value, null, 2),
  );
  if (is !== should) throw new Error(`broken law: ${law}\n--- it is\n${is ?? ""}\n--- it should be\n${should ?? ""}`);
}

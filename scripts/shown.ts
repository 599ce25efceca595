import type { ListedEntry } from "../src/context/load-list.js";
import type { Refused } from "../src/engine/run.js";
import { contextOf, optionsOf, runExample, type Example } from "../src/explain/example.js";
import type { Shown } from "../src/explain/shown.js";
import { createFacts } from "../src/facts/facts.js";
import { parse } from "../src/syntax/parse.js";
import { readFixtures } from "./fixtures.js";

/** Reads what people are shown off the fixtures: the marked ones as examples, and the reasons of those that must be refused. */
export function gatherShown(root?: string): Shown {
  const examples: Record<string, Example> = {};
  const reasons: Record<string, Record<string, string>> = {};
  for (const { example, settings } of readFixtures(root)) {
    for (const name of settings.shows ?? []) {
      const { safety, noContext, builder, history, entries, untracked } = settings;
      const used = { safety, noContext, builder, history, entries, untracked };
      examples[name] = JSON.parse(
        JSON.stringify({ ...example, settings: used, files: example.files.map(withText) }),
      ) as Example;
    }
    if (settings.refused === undefined) continue;
    const { report } = runExample(example);
    for (const refused of report?.refused ?? []) {
      if (refused.code !== settings.refused) continue;
      for (const name of [refused.transform, ...ecosystemsAt(refused, report?.after ?? "", example)]) {
        const known = (reasons[name] ??= {});
        const old = known[refused.code];
        // The shortest is the clearest.
        if (old === undefined || refused.reason.length < old.length) known[refused.code] = refused.reason;
      }
    }
  }
  return { examples, reasons };
}

const withText = (file: ListedEntry): ListedEntry => ({
  ...file,
  ...(typeof file.text === "function" ? { text: file.text() ?? "" } : {}),
});

/** The ecosystem whose install stands on the line of a refusal. */
function ecosystemsAt({ line }: Refused, text: string, example: Example): readonly string[] {
  const parsed = parse(text);
  if (!parsed.ok) return [];
  const facts = createFacts(parsed.document, contextOf(example), optionsOf(example).evidence);
  return parsed.document.instructions.flatMap((one) =>
    one.kind === "RUN" && one.startLine === line
      ? facts
          .commands(one)
          .flatMap(({ install }) => install?.ecosystem.name ?? [])
          .slice(0, 1)
      : [],
  );
}

import { plainJson } from "../../report/terminal.js";
import { shareSuggestion } from "./figures.js";
import type { Review } from "./model.js";

/**
 * The review for programs, in pieces, a repository a line; `version` changes when a field changes its meaning. Patches are named by their
 * SHA-256. The last bound of the savings is null: there is none.
 */
export function* reviewJson({ rows, totals, refusals, shared, rules }: Review): Iterable<string> {
  const suggested = shared.map((group) => ({ ...group, share: shareSuggestion(group) }));
  yield `{"version":1,\n"rules":${plainJson(JSON.stringify(rules))},\n"totals":${JSON.stringify(totals)},\n`;
  yield* list("refusals", refusals);
  yield ",\n";
  yield* list("shared", suggested);
  yield ",\n";
  yield* list("repositories", rows);
  yield "}\n";
}

function* list(name: string, items: readonly unknown[]): Iterable<string> {
  yield `"${name}":[`;
  for (const [index, item] of items.entries()) yield `${index === 0 ? "" : ","}\n${plainJson(JSON.stringify(item))}`;
  yield "]";
}

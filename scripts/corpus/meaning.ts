import type { Context } from "../../src/context/context.js";
import { createFacts } from "../../src/facts/facts.js";
import { destinationOf } from "../../src/facts/state.js";
import { parse } from "../../src/syntax/parse.js";

/**
 * A Dockerfile's build, spelling aside: the instructions in order; COPY sources as the sorted files they name, destinations in full,
 * blanks and comments inside a RUN dropped. Two texts with the same meaning build the same steps.
 */
export function meaningOf(source: string, context: Context): string {
  const result = parse(source);
  if (!result.ok) return source;
  const { document } = result;
  const facts = createFacts(document, context);
  return document.instructions
    .map((one) => {
      const flags = one.flags.map((flag) => flag.text).join(" ");
      if ((one.kind === "COPY" || one.kind === "ADD") && one.from === undefined && one.stage >= 0) {
        const files = one.sources.flatMap((word) => context.match(word.text)).sort();
        const dest = destinationOf(one, facts.state(one), document.directives.escape).path?.replace(
          new RegExp(`/${files.length === 1 ? (files[0]?.split("/").at(-1) ?? "") : ""}$`),
          "",
        );
        return `COPY ${flags} ${files.join(" ")} ${dest ?? "?"}`;
      }
      return `${one.keyword.text.toUpperCase()} ${flags} ${one.body.text.replace(/\s+/g, " ")}`;
    })
    .join("\n");
}

import { replace } from "../src/syntax/edit.js";
import { defineTransform } from "../src/transform.js";

export default defineTransform({
  name: "write-env-pairs",
  summary: "Write ENV and LABEL with = instead of the legacy form",
  docs: `
\`ENV name value\` takes the rest of the line for the value, which is easily misread; BuildKit warns of it (LegacyKeyValueFormat). \`ENV name="value"\` says the same.

The value is the same to the byte: a plain one is put in double quotes when it holds blanks; in one with quotes or escapes of its own only the blanks outside of quotes are
escaped. A line with comments in between, or with an
open quote, is left alone.
`,
  safety: "safe",
  optIn: true,
  *propose(document) {
    for (const one of document.instructions) {
      if ((one.kind !== "ENV" && one.kind !== "LABEL") || !one.legacy || one.innerComments.length > 0) continue;
      const [pair] = one.pairs;
      if (pair?.value === undefined) continue;
      const value = quoted(pair.value.text, document.directives.escape);
      if (value === undefined) continue;
      const keyword = document.source.slice(one.keyword.start, one.keyword.end);
      yield {
        at: one,
        message: `writes ${pair.name.text} with =`,
        edits: [replace(one, `${keyword} ${pair.name.text}=${value}`)],
      };
    }
  },
});

/** One word that means what the rest of a line means in the legacy form; undefined: an open quote, an open `${`, an escape at the end. */
function quoted(text: string, escape: string): string | undefined {
  if (text.replace(/\$\{[^{}$\s]*\}/g, "").includes("${")) return undefined;
  // An escape at the end would take what follows.
  if ((/(?<![\\`])[\\`]*$/.exec(text)?.[0].split(escape).length ?? 1) % 2 === 0) return undefined;
  if (!/\s/.test(text)) return text;
  if (!/["'\\`]/.test(text)) return `"${text}"`;
  let result = "";
  let quote = "";
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (c === escape && quote !== "'") {
      result += c + text.charAt(++i);
      continue;
    }
    if (c === quote) quote = "";
    else if (quote === "" && (c === "'" || c === '"')) quote = c;
    result += quote === "" && /\s/.test(c) ? escape + c : c;
  }
  return quote === "" ? result : undefined;
}

import { readFileSync, writeFileSync } from "node:fs";
import { optionsMarkdown } from "../src/cli/help.js";
import { layersOnly, rewriteOptions, verifyOnly } from "../src/cli/options.js";
import { formatsMarkdown } from "../src/report/formats.js";
import { transforms } from "../transforms/index.js";

/** Writes the README's generated sections: `npm run readme`; `npm run readme -- --check` fails when they are stale. */
const sections: Readonly<Record<string, string>> = {
  options: optionsMarkdown(rewriteOptions),
  "layers options": optionsMarkdown(layersOnly),
  "verify options": optionsMarkdown(verifyOnly),
  formats: formatsMarkdown(),
  transforms: [
    "| transform | what it does | safety |",
    "| --- | --- | --- |",
    ...transforms.map(
      ({ name, summary, safety, optIn }) =>
        `| \`${name}\` | ${summary} | ${safety}${optIn === true ? ", only by name" : ""} |`,
    ),
  ].join("\n"),
};

const before = readFileSync("README.md", "utf8");
let after = before;
for (const [name, text] of Object.entries(sections)) {
  const marks = new RegExp(`(<!-- ${name}: generated -->\\n)[^]*?(<!-- end -->)`);
  if (!marks.test(after)) throw new Error(`README.md has no section ${name}`);
  after = after.replace(marks, (_, start: string, end: string) => `${start}\n${text}\n\n${end}`);
}
if (process.argv.includes("--check")) {
  if (after !== before) throw new Error("README.md is stale. Run npm run readme.");
} else writeFileSync("README.md", after);

import { readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import { optionsMarkdown } from "../src/cli/help.js";
import { layersOnly, rewriteOptions, scoreOnly, verifyOnly } from "../src/cli/options.js";
import { settingsMarkdown } from "../src/config/markdown.js";
import { jsonSchema } from "../src/config/schema.js";
import { formatsMarkdown } from "../src/report/formats.js";
import { transforms } from "../transforms/index.js";

/**
 * Writes what is made from the tables: sections of the README and of docs/, the schema of configurations. `npm run readme`;
 * `npm run readme -- --check` fails when something is stale.
 */
const sections: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "README.md": {
    options: optionsMarkdown(rewriteOptions),
    "layers options": optionsMarkdown(layersOnly),
    "score options": optionsMarkdown(scoreOnly),
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
  },
  "docs/configuration.md": { settings: settingsMarkdown() },
};

const SCHEMA = "docs/schema/config.schema.json";

for (const [path, named] of Object.entries(sections)) {
  let text = readFileSync(path, "utf8");
  for (const [name, section] of Object.entries(named)) {
    const marks = new RegExp(`(<!-- ${name}: generated -->\\n)[^]*?(<!-- end -->)`);
    if (!marks.test(text)) throw new Error(`${path} has no section ${name}`);
    text = text.replace(marks, (_, start: string, end: string) => `${start}\n${section}\n\n${end}`);
  }
  keep(path, path === "README.md" ? text : await format(text, { parser: "markdown", printWidth: 120 }));
}
const schema = JSON.stringify(jsonSchema(transforms.map(({ name }) => name)));
keep(SCHEMA, await format(schema, { parser: "json", printWidth: 120 }));

function keep(path: string, text: string): void {
  if (!process.argv.includes("--check")) writeFileSync(path, text);
  else if (readFileSync(path, "utf8") !== text) throw new Error(`${path} is stale. Run npm run readme.`);
}

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { format } from "prettier";
import { jsonSchema } from "../src/config/schema.js";
import { settingsMarkdown } from "../src/config/markdown.js";
import { transforms } from "../transforms/index.js";

/**
 * Writes what is made of the table of settings: the schema for editors and the table of docs/configuration.md.
 * `npm run schema`; `npm run schema -- --check` fails when they are stale.
 */
const SCHEMA = "docs/schema/config.schema.json";
const DOCS = "docs/configuration.md";

const schema = await format(JSON.stringify(jsonSchema(transforms.map(({ name }) => name))), {
  parser: "json",
  printWidth: 120,
});
const docs = readFileSync(DOCS, "utf8").replace(
  /(<!-- settings: generated -->\n)[^]*?(<!-- end -->)/,
  (_, start: string, end: string) => `${start}\n${settingsMarkdown()}\n\n${end}`,
);
for (const [path, text] of [
  [SCHEMA, schema],
  [DOCS, docs],
] as const) {
  if (!process.argv.includes("--check")) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } else if (readFileSync(path, "utf8") !== text) throw new Error(`${path} is stale. Run npm run schema.`);
}

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { format, resolveConfig } from "prettier";
import { optionsMarkdown } from "../src/cli/help.js";
import { layersOnly, rewriteOptions, scoreOnly, verifyOnly } from "../src/cli/options.js";
import { settingsMarkdown } from "../src/config/markdown.js";
import { jsonSchema } from "../src/config/schema.js";
import { ecosystems } from "../src/ecosystems/index.js";
import { ecosystemPage, refusalsPage, slugOf, transformPage } from "../src/explain/pages.js";
import { formatsMarkdown } from "../src/report/formats.js";
import { transforms } from "../transforms/index.js";
import { manual } from "./man.js";
import { gatherShown } from "./shown.js";

/**
 * Writes what is made from tables, metadata and fixtures: pages of docs/, the manual page, the schema of configurations, sections of
 * the README and of docs/. `npm run docs`; `npm run docs -- --check` fails when something is stale.
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
          `| [\`${name}\`](docs/transforms/${name}.md) | ${summary} | ${safety}${optIn === true ? ", only by name" : ""} |`,
      ),
    ].join("\n"),
  },
  "docs/configuration.md": { settings: settingsMarkdown() },
};

/** Nothing else lies there. */
const GENERATED = ["docs/transforms", "docs/ecosystems"];

/** What the files have to hold, by path. */
async function generate(): Promise<ReadonlyMap<string, string>> {
  const shown = gatherShown();
  const files = new Map<string, string>([
    ...Object.entries(sections).map(([path, named]) => [path, withSections(path, named)] as const),
    ...transforms.map((one) => [`docs/transforms/${one.name}.md`, transformPage(one, shown)] as const),
    ...ecosystems.map((one) => [`docs/ecosystems/${slugOf(one.name)}.md`, ecosystemPage(one, shown)] as const),
    ["docs/refusals.md", refusalsPage(shown)],
    ["docs/README.md", contents()],
    ["docs/schema/config.schema.json", JSON.stringify(jsonSchema(transforms.map(({ name }) => name)))],
  ]);
  for (const [path, text] of files)
    if (path !== "README.md") files.set(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
  return files.set("docs/man/dockopt.1", manual());
}

function withSections(path: string, named: Readonly<Record<string, string>>): string {
  let text = readFileSync(path, "utf8");
  for (const [name, section] of Object.entries(named)) {
    const marks = new RegExp(`(<!-- ${name}: generated -->\\n)[^]*?(<!-- end -->)`);
    if (!marks.test(text)) throw new Error(`${path} has no section ${name}`);
    text = text.replace(marks, (_, start: string, end: string) => `${start}\n${section}\n\n${end}`);
  }
  return text;
}

/** The table of contents; what people have written comes first. */
function contents(): string {
  const written = readdirSync("docs")
    .filter((name) => name.endsWith(".md") && !/^(?:README|refusals)\.md$/.test(name))
    .map((name) => `- [${/^# (.*)$/m.exec(readFileSync(join("docs", name), "utf8"))?.[1] ?? name}](${name})`);
  return [
    "# dockopt's documentation",
    [
      ...written,
      "- [Why something is left alone](refusals.md)",
      "- [The manual page](man/dockopt.1): `man ./docs/man/dockopt.1`",
    ].join("\n"),
    "`dockopt explain NAME` shows the pages below in a terminal.",
    "## Transforms",
    transforms.map(({ name, summary }) => `- [${name}](transforms/${name}.md): ${summary}`).join("\n"),
    "## Ecosystems",
    ecosystems.map(({ name, about }) => `- [${name}](ecosystems/${slugOf(name)}.md): ${about.summary}`).join("\n"),
  ].join("\n\n");
}

const files = await generate();
const stale = [...files].filter(([path, text]) => !existsSync(path) || readFileSync(path, "utf8") !== text);
const left = GENERATED.filter((folder) => existsSync(folder))
  .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  .filter((path) => !files.has(path));
if (process.argv.includes("--check")) {
  const wrong = [...stale.map(([path]) => path), ...left];
  if (wrong.length > 0) throw new Error(`${wrong.join(", ")}: not what would be generated. Run npm run docs.`);
} else {
  for (const path of left) rmSync(path);
  for (const [path, text] of stale) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

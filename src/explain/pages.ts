import { ecosystems } from "../ecosystems/index.js";
import type { KnownEcosystem } from "../ecosystems/ecosystem.js";
import { refusals, type RefusalCode } from "../refusals.js";
import { fence } from "../report/commonmark.js";
import { unifiedDiff } from "../report/diff.js";
import { duration } from "../report/figures.js";
import type { Safety, Transform } from "../transform.js";
import { transforms } from "../../transforms/index.js";
import { runExample } from "./example.js";
import type { Shown } from "./shown.js";

export const SAFETY: Readonly<Record<Safety, string>> = {
  safe: "applied by default: the image stays the same, or differs only as said below",
  suggested: "applied with `--suggested`: right in all cases we know, but not proven by the files",
  unsafe: "applied with `--unsafe`: it changes the image",
};

const NEEDS = { context: "the build context", history: "the repository's history" } as const;

/** The name in a command line and in a path: "dotnet tool" is "dotnet-tool". */
export const slugOf = (name: string): string => name.replaceAll(" ", "-");

/** Everything that has a page, by the name that people ask for. Markdown. `known`: all transforms, those of plug-ins have no example. */
export function pagesOf(shown: Shown, known: readonly Transform[]): ReadonlyMap<string, () => string> {
  return new Map<string, () => string>([
    ...known.map((one) => [one.name, () => transformPage(one, shown)] as const),
    ...ecosystems.map((one) => [slugOf(one.name), () => ecosystemPage(one, shown)] as const),
    ...codes().map((code) => [code, () => refusalPage(code, shown)] as const),
  ]);
}

export const topics = (): readonly string[] => [
  ...transforms.map((one) => one.name),
  ...ecosystems.map((one) => slugOf(one.name)),
  ...codes(),
];

const codes = (): readonly RefusalCode[] => Object.keys(refusals).filter(isCode);

const isCode = (name: string): name is RefusalCode => Object.hasOwn(refusals, name);

export function transformPage(transform: Transform, shown: Shown): string {
  const { name, summary, docs, safety, optIn, requires = [], hadolint = [] } = transform;
  const facts = [
    `Safety: ${safety}, ${SAFETY[safety]}`,
    ...(optIn === true ? [`Only when it is asked for by name: \`--only ${name}\``] : []),
    ...requires.map((one) => `It needs ${NEEDS[one]}`),
    ...(hadolint.length === 0
      ? []
      : [`Asked for by hadolint's ${hadolint.join(", ")} as well, whose ignoring comments are heeded`]),
  ];
  const refused = Object.keys(shown.reasons[name] ?? {});
  return page([
    `# ${name}`,
    `${summary}.`,
    listOf(facts),
    docs.trim(),
    ...exampleOf(name, shown),
    ...(refused.length === 0 ? [] : ["## What it refuses", refusalsOf(name, shown)]),
  ]);
}

export function ecosystemPage({ name, about }: KnownEcosystem, shown: Shown): string {
  const { summary, docs, installs, manifests, lockfiles, makes } = about;
  const line = (title: string, names: readonly string[]): readonly string[] =>
    names.length === 0 ? [] : [`${title}: ${names.map(code).join(", ")}`];
  return page([
    `# ${name}`,
    `${summary}.`,
    listOf([
      ...line("Its install, for example", installs),
      ...line("Manifests", manifests),
      ...line("Lockfiles", lockfiles),
      ...line("The install makes", makes),
    ]),
    docs,
    ...exampleOf(name, shown),
    ...(shown.reasons[name] === undefined ? [] : ["## What is left alone", refusalsOf(name, shown)]),
  ]);
}

/** One refusal: what it means, who gives it, an example. */
export function refusalPage(name: RefusalCode, shown: Shown, level = "#"): string {
  const by = (subject: string): string | undefined => shown.reasons[subject]?.[name];
  const givers = transforms.map((one) => one.name).filter((one) => by(one) !== undefined);
  const [reason] = ["", ...givers].flatMap((one) => by(one) ?? []);
  const concerned = ecosystems.map((one) => one.name).filter((one) => by(one) !== undefined);
  return page([
    `${level} ${name}`,
    refusals[name],
    ...(reason === undefined ? [] : [`> ${escaped(reason)}`]),
    ...(givers.length === 0 ? [] : [`Transforms: ${givers.map(link("transforms")).join(", ")}.`]),
    ...(concerned.length === 0 ? [] : [`Ecosystems: ${concerned.map(link("ecosystems")).join(", ")}.`]),
  ]);
}

export function refusalsPage(shown: Shown): string {
  return page([
    "# Why something is left alone",
    "Every refusal has a code, which stays the same, and a reason with the file and the value. Below is what the codes mean, with a reason from the tests where one has it.",
    ...codes().map((code) => refusalPage(code, shown, "##").trimEnd()),
  ]);
}

/** The diff of the example and what is said of it, by running the engine now. */
function exampleOf(name: string, shown: Shown): readonly string[] {
  const example = shown.examples[name];
  if (example === undefined) return [];
  const { changes, report, insight } = runExample(example);
  const said = report?.applied.flatMap(({ message, notes }) => [sentence(message), ...notes.map(sentence)]) ?? [];
  const costs = insight.costs();
  const [before = 0, after = 0] = [costs[0], costs.at(-1)];
  const gain =
    before - after < 0.05
      ? []
      : [`An average rebuild takes ${duration(after)} in place of ${duration(before)}, by dockopt's model of costs.`];
  return [
    "## Example",
    fence(changes.map(unifiedDiff).join("").trimEnd(), "diff").join("\n"),
    listOf([...said.map(escaped), ...gain]),
  ];
}

const refusalsOf = (name: string, shown: Shown): string =>
  listOf(
    Object.entries(shown.reasons[name] ?? {})
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(
        ([code, reason]) =>
          `[\`${code}\`](../refusals.md#${code}): ${isCode(code) ? `${refusals[code]} ` : ""}Example: ${escaped(reason)}`,
      ),
  );

const link =
  (folder: string) =>
  (name: string): string =>
    `[${name}](${folder}/${slugOf(name)}.md)`;

const page = (parts: readonly string[]): string => `${parts.join("\n\n")}\n`;
const listOf = (items: readonly string[]): string => items.map((item) => `- ${item}`).join("\n");
const code = (text: string): string => `\`${text}\``;
const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** Text of a report in Markdown: what stands in backticks stays, the rest means nothing. */
const escaped = (text: string): string =>
  text.replace(/(`[^`]*`)|[\\*_[\]<>#`]/g, (found, quoted?: string) => quoted ?? `\\${found}`);

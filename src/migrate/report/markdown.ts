import { code, fence, table } from "../../report/commonmark.js";
import { count, counted, duration, size } from "../../report/figures.js";
import { repositories, shareSuggestion, shareTitle } from "./figures.js";
import type { Review, Row } from "./model.js";

/** So many repositories, reasons and groups are listed; the rest are counted. */
const ROWS = 100;
const REASONS = 50;
const GROUPS = 20;
/** Repositories that a group names. */
const NAMED = 10;

/** The review to be pasted somewhere: totals and the heads of the lists. Text from repositories stands in code, where nothing acts. */
export function reviewMarkdown(review: Review): string {
  const parts = [...totals(review), ...changes(review.rows), ...refusals(review), ...shared(review)];
  return ["# Review of the migration", "", ...parts].join("\n");
}

function totals({ totals: all, rules }: Review): string[] {
  const { saving } = all;
  const unread = all.unreadable > 0 ? `, ${count(all.unreadable)} of them cannot be read` : "";
  return [
    `${repositories(all.repositories)}, ${counted(all.files, "Dockerfile")}${unread}; rules: ${rules.map(code).join(", ") || "none"}.`,
    `Expected saving per rebuild: ${duration(saving.sum)} in all; median ${duration(saving.median)} over the ${repositories(saving.repositories)} that save time.`,
    "",
    ...table(
      ["outcome", "repositories"],
      Object.entries(all.outcomes).map(([name, number]) => [name, count(number)]),
    ),
    ...table(
      ["applied", "repositories"],
      all.states.map((one) => [one.name === "none" ? "not yet" : one.name, count(one.repositories)]),
    ),
    ...table(
      ["rule", "rewrites", "repositories"],
      all.transforms.map((one) => [code(one.name), count(one.rewrites), count(one.repositories)]),
    ),
    ...table(
      ["ecosystem", "repositories", "changed"],
      all.ecosystems.map((one) => [code(one.name), count(one.repositories), count(one.changed)]),
    ),
  ];
}

function changes(rows: readonly Row[]): string[] {
  const changed = rows.filter(({ outcome }) => outcome === "changed").sort((a, b) => b.saving - a.saving);
  if (changed.length === 0) return [];
  const shown = changed.slice(0, ROWS).map((row) => {
    const pull = row.pull === null ? "" : ` ${link(`#${row.pull.number}`, row.pull.url)}`;
    const applied = row.state === "none" ? "not yet" : row.state;
    return [
      link(code(row.repository), row.url),
      duration(row.saving),
      row.transforms.map(code).join(", "),
      `${applied}${pull}`,
    ];
  });
  return [
    "## Changed, by expected saving per rebuild",
    "",
    ...table(["repository", "saving", "rules", "applied"], shown),
    ...more(changed.length - shown.length),
  ];
}

function refusals({ refusals: groups }: Review): string[] {
  if (groups.length === 0) return [];
  const shown = groups.slice(0, REASONS).map(({ code: name, refusals: number, repositories: own, example }) => {
    const place = `${example.repository} ${example.path}:${example.line}`;
    return [code(name), count(number), count(own.length), `${code(example.reason)} (${code(place)})`];
  });
  return [
    "## Left alone, by reason",
    "",
    ...table(["reason", "times", "repositories", "for example"], shown),
    ...more(groups.length - shown.length),
  ];
}

function shared({ shared: groups }: Review): string[] {
  if (groups.length === 0) return [];
  const shown = groups.slice(0, GROUPS).flatMap((group) => {
    const names = group.repositories.slice(0, NAMED).map(code);
    const rest = group.repositories.length - names.length;
    return [
      `**${code(shareTitle(group))}**: ${size(group.bytes)} by estimate, ${counted(group.files, "Dockerfile")} with ${counted(group.variants, "prefix", "prefixes")} today, in ${names.join(", ")}${rest > 0 ? ` and ${count(rest)} more` : ""}. Suggestion (\`share\`):`,
      "",
      ...fence(shareSuggestion(group), "dockerfile"),
      "",
    ];
  });
  return [
    "## Layers that could be shared",
    "",
    "Leading steps on the same image that differ in order or spelling only. As one common prefix, built once, they would be the same layers.",
    "",
    ...shown,
    ...more(groups.length - Math.min(groups.length, GROUPS)),
  ];
}

const more = (number: number): string[] => (number > 0 ? [`And ${count(number)} more.`, ""] : []);

/** Only addresses of the web become links. `label` is Markdown. */
function link(label: string, url: string): string {
  if (!URL.canParse(url)) return label;
  const { protocol, href } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") return label;
  const escaped = href.replace(/[()<>|\\`]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return `[${label}](${escaped})`;
}

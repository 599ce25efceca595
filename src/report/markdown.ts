import { code, fence, prose, table } from "./commonmark.js";
import { unifiedDiff } from "./diff.js";
import { savingText, type Findings, type Told } from "./findings.js";
import { counted, duration } from "./figures.js";
import { gathered, type Reporter } from "./reporter.js";
import { printable } from "./terminal.js";

/** Characters of diffs: a comment on GitHub holds 65,536 in all. */
const MOST = 40_000;
/** Rows of each table; the others are counted. */
const ROWS = 50;

interface Part extends Findings {
  readonly path: string;
  readonly written: boolean;
  /** Cell of the table; undefined: nothing changes. */
  readonly rebuild: string | undefined;
  readonly rules: readonly string[];
  readonly what: readonly string[];
  readonly diff: string;
}

/** To be read in a pull request. What files say stands in code, where nothing acts. */
export function markdownReporter(): Reporter {
  return gathered(partOf, (parts) => {
    const changed = parts.filter(({ diff }) => diff !== "");
    const verb = changed.some(({ written }) => !written) ? "would change" : "changed";
    const title = `## dockopt: ${changed.length} of ${counted(parts.length, "Dockerfile")} ${verb}`;
    return [title, "", ...overview(changed), ...details(changed), ...broken(parts), ...refused(parts)].join("\n");
  });
}

function partOf({ result, written, findings }: Told): Part {
  const { path, report, changes, insight } = result;
  const costs = changes.length === 0 ? [] : insight.costs();
  const [before, after] = [costs[0] ?? 0, costs.at(-1) ?? 0];
  const applied = report?.applied ?? [];
  return {
    ...findings(),
    path,
    written,
    rebuild: savingText(before - after) && `${duration(before)} → ${duration(after)}`,
    rules: [...new Set(applied.map((one) => one.transform))],
    what: applied.flatMap((one) => [one.message, ...one.notes.map((note) => `note: ${note}`)]),
    diff: changes.map(unifiedDiff).join(""),
  };
}

function overview(changed: readonly Part[]): string[] {
  const rows = changed.map(({ path, rules, rebuild }) => [
    code(path),
    rules.map(code).join(", "),
    rebuild ?? "as before",
  ]);
  return cut(["Dockerfile", "rewrites", "an average rebuild, by estimate"], rows);
}

function details(changed: readonly Part[]): string[] {
  let left = MOST;
  const shown = changed.filter(({ diff }) => (left -= diff.length) >= 0);
  const blocks = shown.flatMap(({ path, what, diff }) => [
    `<details><summary>${escapeHtml(path)}</summary>`,
    "",
    ...what.map((one) => `- ${prose(one)}`),
    "",
    ...fence(diff.trimEnd(), "diff"),
    "",
    "</details>",
    "",
  ]);
  const rest = changed.length - shown.length;
  return rest === 0
    ? blocks
    : [...blocks, `The diffs of ${counted(rest, "Dockerfile")} are left out here: they are long.`, ""];
}

function broken(parts: readonly Part[]): string[] {
  const rows = parts.flatMap(({ path, error, problems }) => [
    ...(error === undefined ? [] : [[code(path), prose(error)]]),
    ...problems.map(({ line, column, message }) => [code(`${path}:${line}:${column}`), prose(message)]),
  ]);
  return rows.length === 0 ? [] : ["### Not read", "", ...cut(["where", "why"], rows)];
}

function refused(parts: readonly Part[]): string[] {
  const rows = parts.flatMap(({ path, refusals }) =>
    refusals.map(({ line, reason }) => [code(`${path}:${line}`), prose(reason)]),
  );
  if (rows.length === 0) return [];
  return ["<details><summary>Left alone</summary>", "", ...cut(["where", "why"], rows), "</details>", ""];
}

function cut(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const more = rows.length - ROWS;
  return [...table(head, rows.slice(0, ROWS)), ...(more > 0 ? [`And ${more} more.`, ""] : [])];
}

const escapeHtml = (text: string): string =>
  printable(text).replace(/[\s&<>"'`*_[\]|\\:@#]/g, (c) => `&#${c.charCodeAt(0)};`);

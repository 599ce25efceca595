import { code, fence, prose, table } from "./commonmark.js";
import { unifiedDiff } from "./diff.js";
import { savingText, type Findings, type Told } from "./findings.js";
import { counted, duration } from "./figures.js";
import { gathered, type Reporter } from "./reporter.js";
import { printable } from "./terminal.js";

/** Characters in all: a comment on GitHub holds 65,536. What does not fit is counted. */
const MOST = 60_000;

type Fits = (text: string) => boolean;

interface Part extends Pick<Findings, "refusals" | "problems" | "error"> {
  readonly path: string;
  readonly written: boolean;
  /** What an average rebuild takes before and after; undefined: the same. */
  readonly rebuild: string | undefined;
  readonly rules: readonly string[];
  readonly what: readonly string[];
  readonly diff: string;
}

/** To be read in a pull request. What files say stands in code, where nothing acts. */
export function markdownReporter(): Reporter {
  return gathered(partOf, (parts) => {
    let left = MOST;
    const fits = (text: string): boolean => {
      if (text.length > left) return false;
      left -= text.length;
      return true;
    };
    const changed = parts.filter(({ diff }) => diff !== "");
    const verb = changed.some(({ written }) => !written) ? "would change" : "changed";
    const title = `## dockopt: ${changed.length} of ${counted(parts.length, "Dockerfile")} ${verb}`;
    const sections = [overview(changed, fits), broken(parts, fits), details(changed, fits), refused(parts, fits)];
    return [title, "", ...sections.flat()].join("\n");
  });
}

function partOf({ result, written, findings }: Told): Part {
  const { path, report, changes, insight } = result;
  const costs = changes.length === 0 ? [] : insight.costs();
  const [before, after] = [costs[0] ?? 0, costs.at(-1) ?? 0];
  const applied = report?.applied ?? [];
  const { refusals, problems, error } = findings();
  return {
    refusals,
    problems,
    error,
    path,
    written,
    rebuild: savingText(before - after) && `${duration(before)} → ${duration(after)}`,
    rules: [...new Set(applied.map((one) => one.transform))],
    what: applied.flatMap((one) => [one.message, ...one.notes.map((note) => `note: ${note}`)]),
    diff: changes.map(unifiedDiff).join(""),
  };
}

function overview(changed: readonly Part[], fits: Fits): string[] {
  const rows = changed.map(({ path, rules, rebuild }) => [
    code(path),
    rules.map(code).join(", "),
    rebuild ?? "as before",
  ]);
  return cut(["Dockerfile", "rewrites", "an average rebuild, by estimate"], rows, fits);
}

function broken(parts: readonly Part[], fits: Fits): string[] {
  const rows = parts.flatMap(({ path, error, problems }) => [
    ...(error === undefined ? [] : [[code(path), prose(error)]]),
    ...problems.map(({ line, column, message }) => [code(`${path}:${line}:${column}`), prose(message)]),
  ]);
  return cut(["not read", "why"], rows, fits);
}

function details(changed: readonly Part[], fits: Fits): string[] {
  const blocks = changed.map(({ path, what, diff }) => [
    `<details><summary>${escapeHtml(path)}</summary>`,
    "",
    ...what.map((one) => `- ${prose(one)}`),
    "",
    ...fence(diff.trimEnd(), "diff"),
    "",
    "</details>",
    "",
  ]);
  const shown = blocks.filter((block) => fits(block.join("\n")));
  const rest = blocks.length - shown.length;
  return rest === 0 ? shown.flat() : [...shown.flat(), `${counted(rest, "diff")} more would not fit here.`, ""];
}

function refused(parts: readonly Part[], fits: Fits): string[] {
  const rows = parts.flatMap(({ path, refusals }) =>
    refusals.map(({ line, reason }) => [code(`${path}:${line}`), prose(reason)]),
  );
  if (rows.length === 0) return [];
  return ["<details><summary>Left alone</summary>", "", ...cut(["where", "why"], rows, fits), "</details>", ""];
}

function cut(head: readonly string[], rows: readonly (readonly string[])[], fits: Fits): string[] {
  const shown = rows.filter((row) => fits(row.join("  |  ")));
  const more = rows.length - shown.length;
  return [...table(head, shown), ...(more > 0 ? [`And ${more} more.`, ""] : [])];
}

const escapeHtml = (text: string): string =>
  printable(text).replace(/[\s&<>"'`*_[\]|\\:@#]/g, (c) => `&#${c.charCodeAt(0)};`);

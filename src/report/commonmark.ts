import { printable } from "./terminal.js";

/** Lines of a table, and an empty one; none for no rows. Cells are Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line), ""];
}

/** A code span on one line, with more backticks around it than it holds. A bar would end a table's cell. */
export function code(text: string): string {
  const line = printable(text).replace(/\s+/g, " ").trim().replaceAll("|", "\\|");
  const ticks = "`".repeat(longestTicks(line) + 1);
  return line === "" ? "" : ticks === "`" ? `\`${line}\`` : `${ticks} ${line} ${ticks}`;
}

/** Sentences of dockopt as Markdown: what is quoted is code, and so is every word in which a character could act. */
export function prose(text: string): string {
  const word = (one: string): string => (/[*_[\]<>|~&@#\\`]|:\/\/|www\./i.test(one) ? code(one) : one);
  return printable(text)
    .split(/(`[^`]+`)/)
    .map((part, index) => (index % 2 === 1 ? code(part.slice(1, -1)) : part.split(/\s+/).map(word).join(" ")))
    .join("");
}

/** Lines of a block of code that nothing in it ends. */
export function fence(text: string, language: "dockerfile" | "diff"): string[] {
  const clean = printable(text);
  const ticks = "`".repeat(Math.max(3, longestTicks(clean) + 1));
  return [`${ticks}${language}`, clean, ticks];
}

const longestTicks = (text: string): number => Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));

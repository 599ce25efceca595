import { colouredDiff } from "../report/text.js";
import { printable, wrap, type Colors } from "../report/terminal.js";

/** Wider lines are hard to read. */
const WIDEST = 100;

/** A page's Markdown (headings, paragraphs, lists, quotes, fenced text) for a terminal. */
export function renderPage(markdown: string, colors: Colors, width: number): string {
  const columns = Math.max(40, Math.min(width, WIDEST));
  const out: string[] = [];
  for (const block of blocksOf(printable(markdown))) {
    const [first = ""] = block;
    if (first.startsWith("```")) out.push(indented(colouredDiff(block.slice(1, -1).join("\n"), colors)));
    else if (first.startsWith("#")) out.push(colors.bold(inline(first.replace(/^#+ /, ""))));
    else if (first.startsWith("- "))
      out.push(
        joined(block, /^- /)
          .map((item) => wrap(`  - ${inline(item)}`, columns, 4))
          .join("\n"),
      );
    else if (first.startsWith("> "))
      out.push(wrap(`  ${inline(block.map((line) => line.slice(2)).join(" "))}`, columns, 2));
    else out.push(wrap(inline(block.join(" ")), columns, 0));
  }
  return `${out.join("\n\n")}\n`;
}

/** Lines between blank ones; fenced text is one block. */
function blocksOf(markdown: string): readonly (readonly string[])[] {
  const blocks: string[][] = [];
  let block: string[] = [];
  let fenced = false;
  for (const line of markdown.split("\n")) {
    if (line.startsWith("```")) fenced = !fenced;
    if (line !== "" || fenced) block.push(line);
    else if (block.length > 0) {
      blocks.push(block);
      block = [];
    }
  }
  return block.length > 0 ? [...blocks, block] : blocks;
}

/** The items of a list, each in one line. */
function joined(lines: readonly string[], start: RegExp): readonly string[] {
  const items: string[] = [];
  for (const line of lines)
    if (start.test(line)) items.push(line.replace(start, ""));
    else items.push(`${items.pop() ?? ""} ${line.trim()}`);
  return items;
}

/** Links show their text alone; what is in backticks stays as it is. */
const inline = (text: string): string =>
  text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/(`[^`]*`)|\\([\\*_[\]<>#`])/g, (_, code?: string, plain?: string) => code ?? plain ?? "");

const indented = (text: string): string => text.replace(/^(?=.)/gm, "  ");

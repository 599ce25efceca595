import type { Report } from "../engine/run.js";
import { suppressionsOf } from "../engine/suppress.js";
import { apply, type Edit } from "../syntax/edit.js";
import type { Instruction, Span } from "../syntax/nodes.js";
import { parse } from "../syntax/parse.js";

/**
 * The instructions that the rewrites of a report are about, in the text before all of them. A rewrite knows its line in the text that
 * those before it have left; an instruction that they have moved keeps its bytes, one that they have changed keeps its place.
 */
export function placesOf({ before, applied }: Report): readonly Span[] {
  const originals = instructionsOf(before);
  const passes: (readonly Edit[])[] = [];
  let text = before;
  return applied.map(({ line, edits }) => {
    const seen = instructionsOf(text).find((one) => one.startLine <= line && line <= one.endLine);
    const place = seen === undefined ? undefined : originOf(seen, text, originals, before, passes);
    passes.push(edits);
    text = apply(text, edits);
    return place ?? { start: 0, end: 0 };
  });
}

function originOf(
  seen: Instruction,
  text: string,
  originals: readonly Instruction[],
  before: string,
  passes: readonly (readonly Edit[])[],
): Span | undefined {
  const offset = passes.reduceRight(undone, seen.start);
  const bytes = text.slice(seen.start, seen.end);
  const same = originals.filter((one) => before.slice(one.start, one.end) === bytes);
  const [nearest] = [...same].sort((a, b) => Math.abs(a.start - offset) - Math.abs(b.start - offset));
  return nearest ?? originals.find((one) => offset <= one.end) ?? originals.at(-1);
}

/** Where what stands at an offset stood before the edits; new text stood nowhere, and counts as where it was put. */
function undone(offset: number, edits: readonly Edit[]): number {
  let shift = 0;
  for (const { start, end, text } of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (offset < start + shift) break;
    if (offset < start + shift + text.length) return start;
    shift += text.length - (end - start);
  }
  return offset - shift;
}

function instructionsOf(text: string): readonly Instruction[] {
  const parsed = parse(text);
  return parsed.ok ? parsed.document.instructions : [];
}

/** A report whose comments that forbid rewrites stand where they are in the text before the rewrites, which may have moved them. */
export function withOriginalLines(report: Report): Report {
  const parsed = parse(report.before);
  if (!parsed.ok) return report;
  const left = suppressionsOf(parsed.document).filter(({ tool }) => tool === "dockopt");
  const lineOf = (one: Report["ignored"][number]): number => {
    const at = left.findIndex(({ names, reason }) => reason === one.reason && names.join() === one.names.join());
    return left.splice(at, at < 0 ? 0 : 1)[0]?.line ?? one.line;
  };
  return { ...report, ignored: report.ignored.map((one) => ({ ...one, line: lineOf(one) })) };
}

import type { Hover } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { seconds } from "./diagnostics.js";
import type { Reading } from "./reading.js";

/** What the instruction at an offset costs; null: nothing, or there is none. */
export function hoverAt(reading: Reading, offset: number, document: TextDocument): Hover | null {
  for (const { built, layers } of reading.layers()) {
    const layer = layers.find(({ instruction }) => instruction.start <= offset && offset <= instruction.end);
    if (layer?.makes !== "layer") continue;
    const { instruction, seconds: takes, expected } = layer;
    const odds = takes === 0 ? 0 : Math.round((100 * expected) / takes);
    const value = built
      ? `${instruction.kind} takes about ${seconds(takes)}, and is built again in ${odds} % of rebuilds: ${seconds(expected)} of an average one.`
      : "No image needs this stage: BuildKit does not build it.";
    const { start, end } = instruction.keyword;
    return {
      contents: { kind: "plaintext", value },
      range: { start: document.positionAt(start), end: document.positionAt(end) },
    };
  }
  return null;
}

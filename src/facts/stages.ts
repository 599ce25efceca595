import type { Document, RunInstruction } from "../syntax/nodes.js";

/** The RUNs that find what this one leaves in the image: later ones of its stage, and those of stages built on it. */
export function runsBehind(run: RunInstruction, document: Document): readonly RunInstruction[] {
  const inherits = (index: number): boolean => {
    for (let stage = document.stages[index]; stage !== undefined; stage = stage.base)
      if (stage.index === run.stage) return true;
    return false;
  };
  return document.instructions.filter(
    (one): one is RunInstruction => one.kind === "RUN" && one.index > run.index && inherits(one.stage),
  );
}

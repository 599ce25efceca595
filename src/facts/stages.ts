import type { Document, RunInstruction, Stage } from "../syntax/nodes.js";

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

/** The stage before number `before` that a name or a number stands for; undefined: an image. */
export function stageNamed(from: string, before: number, { stages }: Document): Stage | undefined {
  return stages.slice(0, before).findLast((stage) => stage.name === from.toLowerCase() || String(stage.index) === from);
}

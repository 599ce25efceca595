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

const named = new WeakMap<Document, ReadonlyMap<string, readonly Stage[]>>();

/** The stage before number `before` that a name or a number stands for; undefined: an image. */
export function stageNamed(from: string, before: number, document: Document): Stage | undefined {
  let known = named.get(document);
  if (known === undefined) named.set(document, (known = namesOf(document)));
  return (known.get(from.toLowerCase()) ?? []).findLast(({ index }) => index < before);
}

function namesOf({ stages }: Document): ReadonlyMap<string, readonly Stage[]> {
  const names = new Map<string, Stage[]>();
  for (const stage of stages) {
    const own = String(stage.index);
    for (const name of new Set([stage.name ?? own, own])) {
      const alike = names.get(name) ?? [];
      alike.push(stage);
      names.set(name, alike);
    }
  }
  return names;
}

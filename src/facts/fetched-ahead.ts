import type { RunInstruction } from "../syntax/nodes.js";
import { cacheUses } from "./caches.js";
import { mountsOf } from "./mounts.js";
import type { Copy } from "./copies.js";
import type { CommandFact, Facts } from "./facts.js";
import { readInputs } from "./install-inputs.js";
import { type InstallPart } from "./install-part.js";
import { isWithin } from "./paths.js";

/** Does the RUN find what it depends on without a step of its own for that: in a cache mount, or fetched by a tool made for it? */
export const fetchedAhead = (run: RunInstruction, facts: Facts): boolean =>
  hasOwnTool(run, facts) || keepsDependencies(run, facts);

function hasOwnTool(run: RunInstruction, facts: Facts): boolean {
  const tools = facts
    .commands(run)
    .flatMap(({ install }) => install?.ecosystem ?? [])
    .filter((one) => one.fetchesAhead !== undefined);
  if (tools.length === 0) return false;
  return facts.document.instructions.some(
    (one) =>
      one.kind === "RUN" &&
      one.stage >= 0 &&
      facts.commands(one).some(({ command }) => tools.some((tool) => tool.fetchesAhead?.(command) === true)),
  );
}

/** Every directory that the installs use in place is a cache mount: what they fetch leaves no layer to reuse. */
function keepsDependencies(run: RunInstruction, facts: Facts): boolean {
  const kept = mountsOf(run).filter(({ type }) => type === "cache");
  const needed = cacheUses(run, facts)
    .filter(({ fact }) => fact.install !== undefined)
    .flatMap(({ caches }) => ("reason" in caches ? [] : caches.filter((cache) => cache.holds === "dependencies")));
  return (
    needed.length > 0 &&
    needed.every(({ path }) =>
      kept.some(({ target }) => target !== undefined && isWithin(path, target.replace(/\/$/, ""))),
    )
  );
}

/** Installs by the RUN's own tools that stand before a copy already: the author's own split, or one that was added. */
export function installsAhead(run: RunInstruction, copy: Copy | undefined, facts: Facts): readonly CommandFact[] {
  const stage = copy && facts.document.stages[copy.instruction.stage];
  const own = facts.commands(run).flatMap((fact) => fact.install?.ecosystem ?? []);
  return (stage?.instructions ?? []).flatMap((one) =>
    one.kind === "RUN" && one.index < Math.min(copy?.instruction.index ?? 0, run.index)
      ? facts.commands(one).filter((fact) => fact.install !== undefined && own.includes(fact.install.ecosystem))
      : [],
  );
}

/** Has one of them taken the project in hand, or may have, though perhaps with fewer files than it could take? */
export function isSplit({ inputs }: InstallPart, ahead: readonly CommandFact[], facts: Facts): boolean {
  const [manifest] = inputs.paths;
  return ahead.some((fact) => {
    const read = readInputs([fact], facts);
    return "reason" in read || (manifest !== undefined && read.inputs.paths.includes(manifest));
  });
}

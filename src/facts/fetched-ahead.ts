import type { RunInstruction } from "../syntax/nodes.js";
import { cacheUses, mountsOf } from "./caches.js";
import type { Facts } from "./facts.js";
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

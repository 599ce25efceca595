import { cacheUsers } from "../ecosystems/index.js";
import type { CacheUser, InputsRefusal, ToolCache } from "../ecosystems/ecosystem.js";
import type { RunInstruction } from "../syntax/nodes.js";
import type { CommandFact, Facts } from "./facts.js";

/** What one command of a RUN does with the caches of its tool. */
export interface CacheUse {
  readonly run: RunInstruction;
  readonly fact: CommandFact;
  readonly tool: CacheUser;
  /** Or why a mount there would do nothing or harm. */
  readonly caches: readonly ToolCache[] | InputsRefusal;
}

/** Every use of a tool's caches in the RUN, in order. */
export function cacheUses(run: RunInstruction, facts: Facts): readonly CacheUse[] {
  const all = facts.commands(run);
  const beside = all.map((fact) => fact.command);
  return all.flatMap((fact): CacheUse[] => {
    for (const tool of [...cacheUsers, ...(facts.evidence.ecosystems ?? [])]) {
      const caches = tool.caches?.(fact.command, fact.site, facts.context, beside);
      if (caches !== undefined) return [{ run, fact, tool, caches }];
    }
    return [];
  });
}

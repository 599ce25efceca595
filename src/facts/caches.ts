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
    for (const tool of cacheUsers) {
      const caches = tool.caches?.(fact.command, fact.site, facts.context, beside);
      if (caches !== undefined) return [{ run, fact, tool, caches }];
    }
    return [];
  });
}

/** A `--mount` flag of a RUN. BuildKit: instructions/commands_runmount.go. */
export interface Mount {
  readonly type: string;
  /** Image path as written; undefined when it is not given. */
  readonly target: string | undefined;
  /** Stage or image it takes its files from. */
  readonly from: string | undefined;
  readonly source: string | undefined;
}

export function mountsOf(run: RunInstruction): readonly Mount[] {
  return run.flags.flatMap((flag): Mount[] => {
    if (flag.name !== "mount") return [];
    const pairs = new Map(
      (flag.value ?? "").split(",").map((field): [string, string] => {
        const equals = field.indexOf("=");
        return equals < 0 ? [field.toLowerCase(), ""] : [field.slice(0, equals).toLowerCase(), field.slice(equals + 1)];
      }),
    );
    return [
      {
        type: pairs.get("type") ?? "bind",
        target: pairs.get("target") ?? pairs.get("dst") ?? pairs.get("destination"),
        from: pairs.get("from"),
        source: pairs.get("source") ?? pairs.get("src"),
      },
    ];
  });
}

import type { Command } from "../shell/script.js";
import type { Instruction } from "../syntax/nodes.js";
import type { Facts } from "./facts.js";

/**
 * Where a Dockerfile itself puts something, by path: the index of the first instruction that does. What it has not, in /opt or /srv, a package
 * may have brought. Asked for often: a look-up takes as many steps as the path has parts.
 */
export interface Made {
  /** Has an instruction up to `index` put something there, or below or above? */
  upTo(index: number, path: string): boolean;
}

export function madeIn(facts: Facts): Made {
  const { instructions } = facts.document;
  const at = new Map<string, number>();
  const below = new Map<string, number>();
  let next = 0;
  const add = (instruction: Instruction | undefined): void => {
    if (instruction === undefined || instruction.stage < 0) return;
    for (const path of madeBy(instruction, facts)) {
      if (at.has(path)) continue;
      at.set(path, instruction.index);
      for (const above of withAbove(path)) if (!below.has(above)) below.set(above, instruction.index);
    }
  };
  const isBy = (index: number, first: number | undefined): boolean => first !== undefined && first <= index;
  return {
    upTo(index, path) {
      for (; next <= index; next++) add(instructions[next]);
      return isBy(index, below.get(path)) || withAbove(path).some((above) => isBy(index, at.get(above)));
    },
  };
}

/** The path and all that it lies below, by text. */
function withAbove(path: string): readonly string[] {
  const found = [path];
  for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1))
    found.push(path.slice(0, slash));
  return [...found, "/"];
}

function madeBy(instruction: Instruction, facts: Facts): readonly string[] {
  switch (instruction.kind) {
    case "RUN":
      return facts
        .commands(instruction)
        .flatMap(({ command, effects }) => (onlyChanges(command) ? [] : effects.writes));
    case "WORKDIR":
      return [facts.after(instruction).cwd];
    default:
      return [facts.copy(instruction)?.dest ?? []].flat();
  }
}

const onlyChanges = ({ program = "" }: Command): boolean =>
  /^(?:chmod|chown|chgrp|rm|rmdir|sed|find|strip|setcap|truncate)$/.test(program);

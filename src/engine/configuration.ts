import { expand } from "../facts/expand.js";
import type { Facts } from "../facts/facts.js";
import type { Instruction, Stage } from "../syntax/nodes.js";
import { written } from "./atoms.js";

/**
 * What a stage leaves in the image's configuration, and in force for stages built on it, as comparable text. The last CMD,
 * ENTRYPOINT, HEALTHCHECK ... wins; LABELs and EXPOSEs add up; ONBUILDs keep their order.
 */
export function configurationOf(stage: Stage, facts: Facts): string {
  const settings = new Map<string, string>();
  for (const instruction of stage.instructions) collect(instruction, facts, settings);
  const last = stage.instructions.at(-1) ?? stage.from;
  const { env, args, cwd, user, shell } = facts.after(last);
  return JSON.stringify([
    [...settings].sort(([a], [b]) => (a < b ? -1 : 1)),
    [...env].sort(([a], [b]) => (a < b ? -1 : 1)),
    [...args].sort(([a], [b]) => (a < b ? -1 : 1)),
    cwd,
    user,
    shell,
  ]);
}

function collect(instruction: Instruction, facts: Facts, settings: Map<string, string>): void {
  const { kind } = instruction;
  const state = facts.state(instruction);
  switch (kind) {
    case "LABEL":
      for (const { name, value } of instruction.pairs) {
        const text = (word: string): string => expand(word, state.env, facts.document.directives.escape);
        settings.set(`LABEL ${text(name.text)}`, text(value?.text ?? ""));
      }
      break;
    case "EXPOSE":
      for (const word of instruction.words)
        settings.set(`EXPOSE ${expand(word.text, state.env, facts.document.directives.escape)}`, "");
      break;
    case "ONBUILD":
      settings.set(kind, `${settings.get(kind) ?? ""}\n${instruction.body.text}`);
      break;
    case "CMD":
    case "ENTRYPOINT":
    case "HEALTHCHECK": {
      const flags = instruction.flags.map((flag) => flag.text).sort();
      // Shell forms keep the SHELL of their place; variables in them are the shell's, at run time.
      const how =
        instruction.json === undefined
          ? [state.shell, instruction.body.text]
          : instruction.json.map((word) => word.text);
      settings.set(kind, JSON.stringify([flags, how]));
      break;
    }
    case "MAINTAINER":
    case "STOPSIGNAL":
      settings.set(kind, written(instruction, facts));
      break;
    default:
      break;
  }
}

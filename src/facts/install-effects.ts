import { opaque, type Effects } from "./effects.js";
import type { CommandFact, Facts } from "./facts.js";
import { readInputs } from "./install-inputs.js";
import { imagesOf } from "./manifest-copies.js";
import type { RunInstruction } from "../syntax/nodes.js";

/**
 * What a dependency install reads and writes, from the closure of its inputs. Opaque when that is not known, rests on something
 * unproven, or reaches the source. A file that it may rewrite (a lockfile in step with its manifest) counts as read: the
 * transforms' docs say so.
 */
export function installEffects(fact: CommandFact, run: RunInstruction, facts: Facts): Effects {
  const { install, command } = fact;
  const stage = facts.document.stages[run.stage];
  if (install === undefined || stage === undefined || facts.context === undefined)
    return opaque(`what \`${command.text}\` reads is not known without a build context`);
  const read = readInputs([fact], facts);
  if ("reason" in read) return opaque(read.reason);
  if (read.inputs.unproven !== undefined) return opaque(read.inputs.unproven);
  if (read.inputs.insert !== undefined) return opaque(`\`${command.text}\` reads the source`);
  const earlier = facts.copies(stage).filter((copy) => copy.instruction.index < run.index);
  const outputs = (kind: "installed" | "rewritten"): string[] =>
    read.outputs.filter((one) => one.kind === kind).map((one) => one.path);
  return {
    reads: [...imagesOf(read.inputs.paths, earlier, install.call.directory), ...outputs("rewritten"), ...read.told],
    expects: [],
    probes: read.mayRead,
    writes: outputs("installed"),
    removes: [],
    needs: [install.call.directory],
    system: "writes",
    environment: true,
    relative: true,
    opaque: undefined,
  };
}

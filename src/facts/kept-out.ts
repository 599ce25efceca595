import type { Context } from "../context/context.js";
import { clean } from "../context/go-match.js";
import type { Stage } from "../syntax/nodes.js";
import type { Copy } from "./copies.js";
import type { Facts } from "./facts.js";
import { readInputs } from "./install-inputs.js";
import { isWithin } from "./paths.js";

/** A copy, in any stage, that would lack a path under another ignore file, though no install of its stage makes it. */
export function lackingCopy(facts: Facts, after: Context): { readonly copy: Copy; readonly path: string } | undefined {
  const before = facts.context;
  if (before === undefined) return undefined;
  for (const stage of facts.document.stages) {
    const made = installedIn(stage, facts);
    for (const copy of facts.copies(stage)) {
      if (copy.instruction.stage !== stage.index) continue;
      const named = sourcesOf(copy).find((path) => path !== "" && after.ignores(path) && !before.ignores(path));
      if (named !== undefined) return { copy, path: named };
      for (const { context, image, directory } of copy.placements) {
        if (!directory) continue;
        const lost = [...keptOut(context, before, after)].find((path) => {
          const rest = path.slice(context === "" ? 0 : context.length + 1);
          const place = image === "/" ? `/${rest}` : `${image}/${rest}`;
          return !made.some((output) => isWithin(place, output));
        });
        if (lost !== undefined) return { copy, path: lost };
      }
    }
  }
  return undefined;
}

/** What it takes from the context by name, whether that is there today or not: it may be made before the build. */
const sourcesOf = ({ instruction, placements }: Copy): readonly string[] =>
  instruction.from === undefined
    ? [...placements.map((one) => one.context), ...instruction.sources.map((word) => clean(`/${word.text}`).slice(1))]
    : [];

/** Topmost paths below a directory that are there before, and left out after. */
function* keptOut(directory: string, before: Context, after: Context): Iterable<string> {
  for (const name of before.list(directory)) {
    const path = directory === "" ? name : `${directory}/${name}`;
    if (after.ignores(path)) yield path;
    else if (before.kind(path) === "directory") yield* keptOut(path, before, after);
  }
}

/** Image paths that the installs of a stage make, with those of the stages it is built on, and that are built on it. */
function installedIn(stage: Stage, facts: Facts): readonly string[] {
  const isOn = (upper: Stage, lower: Stage): boolean => {
    for (let one: Stage | undefined = upper; one !== undefined; one = one.base) if (one === lower) return true;
    return false;
  };
  return facts.document.stages
    .filter((other) => isOn(stage, other) || isOn(other, stage))
    .flatMap((other) => other.instructions)
    .flatMap((one) => (one.kind === "RUN" ? facts.commands(one) : []))
    .flatMap((fact) => {
      const read = fact.install === undefined ? undefined : readInputs([fact], facts);
      return read === undefined || "reason" in read ? [] : read.outputs;
    })
    .flatMap((output) => (output.kind === "installed" ? [output.path] : []));
}

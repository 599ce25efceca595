import type { Facts } from "../src/facts/facts.js";
import { runsBehind } from "../src/facts/stages.js";
import { insert } from "../src/syntax/edit.js";
import type { RunInstruction } from "../src/syntax/nodes.js";
import { defineTransform, type Proposal, type Refusal } from "../src/transform.js";

export default defineTransform({
  name: "clean-apt-lists",
  summary: "Remove apt's package lists in the RUN that downloads them",
  docs: `
\`apt-get update\` leaves 20 to 50 MB of package lists in the layer, which nothing needs at run time. They have to go in the same RUN: a later one frees nothing.

It does nothing where the RUN removes them already, mounts a cache for them, or is no plain \`&&\` chain; it refuses when a later RUN installs
without updating first. It is \`suggested\`, because the image is not the same: it lacks the lists, so that \`apt-get install\` in a running container
needs an \`apt-get update\` first.
`,
  safety: "suggested",
  hadolint: ["DL3009"],
  *propose(document, facts) {
    for (const run of document.instructions) {
      if (run.kind !== "RUN" || run.stage < 0) continue;
      const outcome = consider(run, facts);
      if (outcome !== undefined) yield outcome;
    }
  },
});

const APT = /^(?:apt|apt-get)$/;
const verbOf = (args: readonly { readonly text: string }[]): string =>
  args.find((word) => !word.text.startsWith("-"))?.text ?? "";

function uses(run: RunInstruction, verb: string, facts: Facts): boolean {
  return facts.commands(run).some(({ command }) => APT.test(command.program ?? "") && verbOf(command.args) === verb);
}

function consider(run: RunInstruction, facts: Facts): Proposal | Refusal | undefined {
  const script = facts.script(run);
  const last = script.items.at(-1);
  if (!script.flatChain || last === undefined || !uses(run, "update", facts) || !uses(run, "install", facts))
    return undefined;
  const commands = facts.commands(run);
  const cleaned = commands.some(({ command }) =>
    /^(?:sudo )?rm\b.*\/var\/(?:lib\/(?:apt|\{)|\*|lib\/?(?:\s|$))/.test(command.text),
  );
  const mounted = run.flags.some((flag) => flag.name === "mount" && flag.value?.includes("/var/lib/apt") === true);
  const opaque = commands.some(({ effects }) => effects.opaque !== undefined);
  if (cleaned || mounted || opaque) return undefined;
  const later = laterInstall(run, facts);
  if (later !== undefined) {
    return {
      at: run,
      code: "lists-needed",
      reason: `line ${later.startLine} installs without \`apt-get update\`, from the lists of this step`,
    };
  }
  const { source, directives, eol } = facts.document;
  const before = script.items.at(-2);
  // As the chain is laid out itself: on a line of its own, or beside the others.
  const gap = before === undefined ? "" : source.slice(before.end, last.start).replace(/^[ \t]*#.*(?:\r?\n)/gm, "");
  const joint = gap.includes("\n") ? gap : ` ${directives.escape}${eol}    && `;
  const sudo = commands.some(({ command }) => command.wrappers.includes("sudo")) ? "sudo " : "";
  return {
    at: run,
    message: "removes apt's package lists in the layer that downloads them: 20 to 50 MB less",
    edits: [insert(last.end, `${joint}${sudo}rm -rf /var/lib/apt/lists/*`)],
    notes: ["the image then lacks the lists: apt-get install in a container needs apt-get update first"],
  };
}

/** A later RUN that installs from lists it did not download. */
const laterInstall = (run: RunInstruction, facts: Facts): RunInstruction | undefined =>
  runsBehind(run, facts.document).find((one) => uses(one, "install", facts) && !uses(one, "update", facts));

import type { CommandFact, Facts } from "../src/facts/facts.js";
import { runsBehind } from "../src/facts/stages.js";
import { insert, remove, replace, type Edit } from "../src/syntax/edit.js";
import type { RunInstruction } from "../src/syntax/nodes.js";
import { defineTransform, type Proposal } from "../src/transform.js";

export default defineTransform({
  name: "add-apk-no-cache",
  summary: "Use apk add --no-cache in place of apk update and a kept index",
  docs: `
\`apk update && apk add x\` (or \`apk add -U x\`) keeps the package index in the layer; \`apk add --no-cache x\` fetches it, uses it, and keeps nothing.

It does nothing in a RUN that mounts a cache for apk, that runs another apk command which needs the index (\`apk upgrade\`), that is no plain \`&&\` chain where a command has to go, or
when a later RUN adds packages without fetching an index itself. It is \`suggested\`, because the image is not the same: it lacks /var/cache/apk's index.
`,
  safety: "suggested",
  hadolint: ["DL3019"],
  *propose(document, facts) {
    for (const run of document.instructions) {
      const proposal = run.kind === "RUN" && run.stage >= 0 ? consider(run, facts) : undefined;
      if (proposal !== undefined) yield proposal;
    }
  },
});

const UPDATES = /^(?:-U|--update|--update-cache)$/;

const verbOf = ({ command }: CommandFact): string =>
  command.program === "apk" ? (command.args.find((word) => !word.text.startsWith("-"))?.text ?? "") : "";
const has = ({ command }: CommandFact, option: RegExp): boolean => command.args.some((word) => option.test(word.text));

function consider(run: RunInstruction, facts: Facts): Proposal | undefined {
  const commands = facts.commands(run);
  const adds = commands.filter((fact) => verbOf(fact) === "add" && !has(fact, /^--no-cache$/));
  const [first] = adds;
  const updates = commands.filter((fact) => verbOf(fact) === "update");
  const others = commands.some(
    (fact) => fact.command.program === "apk" && !/^(?:add|update|del|cache|--version)$/.test(verbOf(fact)),
  );
  const mounted = run.flags.some((flag) => flag.name === "mount" && /apk/.test(flag.value ?? ""));
  if (first === undefined || others || mounted || leansOnIndex(run, facts)) return undefined;
  if (adds.some((fact) => fact.command.wrappers.includes("sh -c"))) return undefined;
  if (updates.length === 0 && !adds.every((fact) => has(fact, UPDATES))) return undefined;
  const dropped = updates.length === 0 ? [] : dropUpdate(run, updates, facts);
  if (dropped === undefined) return undefined;
  return {
    at: run,
    message: "adds packages with --no-cache, so that the layer does not keep apk's index",
    edits: [...dropped, ...adds.flatMap(noCache)],
    notes: ["the image then lacks the index: apk add in a container needs --no-cache or -U"],
  };
}

/** `-U` becomes `--no-cache`; without it, `--no-cache` follows the verb. */
function noCache(fact: CommandFact): readonly Edit[] {
  const flags = fact.command.args.filter((word) => UPDATES.test(word.text));
  const [flag] = flags;
  if (flag !== undefined) return [replace(flag, "--no-cache")];
  const verb = fact.command.args.find((word) => word.text === "add");
  return verb === undefined ? [] : [insert(verb.end, " --no-cache")];
}

/** Takes `apk update &&` out of a plain chain; undefined when it cannot be. */
function dropUpdate(run: RunInstruction, updates: readonly CommandFact[], facts: Facts): readonly Edit[] | undefined {
  const { flatChain, items } = facts.script(run);
  const [update, second] = updates;
  if (!flatChain || update === undefined || second !== undefined) return undefined;
  const [item, next] = [items[update.item], items[update.item + 1]];
  if (item?.shape !== "command" || next === undefined) return undefined;
  // A comment between the two would go with it.
  const gap = facts.document.source.slice(item.end, next.start);
  return gap.includes("#") ? undefined : [remove({ start: item.start, end: next.start })];
}

/** Does a later RUN add packages from the index that this one keeps? */
function leansOnIndex(run: RunInstruction, facts: Facts): boolean {
  return runsBehind(run, facts.document).some((one) => {
    const commands = facts.commands(one);
    const fetches = commands.some((fact) => verbOf(fact) === "update");
    return commands.some(
      (fact) => verbOf(fact) === "add" && !fetches && !has(fact, /^--no-cache$/) && !has(fact, UPDATES),
    );
  });
}

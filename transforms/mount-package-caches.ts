import { cachePlans, cacheFlag, type CachePlan } from "../src/facts/cache-mounts.js";
import type { Facts } from "../src/facts/facts.js";
import { insert, remove, type Edit } from "../src/syntax/edit.js";
import { chainJoint } from "../src/syntax/habit.js";
import { addFlags } from "../src/syntax/flags.js";
import type { RunInstruction } from "../src/syntax/nodes.js";
import { defineTransform, type Proposal, type Refusal } from "../src/transform.js";

export default defineTransform({
  name: "mount-package-caches",
  summary: "Keep package managers' downloads between builds in cache mounts",
  docs: `
A layer is built again as a whole: one changed dependency makes \`npm ci\`, \`pip install\` or \`go mod download\` fetch all of them. With
\`RUN --mount=type=cache\` the builder keeps the tool's downloads outside of the image, so that only what is new is fetched, and the image does not carry the cache.
npm, yarn, pnpm, bun, pip, uv, poetry, Go modules, apt and the other ecosystems' caches are mounted where the tool looks for them, by the variables
and options that move them. Where later steps use the cache in place (Go modules, ~/.m2), all of them mount it, or none does.

It is \`suggested\`: what the cache holds is no longer in the image (an empty directory marks the place), the builder must know cache mounts (BuildKit, Buildah 1.24), and one that starts empty every time
(CI without a kept cache) gains nothing. In an image that is built for use, apt's is \`unsafe\`: the image then lacks docker-clean, by which Debian's images delete archives,
and the lists.

It refuses where a mount would do nothing or harm: beside \`--no-cache-dir\` or a clean-up of the cache; with \`--offline\`, \`--no-restore\` and other steps that need what an earlier one left;
where a COPY brings files there or takes them out; where an unknown step may need them, or a container when it starts; where only the build knows the
directory or the user's number; and with a \`# syntax\` line or a \`--builder\` that lacks mounts.
`,
  safety: "suggested",
  *propose(_document, facts) {
    for (const plan of cachePlans(facts, ["downloads", "dependencies"]))
      yield "reason" in plan ? plan : propose(plan, facts);
  },
});

function propose(plan: CachePlan, facts: Facts): Proposal | Refusal {
  const { tool, mounts, leavesImage } = plan;
  const [first] = mounts;
  if (first === undefined) throw new RangeError("a plan without a RUN");
  const edits: Edit[] = [];
  for (const { run, caches } of mounts) {
    const own = tool.prepare === undefined ? [] : prepared(run, plan, tool.prepare, facts);
    if ("reason" in own) return own;
    edits.push(addFlags(run, caches.map(cacheFlag), facts.document), ...own);
  }
  const paths = [...new Set(mounts.flatMap(({ caches }) => caches.map((cache) => cache.path)))].join(" and ");
  const inPlace = mounts.some(({ caches }) => caches.some((cache) => cache.holds === "dependencies"));
  return {
    at: first.run,
    message: `keeps what ${tool.name} downloads (${paths}) between builds, so that only what is new is fetched`,
    edits,
    notes: [
      inPlace
        ? "a builder that starts with an empty cache every time (CI that keeps none) fetches in every build what a layer would have kept"
        : "a builder that starts with an empty cache every time (CI that keeps none) gains nothing",
      ...(leavesImage || inPlace
        ? [`${paths} is no longer part of the ${leavesImage ? "image" : "stage"}: the builder keeps it`]
        : []),
      ...(tool.prepare !== undefined && leavesImage ? [`\`${tool.prepare}\` changes the image`] : []),
    ],
    safety: tool.prepare !== undefined && leavesImage ? "unsafe" : "suggested",
  };
}

/** The tool's preparation in front of the chain, and without the clean-ups that would empty the caches. */
function prepared(
  run: RunInstruction,
  { tool }: CachePlan,
  preparation: string,
  facts: Facts,
): readonly Edit[] | Refusal {
  const script = facts.script(run);
  const [first] = script.items;
  if (!script.flatChain || script.form !== "shell" || first === undefined)
    return {
      at: run,
      code: "not-splittable",
      reason: `\`${preparation}\` has to run first, and the RUN is not a plain \`&&\` chain`,
    };
  const joint = chainJoint(facts.document.source.slice(first.start, run.end), facts.document);
  const cleaned = script.items.flatMap((item, index): Edit[] => {
    const before = script.items[index - 1];
    const clears = item.shape === "command" && item.commands.every((command) => tool.clears?.(command) === true);
    return clears && before !== undefined ? [remove({ start: before.end, end: item.end })] : [];
  });
  return [insert(first.start, preparation + joint), ...cleaned];
}

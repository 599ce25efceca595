import { cacheFlag, cachePlans, type CachePlan } from "../src/facts/cache-mounts.js";
import type { Facts } from "../src/facts/facts.js";
import { addFlags } from "../src/syntax/flags.js";
import { defineTransform, type Proposal } from "../src/transform.js";

export default defineTransform({
  name: "mount-build-caches",
  summary: "Keep what compilers have built between builds in cache mounts",
  docs: `
A source edit makes \`go build\` compile every package again, because the compiler's cache went with the old layer. With \`RUN --mount=type=cache\` the builder keeps that cache outside of
the image, so that only what the edit touches is compiled: 9 to 10 times faster for a small Go service (measured), where splitting off the download alone gains nothing.

It mounts Go's build cache (\`go build\`, and \`make\` and the like in a Go image beside a go.mod) and ccache. It refuses as \`mount-package-caches\` does. It is \`suggested\`: the builder must know cache mounts, and a compiler that trusts its cache decides what is
built again (Go does not see a changed C library behind cgo).
`,
  safety: "suggested",
  *propose(_document, facts) {
    for (const plan of cachePlans(facts, ["builds"])) yield "reason" in plan ? plan : propose(plan, facts);
  },
});

function propose({ tool, mounts }: CachePlan, facts: Facts): Proposal {
  const [first] = mounts;
  if (first === undefined) throw new RangeError("a plan without a RUN");
  const paths = [...new Set(mounts.flatMap(({ caches }) => caches.map((cache) => cache.path)))].join(" and ");
  return {
    at: first.run,
    message: `keeps what ${tool.name} has compiled (${paths}) between builds, so that an edit compiles only what it touches`,
    edits: mounts.map(({ run, caches }) => addFlags(run, caches.map(cacheFlag), facts.document)),
    notes: [
      "a builder that starts with an empty cache every time (CI that keeps none) gains nothing",
      `${paths} is no longer part of the stage: the builder keeps it`,
    ],
  };
}

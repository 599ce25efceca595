import { cacheFlag, cachePlans, type CachePlan } from "../src/facts/cache-mounts.js";
import type { Facts } from "../src/facts/facts.js";
import { addFlags } from "../src/syntax/flags.js";
import { defineTransform, type Proposal } from "../src/transform.js";

export default defineTransform({
  name: "mount-build-caches",
  summary: "Keep what compilers have built between builds in cache mounts",
  docs: `
A source edit makes \`go build\` compile every package again, because the compiler's cache went with the old layer. With \`RUN --mount=type=cache\` the builder keeps that cache outside of
the image, so that only what the edit touches is compiled: 9 to 10 times faster for a small Go service (measured), where splitting off the download alone gains nothing; 6 to 7 times for a small Rust program with serde (two rounds).

It mounts Go's build cache (\`go build\`, and \`make\` and the like in a Go image beside a go.mod), ccache, and cargo's target directory, with an \`id\` of the package and the image. It refuses as \`mount-package-caches\` does. It is \`suggested\`: the builder must know cache mounts, and a compiler that trusts its cache decides what is
built again (Go does not see a changed C library behind cgo, nor cargo one behind a crate).

cargo needs two things more. It goes by file times: with a kept target directory, a file that is older than the last build counts as unchanged, though it may be another branch's
(measured, 1.65 and 1.95: eight of fifteen kinds of edit gave an old program). So \`cargo clean\` first removes what has been built of the local packages, whichever \`cargo tree\` finds; the crates they
depend on stay. Touching the sources instead would leave old files in OUT_DIR and change the layer. And target/ holds the programs: where the RUN itself copies them away (\`cargo build && cp\`, \`cargo install --path\`), the
cache is mounted at target/. Where a later step needs them, it is mounted elsewhere, CARGO_TARGET_DIR points cargo there, and \`install\` puts the programs where they always were, so that
no other line changes: not a COPY, not CMD. The programs came out the same to the byte; one that includes files from OUT_DIR has that path in its messages.

Refused: several cargo builds in the stages that see each other's files, cargo chef, vendored crates (an edit there is not built again within one version), what is needed of target/
but is no program that the manifests tell of, and a program that a container starts in target/ beside a build script, which may put files there.
`,
  safety: "suggested",
  *propose(_document, facts) {
    for (const plan of cachePlans(facts, ["builds"])) yield "reason" in plan ? plan : propose(plan, facts);
  },
});

function propose({ tool, mounts, kept, leavesImage }: CachePlan, facts: Facts): Proposal {
  const [first] = mounts;
  if (first === undefined) throw new RangeError("a plan without a RUN");
  const paths = [...new Set(mounts.flatMap(({ caches }) => caches.map((cache) => cache.path)))].join(" and ");
  return {
    at: first.run,
    message: `keeps what ${tool.name} has compiled (${paths}) between builds, so that an edit compiles only what it touches`,
    edits: mounts.flatMap(({ run, caches, edits }) => [addFlags(run, caches.map(cacheFlag), facts.document), ...edits]),
    notes: [
      "a builder that starts with an empty cache every time (CI that keeps none) gains nothing",
      kept.length === 0
        ? `${paths} is no longer part of the stage: the builder keeps it`
        : `of what ${tool.name} builds, ${kept.join(" and ")} ${kept.length === 1 ? "stays" : "stay"} in the ${leavesImage ? "image" : "stage"}; the builder keeps the rest`,
    ],
  };
}

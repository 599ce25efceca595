import { replace } from "../src/syntax/edit.js";
import { defineTransform } from "../src/transform.js";

export default defineTransform({
  name: "use-copy-for-add",
  summary: "Write COPY for an ADD that neither fetches nor unpacks",
  docs: `
\`ADD\` downloads URLs, clones repositories and unpacks archives; where it only copies, \`COPY\` says so, and nobody has to wonder.

It does nothing without a build context, for URLs and git, for flags that COPY lacks, and for files that may be archives: ADD tells an archive by its content,
so that a file without an ending counts as one unless it is text.
`,
  safety: "safe",
  hadolint: ["DL3020"],
  optIn: true,
  requires: ["context"],
  *propose(document, facts) {
    for (const add of document.instructions) {
      if (add.kind !== "ADD" || add.stage < 0 || facts.context === undefined) continue;
      const copy = facts.copy(add);
      const known = copy !== undefined && copy.placements.length > 0 && copy.unclear === undefined;
      if (!known || add.flags.some((flag) => !/^(?:chown|chmod|link)$/.test(flag.name))) continue;
      const lower = add.keyword.text === add.keyword.text.toLowerCase();
      yield {
        at: add,
        message: `COPY does what this ADD of ${add.sources.map((word) => word.text).join(", ")} does`,
        edits: [replace(add.keyword, lower ? "copy" : "COPY")],
      };
    }
  },
});

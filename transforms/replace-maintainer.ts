import { replace } from "../src/syntax/edit.js";
import { defineTransform } from "../src/transform.js";

export default defineTransform({
  name: "replace-maintainer",
  summary: "Write a label for the deprecated MAINTAINER",
  docs: `
\`MAINTAINER\` has been deprecated since Docker 1.13; the label \`org.opencontainers.image.authors\` (OCI image specification) says the same and can be read by tools.

It is \`suggested\`, because the image's configuration is not the same: it has a label more and no author. It does nothing where the stage sets that label already.
`,
  safety: "suggested",
  hadolint: ["DL4000"],
  optIn: true,
  *propose(document) {
    for (const stage of document.stages) {
      const labelled = stage.instructions.some(
        (one) =>
          one.kind === "LABEL" && one.pairs.some((pair) => pair.name.text.includes("org.opencontainers.image.authors")),
      );
      for (const one of stage.instructions) {
        if (one.kind !== "MAINTAINER" || labelled) continue;
        const quoted = `"${one.body.text.trim().replace(/["\\$]/g, `${document.directives.escape}$&`)}"`;
        const keyword = one.keyword.text === one.keyword.text.toLowerCase() ? "label" : "LABEL";
        yield {
          at: one,
          message: "names the authors by the label that took MAINTAINER's place",
          edits: [replace(one, `${keyword} org.opencontainers.image.authors=${quoted}`)],
          notes: ["the image then has a label more, and no author in its configuration"],
        };
      }
    }
  },
});

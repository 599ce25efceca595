import { insert } from "../src/syntax/edit.js";
import { defineTransform } from "../src/transform.js";

export default defineTransform({
  name: "skip-recommended-packages",
  summary: "Install with --no-install-recommends",
  docs: `
\`apt-get install\` brings every recommended package as well, often half of what it installs. \`--no-install-recommends\` leaves them out.

It is \`unsafe\`: the image lacks packages, and something may have relied on one of them (ca-certificates beside curl). Read what is left out, and name what you need.
`,
  safety: "unsafe",
  hadolint: ["DL3015"],
  optIn: true,
  *propose(document, facts) {
    for (const run of document.instructions) {
      if (run.kind !== "RUN" || run.stage < 0 || run.json !== undefined) continue;
      const edits = facts.commands(run).flatMap(({ command }) => {
        const verb = command.args.find((word) => !word.text.startsWith("-"));
        const installs = /^apt(?:-get)?$/.test(command.program ?? "") && verb?.text === "install";
        const said = command.args.some((word) => /install-recommends|Install-Recommends/.test(word.text));
        return installs && !said && !command.wrappers.includes("sh -c")
          ? [insert(verb.end, " --no-install-recommends")]
          : [];
      });
      if (edits.length > 0)
        yield {
          at: run,
          message: "installs without recommended packages",
          edits,
          notes: ["the image then lacks packages that something may rely on"],
        };
    }
  },
});

import { readInputs } from "../src/facts/install-inputs.js";
import { replace } from "../src/syntax/edit.js";
import { defineTransform } from "../src/transform.js";

export default defineTransform({
  name: "use-npm-ci",
  summary: "Run npm ci where a lockfile in step is there",
  docs: `
\`npm ci\` installs exactly what the lockfile says, fails when that is out of step with package.json, and never rewrites it.

It changes a plain \`npm install\` whose lockfile is in the build context and in step. It is \`suggested\`: npm ci removes an existing node_modules first, and rests on the lockfile
staying in step.
`,
  safety: "suggested",
  optIn: true,
  requires: ["context"],
  *propose(document, facts) {
    for (const run of document.instructions) {
      if (run.kind !== "RUN" || run.stage < 0 || run.json !== undefined || facts.context === undefined) continue;
      for (const fact of facts.commands(run)) {
        const { command, install } = fact;
        const words = command.args.filter((word) => !word.text.startsWith("-"));
        const [verb] = words;
        if (command.program !== "npm" || install === undefined || words.length !== 1 || verb === undefined) continue;
        if (!/^(?:i|install)$/.test(verb.text) || command.wrappers.includes("sh -c")) continue;
        const read = readInputs([fact], facts);
        if ("reason" in read || read.inputs.unproven !== undefined) continue;
        if (!read.inputs.paths.some((path) => /(?:^|\/)(?:package-lock|npm-shrinkwrap)\.json$/.test(path))) continue;
        yield {
          at: run,
          message: "runs `npm ci`, which installs exactly what the lockfile says",
          edits: [replace(verb, "ci")],
        };
      }
    }
  },
});

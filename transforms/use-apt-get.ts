import { replace } from "../src/syntax/edit.js";
import { defineTransform } from "../src/transform.js";

const VERBS = new Set(["install", "update", "upgrade", "remove", "purge", "autoremove", "clean", "autoclean"]);

export default defineTransform({
  name: "use-apt-get",
  summary: "Run apt-get in scripts, where apt warns that it is for people",
  docs: `
\`apt\` is made for people at a terminal: it warns in scripts that its command line is not stable (apt(8)). \`apt-get\` does the same with the same options.

It changes only the program's name, and only for verbs that both know. It is \`suggested\`, because \`apt\` has settings of its own (\`Binary::apt\`) that a base image may carry.
`,
  safety: "suggested",
  hadolint: ["DL3027"],
  optIn: true,
  *propose(document, facts) {
    for (const run of document.instructions) {
      if (run.kind !== "RUN" || run.stage < 0 || run.json !== undefined) continue;
      const edits = facts.commands(run).flatMap(({ command }) => {
        const verb = command.args.find((word) => !word.text.startsWith("-"))?.text ?? "";
        const named =
          command.program === "apt" && command.programPath === undefined && !command.wrappers.includes("sh -c");
        const word = named && VERBS.has(verb) ? command.name : undefined;
        return word === undefined ? [] : [replace(word, "apt-get")];
      });
      if (edits.length > 0)
        yield { at: run, message: "runs apt-get instead of apt, which is not made for scripts", edits };
    }
  },
});

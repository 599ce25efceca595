import {
  defineTransform,
  readArgs,
  replace,
  type Command,
  type Edit,
  type RunInstruction,
  type ShellWord,
} from "dockopt/transform";

/** Options of apt-get that take the next word. */
const VALUED = "-c --config-file -o --option -t --target-release --default-release -a --host-architecture";

export const sortPackages = defineTransform({
  name: "sort-packages",
  summary: "Sort the packages that apt-get installs",
  docs: `
A sorted list is easy to read, shows what is in it twice, and makes small diffs (Docker's own advice).

It does nothing where a comment stands in the RUN (it may be about a package), where a name is made of variables, and inside of \`sh -c\`.
It is \`suggested\`: apt takes its packages as a set, but nothing here proves that; and the step is built once more.
`,
  safety: "suggested",
  *propose(document, facts) {
    for (const run of document.instructions) {
      if (run.kind !== "RUN" || run.stage < 0) continue;
      const edits = facts.commands(run).flatMap(({ command }) => sorted(packagesOf(command)));
      if (edits.length === 0) continue;
      if (run.innerComments.length > 0)
        yield {
          at: run,
          code: "example/comment-between",
          reason: "a comment stands in the RUN, and may be about a package",
        };
      else yield { at: run, message: sentence(run), edits };
    }
  },
});

const sentence = (run: RunInstruction): string =>
  `sorts the packages that ${run.startLine === run.endLine ? "this line" : "these lines"} install`;

/** The words of `apt-get install` that name packages; none where one of them is only known to the shell. */
function packagesOf({ program, args, wrappers }: Command): readonly ShellWord[] {
  if (program !== "apt-get" || wrappers.includes("sh -c")) return [];
  const [verb, ...packages] = readArgs(args, VALUED).words;
  return verb?.value === "install" && packages.every((word) => !/[$`]/.test(word.text)) ? packages : [];
}

/** Words change places; what stands between them stays. */
function sorted(words: readonly ShellWord[]): readonly Edit[] {
  const order = [...words].sort((a, b) => (a.text < b.text ? -1 : a.text > b.text ? 1 : 0));
  return words.flatMap((word, index) => {
    const other = order[index];
    return other === undefined || other.text === word.text ? [] : [replace(word, other.text)];
  });
}

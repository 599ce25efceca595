import { applyOptions, planOptions, reviewOptions, statusOptions, workerOptions } from "./migrate-options.js";
import {
  explainOptions,
  layersOptions,
  listOptions,
  lspOptions,
  rewriteOptions,
  scoreOptions,
  verifyOptions,
  type OptionTable,
} from "./options.js";

/** What --help, completion and the manual say of a command, and what it does. */
export interface Command {
  /** One imperative line. */
  readonly summary: string;
  /** The top of --help; the screen is 80 columns wide. */
  readonly head: string;
  readonly options: OptionTable;
  readonly exits: string;
  /** What its other words are, for completion: what `explain` knows, or these. Default: files. */
  readonly operands?: "topics" | readonly string[];
  /** `argv` is what follows the command's name. Returns the exit code; loads what it needs only now. @throws UsageError */
  readonly run: (argv: readonly string[], cwd: string, version: string) => Promise<number>;
}

const MIGRATION_EXITS = `Exit: 0 fine, 2 wrong usage or failure, 3 nothing to work on, 4 some failed
(migrate status says which; a second run tries them again), 130 interrupted.
`;

/** Every command, by the words that call it; what is not called by name is `rewrite`. */
export const commands = {
  rewrite: {
    summary: "Rewrite Dockerfiles: show, check or write",
    head: `dockopt rewrites Dockerfiles so that rebuilds reuse cached layers.
Usage: dockopt [options] FILE|FOLDER|GLOB|- ...  Nothing is written without -w.
`,
    options: rewriteOptions,
    exits: `Exit: 0 fine, 1 --check found changes, 2 wrong usage or failure, 3 no input,
4 some files could not be read or parsed (the others are done), 130 interrupted.
`,
    run: async (argv, cwd, version) => (await import("./commands/rewrite.js")).rewrite(argv, cwd, version),
  },
  layers: {
    summary: "Show the layers of a Dockerfile and what they cost",
    head: `dockopt layers shows the layers of a Dockerfile, before and after the rewrites:
what each depends on, how often it is built again, what that costs.
Usage: dockopt layers [options] FILE
`,
    options: layersOptions,
    exits: "Exit: 0 fine, 2 wrong usage or failure, 3 no input, 4 it does not parse.\n",
    run: async (argv, cwd) => (await import("./commands/layers.js")).layers(argv, cwd),
  },
  score: {
    summary: "Show what rebuilds cost and what is left to save",
    head: `dockopt score shows what an average rebuild is expected to cost, now and after
the rewrites. Score 100: nothing is left to save; 25: it costs four times that.
Usage: dockopt score [options] [FILE|FOLDER|GLOB|- ...]  (default: this folder)
`,
    options: scoreOptions,
    exits: `Exit: 0 fine, 1 below --min, 2 wrong usage or failure, 3 no input, 4 some files
could not be read or parsed (the others are scored).
`,
    run: async (argv, cwd) => (await import("./commands/score.js")).score(argv, cwd),
  },
  verify: {
    summary: "Build before and after, compare the images, time rebuilds",
    head: `dockopt verify builds a Dockerfile before and after the rewrites with your own
builder, compares the images, and times rebuilds after a change. It removes all
it made but the builder's cache.
Usage: dockopt verify [options] FILE
`,
    options: verifyOptions,
    exits: `Exit: 0 the same image (or nothing to rewrite), 1 different, or the rewrite does
not build, 2 wrong usage, 3 no input, 4 the original does not parse or build.
`,
    run: async (argv, cwd) => (await import("./commands/verify.js")).verifyCommand(argv, cwd),
  },
  init: {
    summary: "Write a configuration with every setting in it",
    head: `dockopt init writes dockopt.config.yaml in this folder: every setting with its
default, as comments. See docs/configuration.md.
Usage: dockopt init
`,
    options: {},
    operands: [],
    exits: "Exit: 0 written, 2 there is a configuration already, or wrong usage.\n",
    run: async (argv, cwd) => (await import("./commands/init.js")).init(argv, cwd),
  },
  lsp: {
    summary: "Serve editors: diagnostics and quick fixes",
    head: `dockopt lsp is a language server: it shows rewrites in the editor as you type,
with a quick fix for each. The editor starts it; docs/editors.md shows how.
Usage: dockopt lsp [--stdio]
`,
    options: lspOptions,
    operands: [],
    exits: "Exit: 0 the editor has ended it, 1 the editor is gone, 2 wrong usage.\n",
    run: async (argv, cwd, version) => (await import("./commands/lsp.js")).lsp(argv, cwd, version),
  },
  list: {
    summary: "Show the transforms and the ecosystems",
    head: `dockopt list shows what dockopt can do: its transforms, in the order in which
they are tried.
Usage: dockopt list [options]
`,
    options: listOptions,
    operands: [],
    exits: "Exit: 0 fine, 2 wrong usage or failure.\n",
    run: async (argv, cwd) => (await import("./commands/list.js")).list(argv, cwd),
  },
  explain: {
    summary: "Explain a transform, an ecosystem or a refusal",
    head: `dockopt explain tells what a transform does, what dockopt knows of an ecosystem
(npm, pip, go ..), or what the code of a refusal means (between, no-lockfile ..),
with an example that is rewritten as you look.
Usage: dockopt explain [options] NAME
`,
    options: explainOptions,
    operands: "topics",
    exits: "Exit: 0 fine, 2 wrong usage or failure.\n",
    run: async (argv, cwd) => (await import("./commands/explain.js")).explain(argv, cwd),
  },
  completion: {
    summary: "Print a script that completes command lines",
    head: `dockopt completion prints a script by which a shell completes command lines:
  source <(dockopt completion bash)   in ~/.bashrc
  source <(dockopt completion zsh)    in ~/.zshrc, behind compinit
  dockopt completion fish > ~/.config/fish/completions/dockopt.fish
Usage: dockopt completion bash|zsh|fish
`,
    options: {},
    operands: ["bash", "zsh", "fish"],
    exits: "Exit: 0 fine, 2 wrong usage or failure.\n",
    run: async (argv) => (await import("./commands/completion.js")).completion(argv),
  },
  migrate: {
    summary: "Bring dockopt to many repositories, in steps",
    head: `dockopt migrate brings dockopt to many repositories, in steps of their own:
  dockopt migrate plan SOURCE..  reads them, writes a ledger and patches
  dockopt migrate review         a report for people
  dockopt migrate apply          branches and pull requests
  dockopt migrate status         how far it is
  dockopt migrate worker         plans what other machines ask for by a queue
Each has a --help of its own. Whatever is cut off goes on where it was.
`,
    options: {},
    exits: "",
    run: async (argv, cwd, version) => (await import("./commands/migrate.js")).migrate(undefined, argv, cwd, version),
  },
  "migrate plan": {
    summary: "Read repositories, write a ledger and patches",
    head: `dockopt migrate plan reads the default branch of repositories and writes what
would change into a ledger and patches. Nothing is pushed. What is planned is
skipped.
Usage: dockopt migrate plan [options] [URL|PATH ...]
Tokens come from GH_TOKEN or GITHUB_TOKEN and GITLAB_TOKEN.
`,
    options: planOptions,
    exits: MIGRATION_EXITS,
    run: async (argv, cwd, version) => (await import("./commands/migrate.js")).migrate("plan", argv, cwd, version),
  },
  "migrate review": {
    summary: "Write a report of all that is planned",
    head: `dockopt migrate review writes a report of all that is planned: one HTML page
that works offline, Markdown or JSON.
Usage: dockopt migrate review [options]
`,
    options: reviewOptions,
    operands: [],
    exits: "Exit: 0 fine, 2 wrong usage or failure.\n",
    run: async (argv, cwd, version) => (await import("./commands/migrate.js")).migrate("review", argv, cwd, version),
  },
  "migrate apply": {
    summary: "Open branches and pull requests",
    head: `dockopt migrate apply carries out what is planned: a commit on a branch, a pull
request on GitHub or GitLab; a patch for git am for other hosts. What is done is
found again, never done twice; branches that people have worked on are left.
Usage: dockopt migrate apply [options]
Tokens come from GH_TOKEN or GITHUB_TOKEN and GITLAB_TOKEN.
`,
    options: applyOptions,
    operands: [],
    exits: MIGRATION_EXITS,
    run: async (argv, cwd, version) => (await import("./commands/migrate.js")).migrate("apply", argv, cwd, version),
  },
  "migrate status": {
    summary: "Say how far a migration is",
    head: `dockopt migrate status says how far a migration is, and what has failed.
Usage: dockopt migrate status [options]
`,
    options: statusOptions,
    operands: [],
    exits: "Exit: 0 fine, 2 wrong usage or failure.\n",
    run: async (argv, cwd, version) => (await import("./commands/migrate.js")).migrate("status", argv, cwd, version),
  },
  "migrate worker": {
    summary: "Plan what other machines ask for by a queue",
    head: `dockopt migrate worker plans repositories for a dockopt migrate plan --queue
that runs on this or another machine, until it is stopped (Ctrl-C finishes what
is under way). It needs the npm packages bullmq and ioredis beside dockopt.
Usage: dockopt migrate worker --queue redis://HOST:PORT
`,
    options: workerOptions,
    operands: [],
    exits: "Exit: 0 it was stopped, 2 wrong usage or failure.\n",
    run: async (argv, cwd, version) => (await import("./commands/migrate.js")).migrate("worker", argv, cwd, version),
  },
} as const satisfies Readonly<Record<string, Command>>;

export type CommandName = keyof typeof commands;

/** The command that a command line calls, and what follows its name. */
export function commandOf(argv: readonly string[]): { readonly name: CommandName; readonly rest: readonly string[] } {
  const two = argv.slice(0, 2).join(" ");
  const [one = ""] = argv;
  if (isCommand(two)) return { name: two, rest: argv.slice(2) };
  return isCommand(one) && one !== "rewrite" ? { name: one, rest: argv.slice(1) } : { name: "rewrite", rest: argv };
}

const isCommand = (name: string): name is CommandName => Object.hasOwn(commands, name);

/** Commands that are called by one word. */
export const commandWords: readonly string[] = Object.keys(commands).filter((name) => !/ |^rewrite$/.test(name));

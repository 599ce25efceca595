import { SETTING_OPTIONS } from "../config/options.js";
import { formatNames } from "../report/formats.js";

/** In the order of --help. */
export const GROUPS = [
  "Layers",
  "Build",
  "Sources",
  "Pull requests",
  "Migration",
  "Output",
  "Rewrites",
  "Input",
  "Hosts",
  "Limits",
  "Connection",
] as const;

/**
 * The one table of options: yargs, --help and the README's section are made from it. Those that are settings as well come from the table of
 * settings (src/config/settings.ts).
 */
export interface Option {
  readonly alias?: readonly string[];
  /** "list": one or more words; "repeated": one word, any number of times. */
  readonly type: "boolean" | "string" | "list" | "repeated";
  /** Placeholder of the value, for --help. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly group: (typeof GROUPS)[number];
  /** One line; the screen is 80 columns wide. */
  readonly help: string;
}

export type OptionTable = Readonly<Record<string, Option>>;

/** Options that configuration files can set, too. */
const settings: OptionTable = Object.fromEntries(
  SETTING_OPTIONS.map(({ name, type, value, group, help }): [string, Option] => [
    name,
    { type, group, help, ...(value === undefined ? {} : { value }) },
  ]),
);

/** What means nothing to other people's repositories. */
const OWN = ["min-seconds", "timings", "context"];

/** Which rewrites are made, and for which builder. */
export const rewritesOptions: OptionTable = Object.fromEntries(
  Object.entries(settings).filter(([name]) => !OWN.includes(name)),
);

const format: Option = {
  alias: ["f"],
  type: "string",
  value: "NAME",
  choices: ["text", "json"],
  group: "Output",
  help: "Report as text (default) or json",
};

const color: Option = {
  type: "boolean",
  group: "Output",
  help: "Colours (--no-color: none; default: on a terminal)",
};

/** What is loaded beside dockopt itself. */
const loaded: OptionTable = {
  plugin: { type: "repeated", value: "SPEC", group: "Rewrites", help: "Also those of a file (./mine.js) or a package" },
  config: {
    type: "string",
    value: "FILE",
    group: "Input",
    help: "Configuration (default: nearest; --no-config: none)",
  },
};

/** Taken, with a format, by every command that reads a Dockerfile. */
const others: OptionTable = { color, ...settings, ...loaded };

const common: OptionTable = { format, ...others };

/** Taken by every command that reads many of them. */
const inputs: OptionTable = {
  "files-from": {
    type: "string",
    value: "FILE",
    group: "Input",
    help: "Read paths from a file, one a line; - for stdin",
  },
  "stdin-filename": {
    type: "string",
    value: "PATH",
    group: "Input",
    help: "Where the Dockerfile given on stdin (-) belongs",
  },
};

const quiet: Option = { alias: ["q"], type: "boolean", group: "Output", help: "No warnings" };

/** `dockopt FILE ...` */
export const rewriteOptions: OptionTable = {
  write: { alias: ["w", "fix"], type: "boolean", group: "Output", help: "Rewrite the files in place" },
  interactive: {
    alias: ["i"],
    type: "boolean",
    group: "Output",
    help: "Ask about each rewrite, write what is accepted",
  },
  check: { alias: ["c"], type: "boolean", group: "Output", help: "List what would change; exit 1 if anything would" },
  diff: { alias: ["d"], type: "boolean", group: "Output", help: "Print only the diffs, for git apply" },
  "list-different": {
    alias: ["l"],
    type: "boolean",
    group: "Output",
    help: "Print only the names of files that would change",
  },
  "print-config": { type: "boolean", group: "Output", help: "Print the settings in force for a file, and why" },
  baseline: { type: "string", value: "FILE", group: "Output", help: "Leave the findings in it; only new ones count" },
  "update-baseline": { type: "boolean", group: "Output", help: "Make --baseline FILE hold today's findings" },
  cache: { type: "string", value: "FILE", group: "Output", help: "Keep in it what was found; skip unchanged files" },
  quiet,
  format: { ...format, choices: formatNames, help: "Report as text (default), json, sarif, html, .." },
  output: {
    type: "repeated",
    value: "NAME:FILE",
    group: "Output",
    help: "Also write a report to a file; may be given again",
  },
  ...others,
  since: { type: "string", value: "REF", group: "Input", help: "Only what has changed since the branch left REF" },
  staged: { type: "boolean", group: "Input", help: "Only what is staged for the next commit, as staged" },
  ...inputs,
};

/** Only of `dockopt score [PATHS]` */
export const scoreOnly: OptionTable = {
  min: { type: "string", value: "N", group: "Output", help: "Exit 1 below this score (0 to 100)" },
};

export const scoreOptions: OptionTable = { ...scoreOnly, quiet, ...common, ...inputs };

/** `dockopt list` */
export const listOptions: OptionTable = {
  ecosystems: { type: "boolean", group: "Output", help: "The package managers that dockopt knows" },
  format: { ...format, help: "text (default) or json; json has both" },
  ...loaded,
};

/** `dockopt explain NAME` */
export const explainOptions: OptionTable = { color, ...loaded };

/** Only of `dockopt layers FILE` */
export const layersOnly: OptionTable = {
  changed: { type: "list", value: "PATH..", group: "Layers", help: "Which steps are built again when these change" },
  "changed-since": {
    type: "string",
    value: "REV",
    group: "Layers",
    help: "The same for what differs from a git revision",
  },
  history: { type: "string", value: "N", group: "Layers", help: "Replay the last N commits through the model" },
};

export const layersOptions: OptionTable = { ...layersOnly, ...common };

/** Only of `dockopt verify FILE` */
export const verifyOnly: OptionTable = {
  builder: {
    type: "string",
    value: "NAME",
    choices: ["docker", "podman", "buildah"],
    group: "Build",
    help: "Default: the first that answers",
  },
  rounds: { type: "string", value: "N", group: "Build", help: "Rebuilds to time (default 3; 0: none)" },
  touch: {
    type: "string",
    value: "PATH",
    group: "Build",
    help: "File the rebuilds change (default: one is picked)",
  },
  strict: { type: "boolean", group: "Build", help: "Also show what two builds of the original differ in" },
  target: { type: "string", value: "STAGE", group: "Build", help: "Passed to the builder, as the next three" },
  "build-arg": { type: "repeated", value: "NAME=V", group: "Build", help: "Build argument; may be given again" },
  secret: {
    type: "repeated",
    value: "SPEC",
    group: "Build",
    help: "Secret, as the builder takes it; may be given again",
  },
  platform: { type: "string", value: "NAME", group: "Build", help: "Platform to build for" },
};

/** The builder is the one that builds; its odds and seconds play no part. */
export const verifyOptions: OptionTable = {
  ...Object.fromEntries(Object.entries(common).filter(([name]) => name !== "timings")),
  ...verifyOnly,
};

/** `dockopt lsp`: what editors pass, whatever the server. */
export const lspOptions: OptionTable = {
  stdio: { type: "boolean", group: "Connection", help: "Talk on stdin and stdout (it always does)" },
  clientProcessId: {
    type: "string",
    value: "PID",
    group: "Connection",
    help: "End when this process, the editor's, has ended",
  },
};

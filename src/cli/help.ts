import { applyOptions, planOptions, reviewOptions, statusOptions, workerOptions } from "./migrate-options.js";
import { GROUPS, layersOptions, rewriteOptions, verifyOptions, type Option, type OptionTable } from "./options.js";

interface Help {
  readonly head: string;
  readonly options: OptionTable;
  readonly exits: string;
}

const MIGRATION_EXITS = `Exit: 0 fine, 2 wrong usage or failure, 3 nothing to work on, 4 some failed
(migrate status says which; a second run tries them again), 130 interrupted.
`;

const HELP = {
  rewrite: {
    head: `dockopt rewrites Dockerfiles so that rebuilds reuse cached layers.
Usage: dockopt [options] FILE|FOLDER|GLOB|- ...  Nothing is written without -w.
Also:  dockopt layers FILE (its cost), verify FILE (builds it), migrate (many).
`,
    options: rewriteOptions,
    exits: `Exit: 0 fine, 1 --check found changes, 2 wrong usage or failure, 3 no input,
4 some files could not be read or parsed (the others are done), 130 interrupted.
`,
  },
  layers: {
    head: `dockopt layers shows the layers of a Dockerfile, before and after the rewrites:
what each depends on, how often it is built again, what that costs.
Usage: dockopt layers [options] FILE
`,
    options: layersOptions,
    exits: "Exit: 0 fine, 2 wrong usage or failure, 3 no input, 4 it does not parse.\n",
  },
  verify: {
    head: `dockopt verify builds a Dockerfile before and after the rewrites with your own
builder, compares the images, and times rebuilds after a change. It removes all
it made but the builder's cache.
Usage: dockopt verify [options] FILE
`,
    options: verifyOptions,
    exits: `Exit: 0 the same image (or nothing to rewrite), 1 different, or the rewrite does
not build, 2 wrong usage, 3 no input, 4 the original does not parse or build.
`,
  },
  migrate: {
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
  },
  "migrate plan": {
    head: `dockopt migrate plan reads the default branch of repositories and writes what
would change into a ledger and patches. Nothing is pushed. What is planned is
skipped.
Usage: dockopt migrate plan [options] [URL|PATH ...]
Tokens come from GH_TOKEN or GITHUB_TOKEN and GITLAB_TOKEN.
`,
    options: planOptions,
    exits: MIGRATION_EXITS,
  },
  "migrate review": {
    head: `dockopt migrate review writes a report of all that is planned: one HTML page
that works offline, Markdown or JSON.
Usage: dockopt migrate review [options]
`,
    options: reviewOptions,
    exits: "Exit: 0 fine, 2 wrong usage or failure.\n",
  },
  "migrate apply": {
    head: `dockopt migrate apply carries out what is planned: a commit on a branch, a pull
request on GitHub or GitLab; a patch for git am for other hosts. What is done is
found again, never done twice; branches that people have worked on are left.
Usage: dockopt migrate apply [options]
Tokens come from GH_TOKEN or GITHUB_TOKEN and GITLAB_TOKEN.
`,
    options: applyOptions,
    exits: MIGRATION_EXITS,
  },
  "migrate status": {
    head: `dockopt migrate status says how far a migration is, and what has failed.
Usage: dockopt migrate status [options]
`,
    options: statusOptions,
    exits: "Exit: 0 fine, 2 wrong usage or failure.\n",
  },
  "migrate worker": {
    head: `dockopt migrate worker plans repositories for a dockopt migrate plan --queue
that runs on this or another machine, until it is stopped (Ctrl-C finishes what
is under way). It needs the npm packages bullmq and ioredis beside dockopt.
Usage: dockopt migrate worker --queue redis://HOST:PORT
`,
    options: workerOptions,
    exits: "Exit: 0 it was stopped, 2 wrong usage or failure.\n",
  },
} as const satisfies Readonly<Record<string, Help>>;

export type CommandName = keyof typeof HELP;

export function helpText(command: CommandName): string {
  const { head, options, exits }: Help = HELP[command];
  const groups = GROUPS.flatMap((group) => {
    const lines = Object.entries(options)
      .filter(([, option]) => option.group === group)
      .map(([name, option]) => `${left(name, option).padEnd(28)}${option.help}`);
    return lines.length === 0 ? [] : [`${group}:\n${lines.join("\n")}`];
  });
  return `${head}${groups.join("\n")}${groups.length === 0 ? "" : "\n"}${exits}`;
}

function left(name: string, option: Option): string {
  const short = option.alias?.filter((alias) => alias.length === 1).map((alias) => `-${alias}, `)[0] ?? "    ";
  return `  ${short}--${name}${option.value === undefined ? "" : ` ${option.value}`}`;
}

/** The README's sections. */
export function optionsMarkdown(table: OptionTable): string {
  const rows = Object.entries(table).map(([name, option]) => {
    const names = [
      ...(option.alias ?? []).map((alias) => (alias.length === 1 ? `-${alias}` : `--${alias}`)),
      `--${name}${option.value === undefined ? "" : ` ${option.value}`}`,
    ];
    return `| ${names.map((one) => `\`${one}\``).join(" ")} | ${option.help} |`;
  });
  return ["| option | meaning |", "| --- | --- |", ...rows].join("\n");
}

import type { CommandFact } from "../../facts/facts.js";

const MB = 1_000_000;

/**
 * Rough bytes that a command leaves in a layer: `base`, and `each` for every package named. Measured: the mean Installed-Size of 40 packages
 * that Dockerfiles often install is 7.9 MB (Debian 12, `apt-cache show`, without what they depend on), its package lists are 19 MB.
 * The rest are stated guesses, and all that is missing counts as nothing.
 */
const TABLE: ReadonlyMap<string, { readonly base: number; readonly each: number }> = new Map(
  Object.entries({
    "apt-get install": { base: 0, each: 8 },
    "apt install": { base: 0, each: 8 },
    "apt-get update": { base: 19, each: 0 },
    "apt update": { base: 19, each: 0 },
    "apk add": { base: 0, each: 3 },
    "dnf install": { base: 0, each: 8 },
    "microdnf install": { base: 0, each: 8 },
    "tdnf install": { base: 0, each: 8 },
    "yum install": { base: 0, each: 8 },
    "pip install": { base: 0, each: 10 },
    "pip3 install": { base: 0, each: 10 },
    "npm install": { base: 0, each: 10 },
    "npm i": { base: 0, each: 10 },
    "yarn global": { base: 0, each: 10 },
    "gem install": { base: 0, each: 3 },
    "go install": { base: 0, each: 20 },
    "cargo install": { base: 0, each: 10 },
    "git clone": { base: 10, each: 0 },
    "docker-php-ext-install": { base: 0, each: 2 },
    curl: { base: 10, each: 0 },
    wget: { base: 10, each: 0 },
  }),
);

/** What is fetched and has no size by its name: a program, an archive. */
export const DOWNLOAD_BYTES = 10 * MB;

/** Estimated bytes of a RUN's layer. */
export function runBytes(commands: readonly CommandFact[]): number {
  const clears = commands.some(
    ({ command }) => command.program === "rm" && command.args.some(({ text }) => text.startsWith("/var/lib/apt/lists")),
  );
  return commands.reduce((sum, fact) => sum + commandBytes(fact, clears), 0);
}

function commandBytes({ command: { program = "", args } }: CommandFact, clears: boolean): number {
  const words = args.filter(({ text }) => !text.startsWith("-")).map(({ text }) => text);
  const verb = `${program} ${words[0] ?? ""}`;
  if (clears && /^apt(?:-get)? update$/.test(verb)) return 0;
  const named = TABLE.get(verb);
  const entry = named ?? TABLE.get(program);
  return entry === undefined ? 0 : MB * (entry.base + entry.each * (words.length - (named === undefined ? 0 : 1)));
}

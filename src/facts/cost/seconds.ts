import type { Command } from "../../shell/script.js";
import type { Instruction } from "../../syntax/nodes.js";
import type { Facts } from "../facts.js";
import { secondsOf } from "./timings.js";

/**
 * Stated defaults where no recorded build tells: seconds of a command on a developer's machine with a near registry, `each` for
 * every package named. Only their proportions matter for what is worth a move. "program verb" before "program".
 */
const TABLE: ReadonlyMap<string, { readonly base: number; readonly each?: number }> = new Map(
  Object.entries({
    "apt-get install": { base: 8, each: 2 },
    "apt-get update": { base: 4 },
    "apt-get upgrade": { base: 15 },
    "apt-get dist-upgrade": { base: 15 },
    "apt install": { base: 8, each: 2 },
    "apt update": { base: 4 },
    "apk add": { base: 2, each: 0.7 },
    "dnf install": { base: 15, each: 2 },
    "microdnf install": { base: 15, each: 2 },
    "yum install": { base: 15, each: 2 },
    "zypper install": { base: 15, each: 2 },
    "npm install": { base: 15, each: 3 },
    "npm ci": { base: 15 },
    "npm run": { base: 20 },
    "yarn install": { base: 15 },
    "yarn global": { base: 4, each: 2 },
    yarn: { base: 15 },
    "pnpm install": { base: 10 },
    pnpm: { base: 10 },
    "bun install": { base: 4 },
    npx: { base: 10 },
    "pip install": { base: 4, each: 3 },
    "pip3 install": { base: 4, each: 3 },
    "pipenv install": { base: 25 },
    "poetry install": { base: 20 },
    "pdm install": { base: 20 },
    "uv sync": { base: 4 },
    "uv pip": { base: 4 },
    "conda install": { base: 30, each: 3 },
    "gem install": { base: 4, each: 3 },
    "bundle install": { base: 30 },
    "composer install": { base: 15 },
    "composer update": { base: 25 },
    "composer require": { base: 15 },
    "composer global": { base: 10 },
    "mix deps.get": { base: 6 },
    "mix deps.compile": { base: 60 },
    mix: { base: 20 },
    "go mod": { base: 8 },
    "go build": { base: 20 },
    "go install": { base: 20 },
    "go test": { base: 20 },
    "cargo fetch": { base: 8 },
    "cargo vendor": { base: 8 },
    "cargo clean": { base: 0.5 },
    cargo: { base: 60 },
    mvn: { base: 60 },
    mvnw: { base: 60 },
    gradle: { base: 60 },
    gradlew: { base: 60 },
    "dotnet restore": { base: 15 },
    "dotnet tool": { base: 5 },
    "dotnet workload": { base: 60 },
    "dotnet nuget": { base: 1 },
    dotnet: { base: 25 },
    make: { base: 30 },
    cmake: { base: 15 },
    configure: { base: 15 },
    "docker-php-ext-install": { base: 10, each: 8 },
    pecl: { base: 20 },
    rustup: { base: 15 },
    "git clone": { base: 4 },
    curl: { base: 2 },
    wget: { base: 2 },
    tar: { base: 1 },
    unzip: { base: 1 },
    "locale-gen": { base: 3 },
  }),
);

/** Other names of the same verb. */
const ALIASES: ReadonlyMap<string, string> = new Map(
  Object.entries({ i: "install", add: "install", "clean-install": "ci" }),
);

/** A program that is not in the table. */
const UNKNOWN = 3;
const KNOWN_FILES = 0.1;
const COPY = 0.5;
const METADATA_LAYER = 0.3;

/** Seconds that a command takes. */
export function commandSeconds({
  command,
  effects,
}: {
  readonly command: Command;
  readonly effects: { readonly opaque: string | undefined; readonly system: string };
}): number {
  const { program = "", args } = command;
  if (args.length === 1 && /^(?:--version|-version|-v|-V|version)$/.test(args[0]?.text ?? "")) return KNOWN_FILES;
  const words = args.filter((word) => !word.text.startsWith("-")).map((word) => word.text);
  const [verb = ""] = words;
  const named = TABLE.get(`${program} ${verb}`) ?? TABLE.get(`${program} ${ALIASES.get(verb) ?? verb}`);
  const entry = named ?? TABLE.get(program);
  if (entry !== undefined)
    return entry.base + (entry.each ?? 0) * Math.min(words.length - (named === undefined ? 0 : 1), 20);
  if (effects.opaque !== undefined) return UNKNOWN;
  return effects.system === "writes" ? 1 : KNOWN_FILES;
}

/** Seconds that a step takes when it is not cached: as recorded, or by the table. */
export function instructionSeconds(instruction: Instruction, facts: Facts): number {
  const recorded = secondsOf(instruction, facts.evidence.timings);
  if (recorded !== undefined) return recorded;
  switch (instruction.kind) {
    case "RUN":
      return facts.script(instruction).problem !== undefined
        ? UNKNOWN
        : facts.commands(instruction).reduce((sum, fact) => sum + commandSeconds(fact), 0);
    case "COPY":
    case "ADD":
      return COPY;
    case "WORKDIR":
      return KNOWN_FILES;
    default:
      // BuildKit makes no layer of metadata; the linear builders commit a container for each instruction.
      return facts.evidence.builder === "linear" && instruction.kind !== "FROM" ? METADATA_LAYER : 0;
  }
}

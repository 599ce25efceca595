import type { RunInstruction } from "../syntax/nodes.js";
import type { CommandFact, Facts } from "./facts.js";

/** The tool whose work a RUN does; "files" for core utilities and accounts. */
export type Family = string;

const NAMES: ReadonlyMap<string, Family> = new Map([
  ["apt", "apt-get"],
  ["pip3", "pip"],
  ["microdnf", "dnf"],
]);
const TOOLS = new Set(
  "apt-get apk dnf yum zypper pip npm gem rustup conda go a2enmod docker-php-ext-install".split(" "),
);
const ACCOUNTS = new Set("useradd adduser groupadd addgroup usermod groupmod chpasswd".split(" "));
const CLEANING =
  /^(?:sudo )?(?:rm\b|(?:apt|apt-get|yum|dnf|zypper|conda) (?:-y )?(?:clean|autoclean|autoremove)\b|(?:npm|pip3?|yarn|apk) cache\b)/;

/**
 * The family of a RUN, when all its commands but clean-ups belong to one. undefined: several, a project's own install, or
 * something unknown: its rate of change is its own.
 */
export function familyOf(run: RunInstruction, facts: Facts): Family | undefined {
  if (facts.script(run).problem !== undefined) return undefined;
  const families = new Set(
    facts
      .commands(run)
      .filter((fact) => !isCleaning(fact))
      .map(familyOfCommand),
  );
  const [family] = families;
  return families.size === 1 ? family : undefined;
}

/** A RUN that only takes away. */
export function isCleanup(run: RunInstruction, facts: Facts): boolean {
  const commands = facts.commands(run);
  return facts.script(run).problem === undefined && commands.length > 0 && commands.every(isCleaning);
}

/** Takes away what a step before has left. */
export const isCleaning = ({ command }: CommandFact): boolean => CLEANING.test(command.text);

function familyOfCommand({ command, effects, install }: CommandFact): Family | undefined {
  const { program = "" } = command;
  const name = NAMES.get(program) ?? program;
  if (install !== undefined || effects.opaque !== undefined) return undefined;
  if (TOOLS.has(name)) return name;
  return effects.system !== "writes" || ACCOUNTS.has(program)
    ? /^(?:curl|wget|git)$/.test(program)
      ? undefined
      : "files"
    : undefined;
}

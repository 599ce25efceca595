import type { Facts } from "../../facts/facts.js";
import { joinedSlice } from "../../facts/fragments.js";
import { readArgs } from "../../shell/args.js";
import type { Command, ListItem, Script, ShellWord } from "../../shell/script.js";
import type { RunInstruction } from "../../syntax/nodes.js";

/** Package managers to which the order of packages and of options says nothing: options with a value, and other names of options. */
interface Manager {
  readonly verb: string;
  readonly valued: string;
  readonly aliases: Readonly<Record<string, string>>;
}

const APT: Manager = {
  verb: "install",
  valued: "-o --option -c --config-file -t --target-release --default-release",
  aliases: { "--yes": "-y", "--assume-yes": "-y", "--quiet": "-q" },
};
const DNF: Manager = {
  verb: "install",
  valued: "-c --config --enablerepo --disablerepo --setopt --releasever --installroot -x --exclude --repo --repoid",
  aliases: { "--assumeyes": "-y", "--quiet": "-q" },
};
const MANAGERS: Readonly<Record<string, Manager>> = {
  apt: APT,
  "apt-get": APT,
  apk: {
    verb: "add",
    valued: "-t --virtual -X --repository -p --root --arch --keys-dir --repositories-file",
    aliases: { "--virtual": "-t", "--update": "-U", "--update-cache": "-U", "--repository": "-X", "--quiet": "-q" },
  },
  dnf: DNF,
  microdnf: DNF,
  tdnf: DNF,
  yum: DNF,
};

/** One spelling of all scripts of RUNs that are the same but for white space, quotes, and the order of what is installed. */
export function commonScript(run: RunInstruction, facts: Facts): string {
  if (run.json !== undefined) return JSON.stringify(run.json.map(({ text }) => text));
  const script = facts.script(run);
  if (run.heredocs.length > 0)
    return [run.body.text.trim(), ...run.heredocs.map(({ name, content }) => `${content}${name}`)].join("\n");
  if (script.problem !== undefined || !script.flatChain) return evenBlanks(run.body.text);
  return script.items.map((item) => commonItem(item, script)).join(" && ");
}

function commonItem(item: ListItem, { joined }: Script): string {
  const [command, ...more] = item.commands;
  const simple = item.shape === "command" && more.length === 0 ? command : undefined;
  return (simple && (commonInstall(simple) ?? commonCommand(simple))) ?? evenBlanks(joinedSlice(joined, item));
}

/** Blanks are only evened out where they cannot be part of a word or end a comment. */
const evenBlanks = (text: string): string => (/["'\\`#\n]/.test(text) ? text : text.replace(/[ \t]+/g, " ")).trim();

/** Is it all that was written? Wrappers and `python -m` leave words out. */
const isWhole = ({ program, name, wrappers, redirects }: Command): boolean =>
  program !== undefined && name?.text === program && wrappers.length === 0 && redirects.length === 0;

function commonCommand(command: Command): string | undefined {
  if (!isWhole(command) || command.assignments.length > 0) return undefined;
  return [command.program, ...command.args.map(commonWord)].join(" ");
}

/** A value in which no character means anything to the shell. */
const isPlain = (value: string): boolean => /^[\w@%+=:,./-]+$/.test(value);

const commonWord = ({ text, value }: ShellWord): string => (value !== undefined && isPlain(value) ? value : text);

function commonInstall(command: Command): string | undefined {
  const { program = "", assignments } = command;
  const manager = Object.hasOwn(MANAGERS, program) ? MANAGERS[program] : undefined;
  // A word that the shell makes may become an option, or several words.
  if (manager === undefined || !isWhole(command) || command.args.some(({ value }) => value === undefined))
    return undefined;
  const { words, options } = readArgs(command.args, manager.valued);
  const [verb, ...packages] = words.map(({ value = "" }) => value);
  if (verb !== manager.verb || packages.some((name) => name.startsWith("-") || !isPlain(name))) return undefined;
  const named = options.map(({ name, value, text }) => {
    const common = Object.hasOwn(manager.aliases, name) ? (manager.aliases[name] ?? name) : name;
    return { common, text: value === undefined ? common : `${common}=${quoted(text ?? "")}` };
  });
  // Where an option is given twice the last one may win: sorting by name keeps their order.
  named.sort((a, b) => (a.common < b.common ? -1 : a.common > b.common ? 1 : 0));
  return [
    ...assignments.map(({ name, text }) => `${name}=${text}`),
    program,
    verb,
    ...named.map(({ text }) => text),
    ...[...new Set(packages)].sort(),
  ].join(" ");
}

const quoted = (value: string): string => (isPlain(value) ? value : JSON.stringify(value));

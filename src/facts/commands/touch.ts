import type { Command, ShellWord } from "../../shell/script.js";

/** What a known command does to the image, in the little detail that ordering needs. */
export interface Touch {
  /** Words that name files or directories it reads or writes, with all that is below them. */
  readonly paths: readonly ShellWord[];
  /** It reads or writes the system's own directories (packages, users, caches). */
  readonly system: boolean;
  /** Its result may depend on the environment. */
  readonly environment: boolean;
}

/** undefined: not known, the command is opaque. */
export type TouchRule = (command: Command) => Touch | undefined;

export const nothing: TouchRule = () => ({ paths: [], system: false, environment: false });

/** Every word that is no option is a path (`rm`, `mkdir`, `cp`, `chmod 755 x` reads its mode as one more path: harmless). */
export const allArguments: TouchRule = ({ args }) => ({
  paths: args.filter((word) => !word.text.startsWith("-") || word.text === "-"),
  system: false,
  environment: false,
});

/** Works on the system alone, and on files given by a path (`apt-get install ./x.deb`, `--home /app`, `-o=/x`). */
export const systemOnly: TouchRule = ({ args }) => ({
  paths: args.filter((word) => /^(?:\.{0,2}\/|\.{1,2}$)/.test(word.text)),
  system: true,
  environment: true,
});

/** The rule holds when the first word that is no option is one of the verbs; else the command is opaque. */
export function verbs(names: string, rule: TouchRule): TouchRule {
  const known = new Set(names.split(" "));
  return (command) => {
    const verb = command.args.find((word) => !word.text.startsWith("-"))?.value;
    return verb !== undefined && known.has(verb) ? rule(command) : undefined;
  };
}

/** The first rule that knows the command. */
export function either(...rules: readonly TouchRule[]): TouchRule {
  return (command) => {
    for (const rule of rules) {
      const touch = rule(command);
      if (touch !== undefined) return touch;
    }
    return undefined;
  };
}

/** `node --version`, `go version`: prints, reads nothing of the project. */
export const versionOnly: TouchRule = ({ args }) =>
  args.length === 1 && /^(?:--version|-version|-v|-V|version)$/.test(args[0]?.value ?? "")
    ? { paths: [], system: true, environment: false }
    : undefined;

import { bashScript } from "../completion/bash.js";
import { fishScript } from "../completion/fish.js";
import { grammar } from "../completion/grammar.js";
import { zshScript } from "../completion/zsh.js";
import { readArguments } from "../arguments.js";
import { EXIT, UsageError } from "../exit.js";

const SHELLS = { bash: bashScript, zsh: zshScript, fish: fishScript } as const;

/** `dockopt completion SHELL`: prints a script that knows all of the command line and calls nobody. Returns the exit code. @throws UsageError */
export function completion(argv: readonly string[]): number {
  const { paths } = readArguments(argv, {});
  const [shell = "", more] = paths;
  if (!isShell(shell) || more !== undefined)
    throw new UsageError(
      `${shell === "" ? "no shell named" : `\`${paths.join(" ")}\` is no shell that can be completed in`}. Give bash, zsh or fish.`,
    );
  process.stdout.write(SHELLS[shell](grammar()));
  return EXIT.fine;
}

const isShell = (name: string): name is keyof typeof SHELLS => Object.hasOwn(SHELLS, name);

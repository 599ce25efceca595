import { existsSync, readFileSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import { printable } from "../report/terminal.js";
import { nearest } from "../syntax/validate.js";
import { ConfigError } from "./config/error.js";
import { EXIT, UsageError } from "./exit.js";

/** Runs the command line; returns the exit code. What is not needed for an answer is not loaded. */
export async function main(argv: readonly string[], cwd: string): Promise<number> {
  const flags = argv.slice(0, argv.includes("--") ? argv.indexOf("--") : undefined);
  const asked = (...names: readonly string[]): boolean => flags.some((flag) => names.includes(flag));
  const help = asked("--help", "-h");
  if (!help && asked("--version", "-V")) {
    process.stdout.write(`${version()}\n`);
    return EXIT.fine;
  }
  const { commandOf, commands } = await import("./commands.js");
  const { name, rest } = commandOf(argv);
  if (help) {
    const { helpText } = await import("./help.js");
    process.stdout.write(helpText(name));
    return EXIT.fine;
  }
  try {
    const code = await commands[name].run(rest, cwd, version());
    if (code === EXIT.noInput || code === EXIT.someFailed) await sayCommandMeant(argv, cwd);
    return code;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    // What is wrong in a file starts with its name, as editors want it.
    process.stderr.write(`${error instanceof ConfigError ? "" : "dockopt: "}${printable(error.message)}\n`);
    return EXIT.failure;
  }
}

/** A first word that is no file may be a command, misspelt. */
async function sayCommandMeant([first = ""]: readonly string[], cwd: string): Promise<void> {
  if (existsSync(resolve(cwd, first))) return;
  const { commandWords } = await import("./commands.js");
  const meant = nearest(first, commandWords);
  if (meant !== undefined && meant !== first)
    process.stderr.write(`dockopt: if you meant a command: dockopt ${meant}\n`);
}

function version(): string {
  const url = new URL("../../../package.json", import.meta.url);
  const { version: text } = JSON.parse(readFileSync(url, "utf8")) as { readonly version: string };
  return text;
}

/** What the bin runs. */
export async function start(): Promise<void> {
  // Who has read enough closes the pipe; what there is to do is done nonetheless.
  const unread = (error: NodeJS.ErrnoException): void => {
    if (error.code === "EPIPE") return;
    say(`dockopt: the output cannot be written (${error.message}).`);
    process.exit(EXIT.failure);
  };
  process.stdout.on("error", unread);
  process.stderr.on("error", unread);
  try {
    process.exitCode = await main(process.argv.slice(2), process.cwd());
  } catch (error) {
    say(failureText(error));
    process.exitCode = EXIT.failure;
  }
}

/** What the machine has no room or no permission for is no bug of ours. */
const MACHINE = /^(?:EACCES|EDQUOT|EFBIG|EIO|EMFILE|ENFILE|ENOMEM|ENOSPC|EPERM|EROFS)$/;

function failureText(error: unknown): string {
  if (!(error instanceof Error)) return `dockopt: this is a bug in dockopt, please report it.\n${String(error)}`;
  return "code" in error && MACHINE.test(String(error.code))
    ? `dockopt: ${printable(error.message)}`
    : `dockopt: this is a bug in dockopt, please report it.\n${printable(error.stack ?? error.message)}`;
}

function say(text: string): void {
  try {
    writeSync(2, `${text}\n`);
  } catch {
    // Nobody hears it: the exit code tells.
  }
}

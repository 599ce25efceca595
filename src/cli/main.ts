import { readFileSync, writeSync } from "node:fs";
import { printable } from "../report/terminal.js";
import { EXIT, UsageError } from "./arguments.js";
import { layers } from "./commands/layers.js";
import { rewrite } from "./commands/rewrite.js";
import { helpText, type CommandName } from "./help.js";

/** Runs the command line; returns the exit code. */
export async function main(argv: readonly string[], cwd: string): Promise<number> {
  const flags = argv.slice(0, argv.includes("--") ? argv.indexOf("--") : undefined);
  const command = commandOf(argv);
  try {
    if (flags.some((flag) => flag === "--help" || flag === "-h")) process.stdout.write(helpText(command));
    else if (flags.some((flag) => flag === "--version" || flag === "-V")) process.stdout.write(version());
    else if (command === "layers") return layers(argv.slice(1), cwd);
    // Loaded when asked for: it brings a tar reader and child processes.
    else if (command === "verify")
      return await (await import("./commands/verify.js")).verifyCommand(argv.slice(1), cwd);
    else if (command.startsWith("migrate"))
      return await (await import("./commands/migrate.js")).migrate(argv.slice(1), cwd, version().trim());
    else return rewrite(argv, cwd);
    return EXIT.fine;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`dockopt: ${printable(error.message)}\n`);
    return EXIT.failure;
  }
}

function commandOf([first, second]: readonly string[]): CommandName {
  if (first === "layers" || first === "verify") return first;
  if (first !== "migrate") return "rewrite";
  return second === "plan" || second === "review" || second === "apply" || second === "status" || second === "worker"
    ? `migrate ${second}`
    : "migrate";
}

function version(): string {
  const url = new URL("../../../package.json", import.meta.url);
  const { version: text } = JSON.parse(readFileSync(url, "utf8")) as { readonly version: string };
  return `${text}\n`;
}

/** What the bin runs. */
export async function start(): Promise<void> {
  const quietPipe = (error: NodeJS.ErrnoException): void => {
    if (error.code === "EPIPE") process.exit(process.exitCode ?? EXIT.fine);
    throw error;
  };
  process.stdout.on("error", quietPipe);
  process.stderr.on("error", quietPipe);
  try {
    process.exitCode = await main(process.argv.slice(2), process.cwd());
  } catch (error) {
    writeSync(
      2,
      `dockopt: this is a bug in dockopt, please report it.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = EXIT.failure;
  }
}

await start();

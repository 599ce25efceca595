import type { Given } from "../arguments.js";
import { UsageError } from "../exit.js";

interface Stream {
  readonly isTTY?: boolean;
}

/** Can questions be asked, and answers be read? @throws UsageError */
export function checkInteractive(given: Given, stdin: Stream, stdout: Stream): void {
  if (given.paths.includes("-") || given.text("files-from") === "-")
    throw new UsageError("--interactive reads answers from stdin, so no file can come from there. Name the files.");
  if (given.text("format") !== undefined && given.text("format") !== "text")
    throw new UsageError(`--interactive and --format ${given.text("format") ?? ""} exclude each other. Give one.`);
  const lacking = stdin.isTTY !== true ? "stdin" : stdout.isTTY !== true ? "stdout" : undefined;
  if (lacking !== undefined)
    throw new UsageError(
      `--interactive asks on a terminal, and ${lacking} is none. Run it in a terminal; in a script, choose with --only NAME,.. and --write.`,
    );
}

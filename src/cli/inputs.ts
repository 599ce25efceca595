import { readFileSync } from "node:fs";
import type { Finder } from "../builds/find.js";
import { printable } from "../report/terminal.js";
import { findFiles, type Found } from "./files.js";
import type { Configured, Input } from "./process.js";
import type { SettingsSource } from "./settings.js";

/** What the paths of a command line come to; says on stderr what is wrong with them. */
export function collectInputs(
  paths: readonly string[],
  stdinFilename: string | undefined,
  cwd: string,
  finder: Finder,
): Omit<Found, "files"> & { readonly found: readonly Input[] } {
  const { files, problems, notes } = findFiles(
    paths.filter((path) => path !== "-"),
    cwd,
    finder,
  );
  const stdin: Input[] = paths.includes("-") ? [{ path: stdinFilename, text: readFileSync(0) }] : [];
  for (const problem of problems) process.stderr.write(`dockopt: ${printable(problem)}\n`);
  return { found: [...stdin, ...files.map((path): Input => ({ path }))], problems, notes };
}

/** Says on stderr that there is nothing to read, unless why was said already. */
export function sayNothingFound(problems: readonly string[]): void {
  if (problems.length === 0) process.stderr.write("dockopt: no Dockerfile found. Name one, or another folder.\n");
}

/** Each input with what is in force for it, and those that a configuration leaves alone; who has named one is told so. */
export async function withSettings(
  inputs: readonly Input[],
  source: SettingsSource,
  named: readonly string[],
  quiet: boolean,
): Promise<{ readonly taken: readonly Configured[]; readonly ignored: readonly Input[] }> {
  const taken: Configured[] = [];
  const ignored: Input[] = [];
  for (const input of inputs) {
    const settings = await source.for(input.path);
    if (settings.ignoredBy === undefined) taken.push({ input, settings });
    else {
      ignored.push(input);
      if (!quiet && ("text" in input || named.includes(input.path)))
        process.stderr.write(
          printable(`${input.path ?? "-"}: ${settings.ignoredBy} leaves it alone. --no-config takes it nonetheless.\n`),
        );
    }
  }
  return { taken, ignored };
}

import { readFileSync } from "node:fs";
import type { Remark } from "../builds/build.js";
import type { Finder } from "../builds/find.js";
import { printable } from "../report/terminal.js";
import { findFiles } from "./files.js";
import type { Input } from "./process.js";
import type { FileSettings, SettingsSource } from "./settings.js";

/** What the paths of a command line come to; says on stderr what is wrong with them, and if they come to nothing. */
export function collectInputs(
  paths: readonly string[],
  stdinFilename: string | undefined,
  cwd: string,
  finder: Finder,
): { readonly found: readonly Input[]; readonly failed: boolean; readonly notes: readonly Remark[] } {
  const { files, problems, notes } = findFiles(
    paths.filter((path) => path !== "-"),
    cwd,
    finder,
  );
  const stdin: Input[] = paths.includes("-") ? [{ path: stdinFilename, text: readFileSync(0) }] : [];
  const found = [...stdin, ...files.map((path): Input => ({ path }))];
  const nothing = found.length === 0 ? ["no Dockerfile found. Name one, or another folder."] : [];
  for (const problem of problems.length > 0 ? problems : nothing)
    process.stderr.write(`dockopt: ${printable(problem)}\n`);
  return { found, failed: problems.length > 0, notes };
}

/** Each input with what is in force for it, and those that a configuration leaves alone; who has named one is told so. */
export async function withSettings(
  inputs: readonly Input[],
  source: SettingsSource,
  named: readonly string[],
  quiet: boolean,
): Promise<{
  readonly taken: readonly { readonly input: Input; readonly settings: FileSettings }[];
  readonly ignored: readonly Input[];
}> {
  const taken: { readonly input: Input; readonly settings: FileSettings }[] = [];
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

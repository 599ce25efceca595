import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { temporaryFolder } from "../../disk.js";

/**
 * Lets the user edit a text in $VISUAL, $EDITOR or vi, in a file of its own that is called like `path`; the terminal must be free.
 * No shell reads anything. `problem`: why there is no new text.
 */
export function editText(
  text: string,
  path: string,
  env: NodeJS.ProcessEnv,
): { readonly text: string } | { readonly problem: string } {
  const [command = "vi", ...args] = words(env["VISUAL"] || env["EDITOR"] || "vi");
  const folder = temporaryFolder("edit");
  // The name tells an editor the language; an odd one would tell it more.
  const name = basename(path);
  const file = join(folder, /^\w[\w.-]*$/.test(name) ? name : "Dockerfile");
  // Ctrl-C in the editor is the editor's.
  const ignore = (): void => undefined;
  process.on("SIGINT", ignore);
  try {
    writeFileSync(file, text);
    const { error, status, signal } = spawnSync(command, [...args, file], { stdio: "inherit", env });
    if (error !== undefined)
      return { problem: `the editor \`${command}\` cannot be run (${error.message}). Set VISUAL or EDITOR.` };
    if (status !== 0)
      return { problem: `the editor \`${command}\` ended with ${signal ?? `exit code ${status ?? ""}`}.` };
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(readFileSync(file)) };
  } catch (error) {
    return { problem: `the edited text cannot be read (${error instanceof Error ? error.message : String(error)}).` };
  } finally {
    process.off("SIGINT", ignore);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `code --wait`, `"/opt/my editor/bin/ed" -n`: words between blanks, quotes kept together. */
export function words(command: string): readonly string[] {
  return (command.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? []).map((word) =>
    word.replace(
      /"([^"]*)"|'([^']*)'/g,
      (_, double: string | undefined, single: string | undefined) => double ?? single ?? "",
    ),
  );
}

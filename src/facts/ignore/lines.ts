import type { Context } from "../../context/context.js";
import type { CompanionEdit } from "../../transform.js";

/** The ignore file in force with these lines at its end, with its own line ends; a new .dockerignore where there is none. */
export function withIgnoreLines(lines: readonly string[], { ignoreFile: file }: Context): CompanionEdit {
  if (file === undefined) return { path: ".dockerignore", before: undefined, after: lines.join("\n") + "\n" };
  const eol = file.text.includes("\r\n") ? "\r\n" : "\n";
  const start = file.text === "" || file.text.endsWith("\n") ? file.text : file.text + eol;
  return { path: file.path, before: file.text, after: start + lines.map((line) => line + eol).join("") };
}

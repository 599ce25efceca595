import { relative } from "node:path";
import type { Remark } from "../builds/build.js";
import { printable } from "../report/terminal.js";

/** Says on stderr what is to be said of compose and bake files: "compose.yaml:3:5: ...". */
export function warnOfBuilds(remarks: readonly Remark[], cwd: string): void {
  for (const { path, line, column, message } of remarks)
    process.stderr.write(`${printable(`${relative(cwd, path)}:${line}:${column}: ${message}`)}\n`);
}

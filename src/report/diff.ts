import { structuredPatch } from "diff";
import type { FileChange } from "../project/result.js";

/** A patch that `git apply` takes: git's headers, odd names quoted, line ends kept. */
export function unifiedDiff({ path, before, after }: FileChange): string {
  const { hunks } = structuredPatch("a", "b", before ?? "", after, "", "", { context: 3 });
  if (hunks.length === 0) return "";
  const head = [
    `diff --git ${quote(`a/${path}`)} ${quote(`b/${path}`)}`,
    ...(before === undefined ? ["new file mode 100644", "--- /dev/null"] : [`--- ${named(`a/${path}`)}`]),
    `+++ ${named(`b/${path}`)}`,
  ];
  const body = hunks.flatMap((hunk) => [
    `@@ -${range(hunk.oldStart, hunk.oldLines)} +${range(hunk.newStart, hunk.newLines)} @@`,
    ...hunk.lines,
  ]);
  return [...head, ...body].join("\n") + "\n";
}

/** A side without lines counts from the line before. */
const range = (start: number, lines: number): string =>
  lines === 1 ? `${start}` : `${lines === 0 ? start - 1 : start},${lines}`;

/** A name with blanks ends with a tab, by which patch programs find its end. */
function named(path: string): string {
  const quoted = quote(path);
  return quoted === path && path.includes(" ") ? `${path}\t` : quoted;
}

/** As git quotes names in patches: C escapes, octal for what is not ASCII. */
function quote(path: string): string {
  if (!/[\u0000-\u001f"\\\u007f-\uffff]/.test(path)) return path;
  const escaped = [...new TextEncoder().encode(path)].map((byte) => {
    const c = String.fromCharCode(byte);
    if (c === '"' || c === "\\") return `\\${c}`;
    if (c === "\n") return "\\n";
    if (c === "\t") return "\\t";
    return byte < 0x20 || byte > 0x7e ? `\\${byte.toString(8).padStart(3, "0")}` : c;
  });
  return `"${escaped.join("")}"`;
}

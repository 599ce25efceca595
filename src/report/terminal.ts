import picocolors from "picocolors";

/** Text from files and repositories may hold escape sequences and bidirectional overrides: none of it reaches a terminal. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (c) =>
    c === "\r" ? "" : `\\x${c.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/** JSON that means the same, and has nothing in it that a terminal obeys. */
export function plainJson(json: string): string {
  return json.replace(
    /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

export interface Stream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export type Colors = ReturnType<typeof picocolors.createColors>;

/** --color, then NO_COLOR, then FORCE_COLOR, then what the stream is. */
export function colorsFor(
  stream: Stream,
  flag: boolean | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Colors {
  const forced = env["FORCE_COLOR"];
  const wanted =
    flag ??
    (env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== ""
      ? false
      : forced !== undefined && forced !== ""
        ? forced !== "0" && forced !== "false"
        : stream.isTTY === true && env["TERM"] !== "dumb");
  return picocolors.createColors(wanted);
}

/** Breaks words at the width; later lines are indented by `indent` blanks. */
export function wrap(text: string, width: number, indent: number): string {
  const lines: string[] = [];
  const margin = /^ */.exec(text)?.[0] ?? "";
  let line = margin;
  for (const word of text.trimStart().split(" ")) {
    if (line.trim() !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = " ".repeat(indent) + word;
    } else line += line.trim() === "" ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
}

import { applyCommand, sentences, type Told } from "./findings.js";
import type { Reporter } from "./reporter.js";
import { printable } from "./terminal.js";

/** Workflow commands on stdout, which GitHub shows at the lines of a pull request. Refusals are left out: nobody can act on them there. */
export function githubReporter(): Reporter {
  return { add: (told) => annotations(told).join(""), end: () => "" };
}

function annotations({ result: { path }, findings }: Told): readonly string[] {
  const { proposals, problems, error } = findings();
  if (error !== undefined) return [command("error", { file: path, title: "dockopt" }, error)];
  return [
    ...proposals.map((one) => {
      const how = `Run ${applyCommand(path)} to apply.`;
      const notes = one.notes.map((note) => `Note: ${note}.`);
      const place = { file: path, line: one.start.line, endLine: one.lastLine };
      const title = `dockopt: ${one.rules.join(", ")}`;
      return command(
        one.safety === "safe" ? "warning" : "notice",
        { ...place, title },
        [sentences(one), ...notes, how].join("\n"),
      );
    }),
    ...problems.map(({ line, column, message }) =>
      command("error", { file: path, line, col: column, title: "dockopt: syntax" }, message),
    ),
  ];
}

/** As the runner reads it: what would end a value, or the command, is written as %XX. */
function command(
  level: "error" | "warning" | "notice",
  properties: Readonly<Record<string, string | number>>,
  message: string,
): string {
  const list = Object.entries(properties).map(([name, value]) => `${name}=${escape(String(value), /[%\r\n:,]/g)}`);
  return `::${level} ${list.join(",")}::${escape(message, /[%\r\n]/g)}\n`;
}

const escape = (text: string, special: RegExp): string =>
  printable(text).replace(special, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);

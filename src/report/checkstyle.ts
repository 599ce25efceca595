import { sentences, type Told } from "./findings.js";
import { gathered, type Reporter } from "./reporter.js";
import { element, xmlDocument } from "./xml.js";

/** The version of Checkstyle whose reports look like this; readers expect one. */
const VERSION = "4.3";

/** Checkstyle's XML. Refusals are left out: nobody can act on them. */
export function checkstyleReporter(): Reporter {
  return gathered(fileOf, (files) => xmlDocument(element("checkstyle", { version: VERSION }, ["\n", ...files])));
}

function fileOf({ result: { path }, findings }: Told): string {
  const { proposals, problems, error } = findings();
  const errors = [
    ...(error === undefined ? [] : [{ line: 1, severity: "error", message: error, source: "dockopt.unreadable" }]),
    ...proposals.map((one) => ({
      line: one.start.line,
      column: one.start.column,
      severity: one.safety === "safe" ? "warning" : "info",
      message: sentences(one),
      source: `dockopt.${one.rules.join(",")}`,
    })),
    ...problems.map(({ line, column, message }) => ({
      line,
      column,
      severity: "error",
      message,
      source: "dockopt.syntax",
    })),
  ];
  return `${element("file", { name: path }, errors.length === 0 ? [] : ["\n", ...errors.map((one) => `${element("error", one)}\n`)])}\n`;
}

import { resolve } from "node:path";
import type { FileResult } from "../project/result.js";
import { unifiedDiff } from "../report/diff.js";
import { tell } from "../report/findings.js";
import { formatNames, formats, isFormat, type FormatName } from "../report/formats.js";
import type { Reporter, Setting } from "../report/reporter.js";
import { colorsFor, printable } from "../report/terminal.js";
import { nearest } from "../syntax/validate.js";
import type { Given } from "./arguments.js";
import { UsageError } from "./exit.js";
import type { Judged } from "./baseline.js";
import { openReport, type ReportFile } from "./report-file.js";

/** A report that is asked for. */
export interface Target {
  readonly format: FormatName;
  /** Absolute; undefined: stdout. */
  readonly path: string | undefined;
}

/** What is done with rewrites decides what stdout shows of them as text. */
export type Mode = "report" | "write" | "check" | "diff" | "list" | "update-baseline";

/** By --format and --output; the one on stdout is first. @throws UsageError */
export function readTargets(given: Given, cwd: string): readonly [Target, ...Target[]] {
  const named = given.text("format");
  const outputs = given.list("output").map((text) => readOutput(text, cwd));
  const [extra, second] = outputs.filter(({ path }) => path === undefined);
  if (extra !== undefined && (second !== undefined || named !== undefined))
    throw new UsageError(
      `only one report can go to stdout: ${named ?? second?.format ?? ""} or ${extra.format}? Name a file for the other.`,
    );
  const files = outputs.filter(({ path }) => path !== undefined);
  const twice = files.find(({ path }, index) => files.findIndex((one) => one.path === path) !== index);
  if (twice?.path !== undefined)
    throw new UsageError(`--output: ${twice.path} would be written twice. Name another file.`);
  const format = named !== undefined && isFormat(named) ? named : "text";
  return [extra ?? { format, path: undefined }, ...files];
}

function readOutput(text: string, cwd: string): Target {
  const [, name, path] = /^([^:]*):(.+)$/s.exec(text) ?? [];
  if (name === undefined || path === undefined)
    throw new UsageError(`--output ${text}: give a format and a file, for example --output sarif:dockopt.sarif.`);
  if (!isFormat(name)) {
    const near = nearest(name, formatNames);
    throw new UsageError(
      `--output ${text}: there is no format ${name}. ${near === undefined ? `There are: ${formatNames.join(", ")}.` : `Did you mean ${near}?`}`,
    );
  }
  return { format: name, path: path === "-" || path === "/dev/stdout" ? undefined : resolve(cwd, path) };
}

/** What came of an input. */
interface How {
  readonly written: boolean;
  readonly stdin: boolean;
  /** What the baseline does not hold; undefined: there is none. */
  readonly fresh: Judged["fresh"] | undefined;
}

/** Reports under way. */
export interface Reports {
  /** To be called before files are written: reports tell of the text before. */
  readonly look: (result: FileResult) => void;
  /** Of a file that was not read again: for --check and --list-different. */
  readonly recall: (path: string, changes: readonly string[]) => void;
  /** @throws WriteError */
  readonly add: (result: FileResult, how: How) => void;
  /** @throws WriteError */
  readonly end: () => void;
}

/** `color`: as given by --color. @throws UsageError when a file cannot be written. */
export async function openReports(
  targets: readonly Target[],
  mode: Mode,
  color: boolean | undefined,
  setting: Omit<Setting, "colors" | "width">,
): Promise<Reports> {
  const open: { readonly reporter: Reporter; readonly file: ReportFile | undefined }[] = [];
  for (const { format, path } of targets) {
    const make = await formats[format].load();
    const stream = path === undefined ? process.stdout : {};
    const colors = colorsFor(stream, path === undefined ? color : false, process.env);
    const width = path === undefined && process.stdout.isTTY ? process.stdout.columns : 80;
    const reporter = make({ ...setting, colors, width });
    open.push({ reporter, file: path === undefined ? undefined : openReport(path) });
  }
  const asText = targets[0]?.format === "text";
  const put = (file: ReportFile | undefined, text: string): void => {
    if (file === undefined) process.stdout.write(text);
    else file.write(text);
  };
  return {
    look: ({ insight }) => {
      insight.costs();
      if (targets.some(({ format }) => format === "json" || format === "jsonl")) insight.fixes();
    },
    recall: (path, changes) => {
      if (changes.length > 0) process.stdout.write(`${printable(path)}\n`);
    },
    add: (result, how) => {
      const told = tell(result, how.written);
      for (const { reporter, file } of open) {
        const short = file === undefined && asText ? listing(result, mode, how) : undefined;
        put(file, short ?? reporter.add(told));
      }
    },
    end: () => {
      for (const { reporter, file } of open) {
        put(file, reporter.end());
        file?.close();
      }
    },
  };
}

/** What is shown in place of a text report; undefined: nothing is. */
function listing({ changes, path, report }: FileResult, mode: Mode, how: How): string | undefined {
  switch (mode) {
    case "diff":
      return asIs(changes.map(unifiedDiff).join(""));
    case "check":
      if (changes.length > 0 && how.fresh !== undefined)
        return how.fresh
          .map((one) => `${printable(`${path}:${one.line}: ${one.message} (${one.transform})`)}\n`)
          .join("");
      return changes.length > 0 ? `${printable(path)}\n` : "";
    case "list":
      return changes.length > 0 ? `${printable(path)}\n` : "";
    case "update-baseline":
      return "";
    case "write":
      if (how.stdin) return asIs(report?.after ?? "");
      return how.written ? undefined : "";
    case "report":
      return undefined;
  }
}

/** For a program as it is; a terminal would obey what is in it. */
const asIs = (text: string): string => (process.stdout.isTTY ? printable(text) : text);

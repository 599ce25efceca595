import { readFileSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import yargs from "yargs";
import type { Options } from "../engine/run.js";
import { unifiedDiff } from "../report/diff.js";
import { jsonReport } from "../report/json.js";
import type { FileResult } from "../report/result.js";
import { colorsFor, printable } from "../report/terminal.js";
import { textReport } from "../report/text.js";
import { readTimings, type Timings } from "../facts/timings.js";
import { nearest } from "../syntax/validate.js";
import { transforms } from "../../transforms/index.js";
import { findFiles } from "./files.js";
import { helpText, options, type Option } from "./options.js";
import { processInput, type Input } from "./process.js";
import { WriteError, writeAll } from "./write.js";

/** Documented in LIBRARIES' conventions, README and --help. */
const EXIT = { fine: 0, changes: 1, failure: 2, noInput: 3, someFailed: 4 } as const;

class UsageError extends Error {}

interface Arguments {
  readonly paths: readonly string[];
  readonly mode: "report" | "write" | "check" | "diff" | "list";
  readonly format: string;
  readonly quiet: boolean;
  readonly color: boolean | undefined;
  readonly context: string | undefined;
  readonly stdinFilename: string | undefined;
  readonly engine: Options;
}

/** Runs the command line; returns the exit code. */
export function main(argv: readonly string[], cwd: string): number {
  try {
    const parsed = readArguments(argv, cwd);
    if (typeof parsed === "string") {
      process.stdout.write(parsed);
      return EXIT.fine;
    }
    return run(parsed, cwd);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`dockopt: ${printable(error.message)}\n`);
    return EXIT.failure;
  }
}

function version(): string {
  const url = new URL("../../../package.json", import.meta.url);
  const { version: text } = JSON.parse(readFileSync(url, "utf8")) as { readonly version: string };
  return `${text}\n`;
}

function readArguments(argv: readonly string[], cwd: string): Arguments | string {
  const flags = argv.slice(0, argv.includes("--") ? argv.indexOf("--") : undefined);
  if (flags.some((flag) => flag === "--help" || flag === "-h")) return helpText();
  if (flags.some((flag) => flag === "--version" || flag === "-V")) return version();
  const table: Readonly<Record<string, Option>> = options;
  const builder = yargs([...argv])
    .parserConfiguration({
      "boolean-negation": true,
      "duplicate-arguments-array": false,
      "parse-positional-numbers": false,
      "strip-aliased": true,
    })
    .options(
      Object.fromEntries(
        Object.entries(table).map(([name, { type, alias, choices }]) => [
          name,
          {
            type,
            alias: [...(alias ?? [])],
            ...(choices === undefined ? {} : { choices: [...choices] }),
            ...(type === "string" ? { requiresArg: true } : {}),
          },
        ]),
      ),
    )
    .help(false)
    .version(false)
    .exitProcess(false)
    .strictOptions()
    .fail((message: string | undefined, error: Error | undefined) => {
      throw new UsageError(usageMessage(message ?? error?.message ?? "wrong usage"));
    });
  const given = builder.parseSync();
  const text = (name: string): string | undefined => (typeof given[name] === "string" ? given[name] : undefined);
  const modes = (["write", "check", "diff", "list-different"] as const).filter((name) => given[name] === true);
  if (modes.length > 1) throw new UsageError(`--${modes.join(" and --")} exclude each other. Give one.`);
  const paths = [...given._.map(String), ...readList(text("files-from"), cwd)];
  if (paths.length === 0)
    throw new UsageError("no file named. Give a Dockerfile, a folder or - for stdin; dockopt --help shows more.");
  const [mode] = modes;
  return {
    paths,
    mode: mode === undefined ? "report" : mode === "list-different" ? "list" : mode,
    format: text("format") ?? "text",
    quiet: given["quiet"] === true,
    color: typeof given["color"] === "boolean" ? given["color"] : undefined,
    context: text("context"),
    stdinFilename: text("stdin-filename"),
    engine: {
      transforms: select(text("only"), text("skip")),
      evidence: {
        builder: text("builder") === "linear" ? "linear" : "buildkit",
        timings: readLog(text("timings"), cwd),
      },
      safety: given["unsafe"] === true ? "unsafe" : given["suggested"] === true ? "suggested" : "safe",
    },
  };
}

function usageMessage(message: string): string {
  const unknown = /^Unknown arguments?: (\S+?)(?:,|$)/.exec(message)?.[1];
  if (unknown === undefined) return `${message.replace(/\s*\n\s*/g, " ")}. dockopt --help shows the options.`;
  const near = nearest(unknown, Object.keys(options));
  return `there is no option ${unknown.length === 1 ? "-" : "--"}${unknown}.${near === undefined ? "" : ` Did you mean --${near}?`} dockopt --help shows all.`;
}

function readList(file: string | undefined, cwd: string): readonly string[] {
  if (file === undefined) return [];
  try {
    return readFileSync(file === "-" ? 0 : resolve(cwd, file), "utf8")
      .split(/\r?\n/)
      .filter((line) => line !== "");
  } catch (error) {
    throw new UsageError(
      `--files-from ${file}: it cannot be read (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}

function readLog(file: string | undefined, cwd: string): Timings | undefined {
  if (file === undefined) return undefined;
  let log: string;
  try {
    log = readFileSync(file === "-" ? 0 : resolve(cwd, file), "utf8");
  } catch (error) {
    throw new UsageError(
      `--timings ${file}: it cannot be read (${error instanceof Error ? error.message : String(error)})`,
    );
  }
  const timings = readTimings(log);
  if (timings === undefined)
    throw new UsageError(
      `--timings ${file}: no step of a build is in it. Give the output of docker build --progress=plain --no-cache.`,
    );
  return timings;
}

function select(only: string | undefined, skip: string | undefined): Options["transforms"] {
  const names = (list: string | undefined): readonly string[] => list?.split(",").map((name) => name.trim()) ?? [];
  const known = transforms.map((transform) => transform.name);
  for (const name of [...names(only), ...names(skip)]) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    throw new UsageError(
      `there is no transform \`${name}\`.${near === undefined ? ` There are: ${known.join(", ")}.` : ` Did you mean ${near}?`}`,
    );
  }
  return transforms.filter(
    ({ name }) => (only === undefined || names(only).includes(name)) && !names(skip).includes(name),
  );
}

function run(args: Arguments, cwd: string): number {
  const { inputs, problems } = collect(args, cwd);
  for (const problem of problems) process.stderr.write(`dockopt: ${printable(problem)}\n`);
  const results: FileResult[] = [];
  const pending = new Map<string, string>();
  let failed = problems.length > 0;
  let broken = false;
  for (const input of inputs) {
    const result = processInput(input, args.engine, args.context, cwd, pending);
    results.push(result);
    failed = warn(result, args) || failed;
    const unwritten = args.mode === "write" && write(result, input, cwd);
    broken ||= unwritten;
    if (args.format === "text" && !unwritten) show(result, args, input);
  }
  if (args.format === "json") process.stdout.write(jsonReport(results));
  if (inputs.length === 0) {
    if (problems.length === 0) process.stderr.write("dockopt: no Dockerfile found. Name one, or another folder.\n");
    return EXIT.noInput;
  }
  if (broken) return EXIT.failure;
  if (failed) return EXIT.someFailed;
  return args.mode === "check" && results.some((result) => result.changes.length > 0) ? EXIT.changes : EXIT.fine;
}

function collect(
  args: Arguments,
  cwd: string,
): { readonly inputs: readonly Input[]; readonly problems: readonly string[] } {
  const { files, problems } = findFiles(
    args.paths.filter((path) => path !== "-"),
    cwd,
  );
  const stdin: Input[] = args.paths.includes("-") ? [{ path: args.stdinFilename, text: readFileSync(0) }] : [];
  return { inputs: [...stdin, ...files.map((path): Input => ({ path }))], problems };
}

/** Says on stderr what is wrong with an input; returns whether anything is. */
function warn({ path, error, report, context }: FileResult, { quiet }: Arguments): boolean {
  if (error !== undefined) process.stderr.write(`${printable(`${path}: ${error}`)}\n`);
  for (const problem of report?.problems ?? [])
    process.stderr.write(`${printable(`${path}:${problem.line}:${problem.column}: ${problem.message}`)}\n`);
  if (context?.problem !== undefined && !quiet) process.stderr.write(`${printable(context.problem)}\n`);
  return error !== undefined || (report?.problems.length ?? 0) > 0;
}

function write({ changes }: FileResult, input: Input, cwd: string): boolean {
  if ("text" in input || changes.length === 0) return false;
  try {
    // Companions first: without them the rewritten Dockerfile would not be right.
    writeAll([...changes].reverse().map((change) => ({ ...change, path: resolve(cwd, change.path) })));
    return false;
  } catch (error) {
    if (!(error instanceof WriteError)) throw error;
    process.stderr.write(`dockopt: ${printable(error.message)}\n`);
    return true;
  }
}

function show(result: FileResult, args: Arguments, input: Input): void {
  const { changes, path, report } = result;
  const out = process.stdout;
  if (args.mode === "diff") out.write(changes.map(unifiedDiff).join(""));
  else if (args.mode === "check" || args.mode === "list") out.write(changes.length > 0 ? `${printable(path)}\n` : "");
  else if (args.mode === "write" && "text" in input) out.write(report?.after ?? "");
  else if (args.mode === "report" || changes.length > 0) {
    const text = textReport(
      result,
      colorsFor(out, args.color, process.env),
      out.isTTY ? out.columns : 80,
      args.mode === "write",
    );
    out.write(text);
  }
}

/** What the bin runs. */
export function start(): void {
  const quietPipe = (error: NodeJS.ErrnoException): void => {
    if (error.code === "EPIPE") process.exit(process.exitCode ?? EXIT.fine);
    throw error;
  };
  process.stdout.on("error", quietPipe);
  process.stderr.on("error", quietPipe);
  try {
    process.exitCode = main(process.argv.slice(2), process.cwd());
  } catch (error) {
    writeSync(
      2,
      `dockopt: this is a bug in dockopt, please report it.\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = EXIT.failure;
  }
}

start();

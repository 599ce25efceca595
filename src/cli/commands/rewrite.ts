import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createFinder, type Finder } from "../../builds/find.js";
import type { Options } from "../../engine/run.js";
import type { FileResult } from "../../project/result.js";
import { ignoredRemarks } from "../../project/ignored.js";
import { transforms } from "../../../transforms/index.js";
import { printable } from "../../report/terminal.js";
import { engineOptions, EXIT, readArguments, readList, UsageError } from "../arguments.js";
import { warnOfBuilds } from "../warnings.js";
import { findFiles, type Found } from "../files.js";
import { rewriteOptions } from "../options.js";
import { processInput, type Input } from "../process.js";
import { openReports, readTargets, type Mode, type Target } from "../reports.js";
import { WriteError, writeAll } from "../write.js";

interface Arguments {
  readonly paths: readonly string[];
  readonly mode: Mode;
  readonly targets: readonly Target[];
  readonly quiet: boolean;
  readonly color: boolean | undefined;
  readonly context: string | undefined;
  readonly stdinFilename: string | undefined;
  readonly engine: Options;
}

/** `dockopt FILE ...`: reports, shows, checks or writes the rewrites. Returns the exit code. @throws UsageError */
export async function rewrite(argv: readonly string[], cwd: string, version: string): Promise<number> {
  return run(read(argv, cwd), cwd, version);
}

function read(argv: readonly string[], cwd: string): Arguments {
  const given = readArguments(argv, rewriteOptions);
  const modes = (["write", "check", "diff", "list-different"] as const).filter((name) => given.has(name));
  if (modes.length > 1) throw new UsageError(`--${modes.join(" and --")} exclude each other. Give one.`);
  const paths = [...given.paths, ...readList(given.text("files-from"), cwd)];
  if (paths.length === 0)
    throw new UsageError("no file named. Give a Dockerfile, a folder or - for stdin; dockopt --help shows more.");
  const [mode] = modes;
  return {
    paths,
    mode: mode === undefined ? "report" : mode === "list-different" ? "list" : mode,
    targets: readTargets(given, cwd),
    quiet: given.has("quiet"),
    color: given.flag("color"),
    context: given.text("context"),
    stdinFilename: given.text("stdin-filename"),
    engine: engineOptions(given, cwd),
  };
}

async function run(args: Arguments, cwd: string, version: string): Promise<number> {
  const finder = createFinder(cwd);
  const { inputs, problems, notes } = collect(args, cwd, finder);
  for (const problem of problems) process.stderr.write(`dockopt: ${printable(problem)}\n`);
  checkTargets(args.targets, inputs, cwd);
  const setting = { version, cwd, transforms: args.engine.transforms, problems };
  const reports = await openReports(args.targets, args.mode, args.color, setting);
  const pending = new Map<string, string>();
  let failed = problems.length > 0;
  let broken = false;
  let changes = false;
  for (const input of inputs) {
    const result = processInput(input, args.engine, args.context, cwd, finder, pending);
    changes ||= result.changes.length > 0;
    failed = warn(result, args) || failed;
    const stdin = "text" in input;
    const writes = args.mode === "write" && !stdin && result.changes.length > 0;
    if (writes) reports.look(result);
    const written =
      writes &&
      wrote(() => {
        write(result, cwd);
      });
    const told = wrote(() => {
      reports.add(result, { written, stdin });
    });
    broken ||= (writes && !written) || !told;
  }
  if (!args.quiet) warnOfBuilds([...finder.problems(), ...notes], cwd);
  broken = !wrote(reports.end) || broken;
  if (inputs.length === 0) {
    if (problems.length === 0) process.stderr.write("dockopt: no Dockerfile found. Name one, or another folder.\n");
    return EXIT.noInput;
  }
  if (broken) return EXIT.failure;
  if (failed) return EXIT.someFailed;
  return args.mode === "check" && changes ? EXIT.changes : EXIT.fine;
}

function checkTargets(targets: readonly Target[], inputs: readonly Input[], cwd: string): void {
  const target = targets.find(({ path }) => inputs.some((input) => path === resolve(cwd, input.path ?? "-")));
  if (target?.path !== undefined)
    throw new UsageError(
      `--output ${target.format}:${target.path}: that is a Dockerfile to be read. Name another file.`,
    );
}

function collect(
  args: Arguments,
  cwd: string,
  finder: Finder,
): Omit<Found, "files"> & { readonly inputs: readonly Input[] } {
  const { files, problems, notes } = findFiles(
    args.paths.filter((path) => path !== "-"),
    cwd,
    finder,
  );
  const stdin: Input[] = args.paths.includes("-") ? [{ path: args.stdinFilename, text: readFileSync(0) }] : [];
  return { inputs: [...stdin, ...files.map((path): Input => ({ path }))], problems, notes };
}

/** Says on stderr what is wrong with an input; returns whether anything is. */
function warn({ path, error, report, contexts }: FileResult, { quiet, engine }: Arguments): boolean {
  if (error !== undefined) process.stderr.write(`${printable(`${path}: ${error}`)}\n`);
  for (const problem of report?.problems ?? [])
    process.stderr.write(`${printable(`${path}:${problem.line}:${problem.column}: ${problem.message}`)}\n`);
  for (const { problem } of contexts)
    if (problem !== undefined && !quiet) process.stderr.write(`${printable(problem)}\n`);
  if (report !== undefined && !quiet)
    for (const { line, message } of ignoredRemarks(report, namesOf(transforms), namesOf(engine.transforms)))
      process.stderr.write(`${printable(`${path}:${line}:1: ${message}`)}\n`);
  return error !== undefined || (report?.problems.length ?? 0) > 0;
}

const namesOf = (some: Options["transforms"]): readonly string[] => some.map((one) => one.name);

function write({ changes }: FileResult, cwd: string): void {
  // Companions first: without them the rewritten Dockerfile would not be right.
  writeAll([...changes].reverse().map((change) => ({ ...change, path: resolve(cwd, change.path) })));
}

/** Did it go well? Says on stderr why not. */
function wrote(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (!(error instanceof WriteError)) throw error;
    process.stderr.write(`dockopt: ${printable(error.message)}\n`);
    return false;
  }
}

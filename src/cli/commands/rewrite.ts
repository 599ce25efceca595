import { readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { createFinder, type Finder } from "../../builds/find.js";
import { settingsJson } from "../../config/print.js";
import type { Transform } from "../../transform.js";
import type { FileResult } from "../../project/result.js";
import { ignoredRemarks } from "../../project/ignored.js";
import { printable } from "../../report/terminal.js";
import { EXIT, readArguments, readList, UsageError } from "../arguments.js";
import { openSettings, type FileSettings, type SettingsSource } from "../settings.js";
import { noneChanged, onlyChanged, readWhich, type Which } from "../changed.js";
import { warnOfBuilds } from "../warnings.js";
import { findFiles, type Found } from "../files.js";
import { rewriteOptions } from "../options.js";
import { processInput, type Configured, type Input } from "../process.js";
import { checkInteractive } from "../interactive/usage.js";
import { openReports, readTargets, type Mode, type Target } from "../reports.js";
import { WriteError, writeAll } from "../write.js";

interface Arguments {
  readonly paths: readonly string[];
  readonly mode: Mode | "interactive" | "print-config";
  readonly targets: readonly Target[];
  readonly quiet: boolean;
  readonly color: boolean | undefined;
  readonly stdinFilename: string | undefined;
  readonly which: Which | undefined;
  readonly settings: SettingsSource;
}

/** `dockopt FILE ...`: reports, shows, checks or writes the rewrites. Returns the exit code. @throws UsageError */
export async function rewrite(argv: readonly string[], cwd: string, version: string): Promise<number> {
  return run(read(argv, cwd), cwd, version);
}

function read(argv: readonly string[], cwd: string): Arguments {
  const given = readArguments(argv, rewriteOptions);
  const named = (["interactive", "write", "check", "diff", "list-different", "print-config"] as const).filter((name) =>
    given.has(name),
  );
  // What is accepted is written, whether --write says so or not.
  const modes = named.filter((name) => name !== "write" || !given.has("interactive"));
  if (modes.length > 1) throw new UsageError(`--${modes.join(" and --")} exclude each other. Give one.`);
  if (given.has("interactive")) checkInteractive(given, process.stdin, process.stdout);
  const which = readWhich(given);
  const everywhere = which !== undefined && given.paths.length === 0 && given.text("files-from") === undefined;
  const paths = everywhere ? ["."] : [...given.paths, ...readList(given.text("files-from"), cwd)];
  const [mode] = modes;
  if (paths.length === 0 && mode !== "print-config")
    throw new UsageError("no file named. Give a Dockerfile, a folder or - for stdin; dockopt --help shows more.");
  return {
    paths,
    mode: mode === undefined ? "report" : mode === "list-different" ? "list" : mode,
    targets: readTargets(given, cwd),
    quiet: given.has("quiet"),
    color: given.flag("color"),
    stdinFilename: given.text("stdin-filename"),
    which,
    settings: openSettings(given, cwd),
  };
}

async function run(args: Arguments, cwd: string, version: string): Promise<number> {
  if (args.mode === "print-config") return printConfig(args, cwd);
  const finder = createFinder(cwd);
  const { found, problems, notes } = collect(args, cwd, finder);
  // A configuration that cannot be used is told of before anything is written.
  const inputs = ofChanged(await withSettings(found, args), args, cwd, finder);
  for (const problem of problems) process.stderr.write(`dockopt: ${printable(problem)}\n`);
  let failed = problems.length > 0;
  const { mode } = args;
  if (mode === "interactive") {
    const { interactive } = await import("../interactive/interactive.js");
    const warnOf = (result: FileResult, settings: FileSettings): boolean => warn(result, args, settings);
    const code = await interactive(inputs, { color: args.color, cwd, finder, warn: warnOf });
    if (!args.quiet) warnOfBuilds([...finder.problems(), ...notes], cwd);
    return code === EXIT.fine && failed ? EXIT.someFailed : code;
  }
  checkTargets(
    args.targets,
    inputs.map(({ input }) => input),
    cwd,
  );
  const known = [...new Set(inputs.flatMap(({ settings }) => settings.known))];
  const reports = await openReports(args.targets, mode, args.color, { version, cwd, transforms: known, problems });
  const pending = new Map<string, string>();
  let broken = false;
  let changes = false;
  for (const { input, settings } of inputs) {
    const result = processInput(input, settings.engine, settings.context, cwd, finder, pending);
    changes ||= result.changes.length > 0;
    failed = warn(result, args, settings) || failed;
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
  if (args.which !== undefined && inputs.length === 0 && problems.length === 0) {
    // A hook must pass where there is nothing to look at.
    if (!args.quiet) process.stderr.write(`dockopt: ${printable(noneChanged(args.which))}\n`);
    return EXIT.fine;
  }
  if (found.length === 0) {
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
): Omit<Found, "files"> & { readonly found: readonly Input[] } {
  const { files, problems, notes } = findFiles(
    args.paths.filter((path) => path !== "-"),
    cwd,
    finder,
  );
  const stdin: Input[] = args.paths.includes("-") ? [{ path: args.stdinFilename, text: readFileSync(0) }] : [];
  return { found: [...stdin, ...files.map((path): Input => ({ path }))], problems, notes };
}

/** Each input with what is in force for it. Those that a configuration leaves alone are left out; who has named one is told so. */
async function withSettings(
  inputs: readonly Input[],
  { settings: source, paths, quiet, mode }: Arguments,
): Promise<readonly Configured[]> {
  const taken: Configured[] = [];
  for (const input of inputs) {
    const settings = await source.for(input.path);
    if (settings.ignoredBy === undefined) taken.push({ input, settings });
    else {
      if (mode === "write" && "text" in input) process.stdout.write(input.text);
      if (!quiet && ("text" in input || paths.includes(input.path)))
        process.stderr.write(
          printable(`${input.path ?? "-"}: ${settings.ignoredBy} leaves it alone. --no-config takes it nonetheless.\n`),
        );
    }
  }
  return taken;
}

/** With --since or --staged, those that have changed. */
function ofChanged(
  inputs: readonly Configured[],
  { which, mode }: Arguments,
  cwd: string,
  finder: Finder,
): readonly Configured[] {
  if (which === undefined) return inputs;
  const files = inputs.map(({ input, settings }) => ({ path: input.path ?? "", context: settings.context }));
  const write = mode === "write" || mode === "interactive";
  const changed = onlyChanged(files, which, { cwd, finder, write });
  return inputs.flatMap(({ input, settings }) => {
    const one = changed.get(input.path ?? "");
    return one === undefined ? [] : { input: one, settings };
  });
}

/** The settings in force for one file, or for any Dockerfile in a folder. */
async function printConfig({ paths, stdinFilename, settings }: Arguments, cwd: string): Promise<number> {
  const [path = "Dockerfile", second] = paths;
  if (second !== undefined) throw new UsageError(`--print-config: give one file, not ${paths.length}.`);
  const isFolder = statSync(resolve(cwd, path), { throwIfNoEntry: false })?.isDirectory() === true;
  const file = path === "-" ? stdinFilename : isFolder ? join(path, "Dockerfile") : path;
  process.stdout.write(settingsJson({ ...(await settings.for(file)), file: file ?? null }));
  return EXIT.fine;
}

/** Says on stderr what is wrong with an input; returns whether anything is. */
function warn(
  { path, error, report, contexts }: FileResult,
  { quiet }: Arguments,
  { engine, known }: FileSettings,
): boolean {
  if (error !== undefined) process.stderr.write(`${printable(`${path}: ${error}`)}\n`);
  for (const problem of report?.problems ?? [])
    process.stderr.write(`${printable(`${path}:${problem.line}:${problem.column}: ${problem.message}`)}\n`);
  for (const { problem } of contexts)
    if (problem !== undefined && !quiet) process.stderr.write(`${printable(problem)}\n`);
  if (report !== undefined && !quiet)
    for (const { line, message } of ignoredRemarks(report, namesOf(known), namesOf(engine.transforms)))
      process.stderr.write(`${printable(`${path}:${line}:1: ${message}`)}\n`);
  return error !== undefined || (report?.problems.length ?? 0) > 0;
}

const namesOf = (some: readonly Transform[]): readonly string[] => some.map((one) => one.name);

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

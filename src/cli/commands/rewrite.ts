import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { createFinder } from "../../builds/find.js";
import { settingsJson } from "../../config/print.js";
import type { Options } from "../../engine/run.js";
import { unifiedDiff } from "../../report/diff.js";
import { jsonReport } from "../../report/json.js";
import type { FileResult } from "../../project/result.js";
import { colorsFor, printable } from "../../report/terminal.js";
import { textReport } from "../../report/text.js";
import { EXIT, readArguments, readList, UsageError } from "../arguments.js";
import { openBaseline, type Baseline, type Judged } from "../baseline.js";
import { collectInputs, withSettings } from "../inputs.js";
import { openSettings, type SettingsSource } from "../settings.js";
import { warnOfBuilds, warnOfFile } from "../warnings.js";
import { rewriteOptions } from "../options.js";
import { processInput, type Input } from "../process.js";
import { WriteError, writeAll } from "../write.js";

interface Arguments {
  readonly paths: readonly string[];
  readonly mode: "report" | "write" | "check" | "diff" | "list" | "print-config" | "update-baseline";
  readonly format: string;
  readonly quiet: boolean;
  readonly color: boolean | undefined;
  readonly stdinFilename: string | undefined;
  readonly settings: SettingsSource;
  readonly baseline: Baseline | undefined;
}

/** `dockopt FILE ...`: reports, shows, checks or writes the rewrites. Returns the exit code. @throws UsageError */
export async function rewrite(argv: readonly string[], cwd: string): Promise<number> {
  return run(read(argv, cwd), cwd);
}

function read(argv: readonly string[], cwd: string): Arguments {
  const given = readArguments(argv, rewriteOptions);
  const modes = (["write", "check", "diff", "list-different", "print-config", "update-baseline"] as const).filter(
    (name) => given.has(name),
  );
  if (modes.length > 1) throw new UsageError(`--${modes.join(" and --")} exclude each other. Give one.`);
  const paths = [...given.paths, ...readList(given.text("files-from"), cwd)];
  const [mode] = modes;
  if (paths.length === 0 && mode !== "print-config")
    throw new UsageError("no file named. Give a Dockerfile, a folder or - for stdin; dockopt --help shows more.");
  const baseline = given.text("baseline");
  if (mode === "update-baseline" && baseline === undefined)
    throw new UsageError("--update-baseline: which file? Name it with --baseline FILE.");
  if (baseline !== undefined && paths.includes("-") && given.text("stdin-filename") === undefined)
    throw new UsageError("--baseline knows files by their paths; what comes on stdin has none. Give --stdin-filename.");
  return {
    paths,
    mode: mode === undefined ? "report" : mode === "list-different" ? "list" : mode,
    format: given.text("format") ?? "text",
    quiet: given.has("quiet"),
    color: given.flag("color"),
    stdinFilename: given.text("stdin-filename"),
    settings: openSettings(given, cwd),
    baseline: baseline === undefined ? undefined : openBaseline(baseline, mode === "update-baseline", cwd),
  };
}

async function run(args: Arguments, cwd: string): Promise<number> {
  const { mode, baseline, quiet } = args;
  if (mode === "print-config") return printConfig(args, cwd);
  const finder = createFinder(cwd);
  const { found, failed: notFound, notes } = collectInputs(args.paths, args.stdinFilename, cwd, finder);
  // A configuration that cannot be used is told of before anything is written.
  const { taken, ignored } = await withSettings(found, args.settings, args.paths, quiet);
  for (const input of ignored) if (mode === "write" && "text" in input) process.stdout.write(input.text);
  const results: FileResult[] = [];
  const pending = new Map<string, string>();
  let failed = notFound;
  let broken = false;
  for (const { input, settings } of taken) {
    const { engine, context } = settings;
    const optimized = (options: Options): FileResult => processInput(input, options, context, cwd, finder, pending);
    const judged = baseline?.judge(input.path ?? "", engine, optimized);
    const result = judged?.result ?? optimized(engine);
    results.push(result);
    failed = warnOfFile(result, settings, quiet) || failed;
    const unwritten = mode === "write" && write(result, input, cwd);
    broken ||= unwritten;
    if (args.format === "text" && !unwritten) show(result, args, input, judged?.fresh);
  }
  if (!quiet) warnOfBuilds([...finder.problems(), ...notes], cwd);
  if (args.format === "json") process.stdout.write(jsonReport(results));
  if (found.length === 0) return EXIT.noInput;
  if (baseline !== undefined) broken = settle(baseline, args) || broken;
  if (broken) return EXIT.failure;
  if (failed) return EXIT.someFailed;
  return mode === "check" && results.some((result) => result.changes.length > 0) ? EXIT.changes : EXIT.fine;
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

function write({ changes }: FileResult, input: Input, cwd: string): boolean {
  if ("text" in input || changes.length === 0) return false;
  // Companions first: without them the rewritten Dockerfile would not be right.
  return !wrote(() => {
    writeAll([...changes].reverse().map((change) => ({ ...change, path: resolve(cwd, change.path) })));
  });
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

/** Writes the baseline anew, or says what it holds too much; returns whether it could not be written. */
function settle(baseline: Baseline, { mode, quiet }: Arguments): boolean {
  if (mode === "update-baseline")
    return !wrote(() => {
      process.stdout.write(`${printable(baseline.update())}\n`);
    });
  const remark = baseline.remark();
  if (remark !== undefined && !quiet) process.stderr.write(`dockopt: ${printable(remark)}\n`);
  return false;
}

function show(result: FileResult, args: Arguments, input: Input, fresh: Judged["fresh"] | undefined): void {
  const { changes, path, report } = result;
  const out = process.stdout;
  if (args.mode === "update-baseline") return;
  if (args.mode === "check" && fresh !== undefined && changes.length > 0)
    out.write(fresh.map((one) => `${printable(`${path}:${one.line}: ${one.message} (${one.transform})`)}\n`).join(""));
  else if (args.mode === "diff") out.write(changes.map(unifiedDiff).join(""));
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

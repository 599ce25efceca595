import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { createFinder } from "../../builds/find.js";
import { settingsJson } from "../../config/print.js";
import type { Options } from "../../engine/run.js";
import type { FileResult } from "../../project/result.js";
import { plainJson, printable } from "../../report/terminal.js";
import { EXIT, UsageError } from "../exit.js";
import type { Baseline } from "../baseline.js";
import { noneChanged, onlyChanged } from "../changed.js";
import { collectInputs, sayNothingFound, withSettings } from "../inputs.js";
import { undisturbed } from "../interrupt.js";
import { processInput, type Configured } from "../process.js";
import { folderProject, type FolderProject } from "../project.js";
import { openReports, type Mode, type Target } from "../reports.js";
import type { FileSettings } from "../settings.js";
import { warnOfBuilds, warnOfFile } from "../warnings.js";
import { WriteError, writeAll } from "../write.js";
import type { Project } from "../../project/contexts.js";
import { openCache } from "../cache.js";
import { readRewrite, type Arguments } from "./rewrite/arguments.js";

/** `dockopt FILE ...`: reports, shows, checks or writes the rewrites. Returns the exit code. @throws UsageError */
export async function rewrite(argv: readonly string[], cwd: string, version: string): Promise<number> {
  const args = readRewrite(argv, cwd);
  const { mode, which, quiet } = args;
  if (mode === "print-config") return printConfig(args, cwd);
  const finder = createFinder(cwd);
  const project = folderProject(finder);
  const { found, problems, notes } = collectInputs(args.paths, args.stdinFilename, cwd, finder);
  // A configuration that cannot be used is told of before anything is written.
  const { taken, ignored } = await withSettings(found, args.settings, args.paths, quiet);
  for (const input of ignored)
    if (mode === "write" && "text" in input)
      process.stdout.write(process.stdout.isTTY ? printable(new TextDecoder().decode(input.text)) : input.text);
  const inputs = ofChanged(taken, args, cwd, project);
  const work = { inputs, args, cwd, project, version, problems };
  const code = mode === "interactive" ? await ask(work) : await rewriteAll(work, mode);
  if (!quiet) warnOfBuilds([...finder.problems(), ...notes], cwd);
  if (which !== undefined && inputs.length === 0 && problems.length === 0) {
    // A hook must pass where there is nothing to look at.
    if (!quiet) process.stderr.write(`dockopt: ${printable(noneChanged(which))}\n`);
    return EXIT.fine;
  }
  if (found.length === 0) {
    sayNothingFound(problems);
    return EXIT.noInput;
  }
  const wellDone = code === EXIT.fine || code === EXIT.changes;
  return wellDone && problems.length > 0 ? EXIT.someFailed : code;
}

/** The settings in force for one file, or for any Dockerfile in a folder. */
async function printConfig({ paths, stdinFilename, settings }: Arguments, cwd: string): Promise<number> {
  const [path = "Dockerfile", second] = paths;
  if (second !== undefined) throw new UsageError(`--print-config: give one file, not ${paths.length}.`);
  const isFolder = statSync(resolve(cwd, path), { throwIfNoEntry: false })?.isDirectory() === true;
  const file = path === "-" ? stdinFilename : isFolder ? join(path, "Dockerfile") : path;
  process.stdout.write(plainJson(settingsJson({ ...(await settings.for(file)), file: file ?? null })));
  return EXIT.fine;
}

/** With --since or --staged, those that have changed. */
function ofChanged(
  inputs: readonly Configured[],
  { which, mode }: Arguments,
  cwd: string,
  project: Project,
): readonly Configured[] {
  if (which === undefined) return inputs;
  const files = inputs.map(({ input, settings }) => ({ path: input.path ?? "", context: settings.context }));
  const write = mode === "write" || mode === "interactive";
  const changed = onlyChanged(files, which, { cwd, project, write });
  return inputs.flatMap(({ input, settings }) => {
    const one = changed.get(input.path ?? "");
    return one === undefined ? [] : { input: one, settings };
  });
}

interface Work {
  readonly inputs: readonly Configured[];
  readonly args: Arguments;
  readonly cwd: string;
  readonly project: FolderProject;
  readonly version: string;
  /** Of the paths that were named; said already. */
  readonly problems: readonly string[];
}

async function ask({ inputs, args, cwd, project }: Work): Promise<number> {
  if (inputs.length === 0) return EXIT.fine;
  const { interactive } = await import("../interactive/interactive.js");
  const warn = (result: FileResult, settings: FileSettings): boolean => warnOfFile(result, settings, args.quiet).failed;
  return interactive(inputs, { color: args.color, cwd, project, warn });
}

async function rewriteAll({ inputs, args, cwd, project, version, problems }: Work, mode: Mode): Promise<number> {
  checkTargets(args.targets, inputs, cwd);
  const known = [...new Set(inputs.flatMap(({ settings }) => settings.known))];
  const reports = await openReports(args.targets, mode, args.color, { version, cwd, transforms: known, problems });
  const cache = args.cache === undefined ? undefined : openCache(args.cache, version, project, cwd);
  const pending = new Map<string, string>();
  let [broken, failed, changes] = [false, false, false];
  for (const { input, settings } of inputs) {
    const found = cache?.find(input, settings, pending);
    if (found?.known !== undefined && (mode === "check" || mode === "list" || found.known.changes.length === 0)) {
      changes ||= found.known.changes.length > 0;
      for (const [path, text] of found.known.pending) pending.set(path, text);
      reports.recall(found.shown, found.known.changes);
      continue;
    }
    const optimized = (options: Options): FileResult =>
      processInput(input, options, settings.context, cwd, found?.project ?? project, pending);
    const judged = args.baseline?.judge(input.path ?? "", settings.engine, optimized);
    const result = judged?.result ?? optimized(settings.engine);
    changes ||= result.changes.length > 0;
    const warned = warnOfFile(result, settings, args.quiet);
    failed ||= warned.failed;
    if (!warned.any) found?.keep(result);
    const stdin = "text" in input;
    const writes = mode === "write" && !stdin && result.changes.length > 0;
    if (writes) reports.look(result);
    const written =
      writes &&
      (await undisturbed(() =>
        wrote(() => {
          write(result, cwd);
        }),
      ));
    const told = wrote(() => {
      reports.add(result, { written, stdin, fresh: judged?.fresh });
    });
    broken ||= (writes && !written) || !told;
  }
  broken = !(await undisturbed(() => wrote(reports.end))) || broken;
  if (cache !== undefined) broken = !(await undisturbed(() => wrote(cache.save))) || broken;
  if (args.baseline !== undefined) {
    const { baseline } = args;
    broken = !(await undisturbed(() => settled(baseline, args, mode))) || broken;
  }
  if (broken) return EXIT.failure;
  if (failed) return EXIT.someFailed;
  return mode === "check" && changes ? EXIT.changes : EXIT.fine;
}

function checkTargets(targets: readonly Target[], inputs: readonly Configured[], cwd: string): void {
  const target = targets.find(({ path }) => inputs.some(({ input }) => path === resolve(cwd, input.path ?? "-")));
  if (target?.path !== undefined)
    throw new UsageError(
      `--output ${target.format}:${target.path}: that is a Dockerfile to be read. Name another file.`,
    );
}

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

/** Writes the baseline anew, or says what it holds too much. Did it go well? */
function settled(baseline: Baseline, { quiet, targets }: Arguments, mode: Mode): boolean {
  if (mode === "update-baseline") {
    // It is the result, unless that is a report for programs.
    const out = targets[0].format === "text" ? process.stdout : process.stderr;
    return wrote(() => out.write(`${printable(baseline.update())}\n`));
  }
  const remark = baseline.remark();
  if (remark !== undefined && !quiet) process.stderr.write(`dockopt: ${printable(remark)}\n`);
  return true;
}

import { relative, resolve } from "node:path";
import { createFinder } from "../../builds/find.js";
import { changedSince, loadHistory } from "../../context/load-history.js";
import type { History } from "../../context/history.js";
import { withCompanions } from "../../context/overlay.js";
import { createFacts, type Facts } from "../../facts/facts.js";
import { folderProject } from "../project.js";
import { readInputs } from "../../facts/install-inputs.js";
import { layersOf, rebuildsAfter } from "../../facts/cost/layers.js";
import { layersJson, layersText, type LayersReport, type LayersView, type Replay } from "../../report/layers.js";
import { colorsFor, printable } from "../../report/terminal.js";
import type { Instruction } from "../../syntax/nodes.js";
import { parse } from "../../syntax/parse.js";
import { readArguments, type Given } from "../arguments.js";
import { EXIT, UsageError } from "../exit.js";
import { layersOptions } from "../options.js";
import { openSettings } from "../settings.js";
import { warnOfBuilds } from "../warnings.js";
import { optimizeAll } from "../../project/optimize.js";
import { readInput } from "../process.js";

/** `dockopt layers FILE`: the layer model made visible. Returns the exit code. @throws UsageError */
export async function layers(argv: readonly string[], cwd: string): Promise<number> {
  const given = readArguments(argv, layersOptions);
  const [path, second] = given.paths;
  if (path === undefined || second !== undefined)
    throw new UsageError(
      `give one Dockerfile${second === undefined ? "" : `, not ${given.paths.length}`}: dockopt layers FILE. For changed paths: --changed PATH..`,
    );
  if (path === "-")
    throw new UsageError("what comes on stdin has no name to be called by. Give a file: dockopt layers FILE.");
  const settings = await openSettings(given, cwd).for(path);
  const finder = createFinder(cwd);
  const read = readInput({ path }, settings.context, cwd, folderProject(finder));
  warnOfBuilds(finder.problems(), cwd);
  if ("problem" in read) {
    process.stderr.write(`${printable(`${path}: ${read.problem}`)}\n`);
    return EXIT.noInput;
  }
  const parsed = parse(read.text);
  if (!parsed.ok) {
    for (const { line, column, message } of parsed.problems)
      process.stderr.write(`${printable(`${path}:${line}:${column}: ${message}`)}\n`);
    return EXIT.someFailed;
  }
  // Where builds differ in their contexts, it shows the first one.
  const [{ report, opened, context, evidence }] = optimizeAll(read.text, read.opened, settings.engine, cwd);
  const folder = opened?.folder;
  const changed = changedPaths(given, folder, cwd);
  const history = replayed(given, folder);
  const rewritten = parse(report.after);
  const before = createFacts(parsed.document, context, evidence);
  const views = [viewOf("as it is", before, changed, history)];
  if (report.applied.length > 0 && rewritten.ok)
    views.push(
      viewOf(
        "rewritten",
        createFacts(rewritten.document, withCompanions(context, report.companions), evidence),
        changed,
        history,
      ),
    );
  const commits = evidence.history?.commits.length;
  const result: LayersReport = {
    path,
    views,
    changed,
    rewrites: [...new Set(report.applied.map((one) => one.transform))],
    odds: commits === undefined ? "assumed odds" : `odds of the last ${commits} commits`,
  };
  process.stdout.write(
    given.text("format") === "json"
      ? layersJson(result)
      : layersText(result, colorsFor(process.stdout, given.flag("color"), process.env)),
  );
  return EXIT.fine;
}

function viewOf(
  name: string,
  facts: Facts,
  changed: readonly string[] | undefined,
  history: History | undefined,
): LayersView {
  return {
    name,
    stages: layersOf(facts),
    rebuilds: changed === undefined ? undefined : rebuildsAfter(changed, facts),
    replay: history === undefined ? undefined : replay(history, facts),
  };
}

/** Paths given or found by git, relative to the build context. */
function changedPaths(given: Given, folder: string | undefined, cwd: string): readonly string[] | undefined {
  const revision = given.text("changed-since");
  const named = given.list("changed");
  if (revision === undefined && named.length === 0) return undefined;
  if (folder === undefined)
    throw new UsageError("there is no build context, so nothing in it can have changed. Name it with --context.");
  const since = revision === undefined ? [] : changedSince(folder, revision);
  if (since === undefined)
    throw new UsageError(`--changed-since ${revision ?? ""}: git knows no such revision in ${folder}.`);
  // A path may be meant from here, or from the context.
  const own = named.map((path) => {
    const fromHere = relative(folder, resolve(cwd, path)).split("\\").join("/");
    if (!fromHere.startsWith("..")) return fromHere;
    if (/^(?:\.\.)?\//.test(path))
      throw new UsageError(`--changed ${path}: that is no path in the build context ${folder}.`);
    return path;
  });
  return [...own, ...since];
}

function replayed(given: Given, folder: string | undefined): History | undefined {
  const text = given.text("history");
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UsageError(`--history ${text}: give a number of commits, such as 200.`);
  const history = folder === undefined ? undefined : loadHistory(folder, Number(text));
  if (history === undefined) throw new UsageError(`--history: the build context ${folder ?? ""} has no git history.`);
  return history;
}

/** Every commit as a change of the context as it is today. */
function replay({ commits }: History, facts: Facts): Replay {
  const installs = downloads(facts);
  const runs = commits.map((paths) => rebuildsAfter(paths, facts));
  const mean = (sum: number): number => sum / commits.length;
  return {
    commits: commits.length,
    steps: mean(runs.reduce((sum, run) => sum + run.length, 0)),
    seconds: mean(runs.reduce((sum, run) => sum + run.reduce((all, one) => all + one.seconds, 0), 0)),
    installs:
      installs.size === 0 ? undefined : runs.filter((run) => run.some((one) => installs.has(one.instruction))).length,
  };
}

/** RUNs that download dependencies: a build that would do it by itself counts only where nothing before it has. */
function downloads(facts: Facts): ReadonlySet<Instruction> {
  const found = new Set<Instruction>();
  for (const stage of facts.document.stages) {
    const done = new Set<string>();
    for (const run of stage.instructions) {
      if (run.kind !== "RUN") continue;
      for (const fact of facts.commands(run)) {
        const { install } = fact;
        if (install === undefined) continue;
        const read = readInputs([fact], facts);
        const itself = !("reason" in read) && read.inputs.insert !== undefined;
        if (!itself || !done.has(install.ecosystem.name)) found.add(run);
        done.add(install.ecosystem.name);
      }
    }
  }
  return found;
}

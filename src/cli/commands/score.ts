import { createFinder } from "../../builds/find.js";
import type { FileResult } from "../../project/result.js";
import { scoreJson, scoreOf, scoreText, totalOf, type FileScore } from "../../report/score.js";
import { colorsFor } from "../../report/terminal.js";
import { LEVELS, type Safety } from "../../transform.js";
import { readArguments, readList } from "../arguments.js";
import { EXIT, UsageError } from "../exit.js";
import { collectInputs, sayNothingFound, withSettings } from "../inputs.js";
import { scoreOptions } from "../options.js";
import { folderProject } from "../project.js";
import { processInput } from "../process.js";
import { openSettings } from "../settings.js";
import { warnOfBuilds, warnOfFile } from "../warnings.js";

/** `dockopt score [PATHS]`: what rebuilds cost, and what is left to save. Returns the exit code. @throws UsageError */
export async function score(argv: readonly string[], cwd: string): Promise<number> {
  const given = readArguments(argv, scoreOptions);
  const quiet = given.has("quiet");
  const least = readMinimum(given.text("min"));
  const listed = [...given.paths, ...readList(given.text("files-from"), cwd)];
  const finder = createFinder(cwd);
  const project = folderProject(finder);
  const paths = listed.length === 0 ? ["."] : listed;
  const { found, problems, notes } = collectInputs(paths, given.text("stdin-filename"), cwd, finder);
  const { taken } = await withSettings(found, openSettings(given, cwd), paths, quiet);
  const files: FileScore[] = [];
  let failed = problems.length > 0;
  for (const { input, settings } of taken) {
    // Each file by itself: what is scored is what lies there.
    const optimized = (safety: Safety): FileResult =>
      processInput(input, { ...settings.engine, safety }, settings.context, cwd, project, new Map());
    const safe = optimized("safe");
    if (warnOfFile(safe, settings, quiet).failed) failed = true;
    else files.push(scored(safe, settings.engine.safety, optimized));
  }
  if (!quiet) warnOfBuilds([...finder.problems(), ...notes], cwd);
  if (found.length === 0) {
    sayNothingFound(problems);
    return EXIT.noInput;
  }
  const out = process.stdout;
  if (given.text("format") === "json") out.write(scoreJson(files));
  else if (files.length > 0)
    out.write(scoreText(files, colorsFor(out, given.flag("color"), process.env), out.isTTY ? out.columns : 80));
  if (failed) return EXIT.someFailed;
  const reached = scoreOf(totalOf(files));
  if (least === undefined || reached >= least) return EXIT.fine;
  process.stderr.write(`dockopt: the score is ${reached}, and --min asks for ${least}.\n`);
  return EXIT.changes;
}

/** `safe`: what the safe rewrites make of the file; the levels above are tried as far as people may want them. */
function scored(safe: FileResult, level: Safety, optimized: (safety: Safety) => FileResult): FileScore {
  const levels = LEVELS.filter((one) => one !== "unsafe" || level === "unsafe");
  const results = levels.map((one) => [one, one === "safe" ? safe : optimized(one)] as const);
  const [now = 0] = safe.insight.costs();
  const after = new Map(results.map(([one, { insight }]) => [one, insight.costs().at(-1) ?? now]));
  return { path: safe.path, now, best: after.get(level) ?? now, after, level, ...safe.insight.basis() };
}

function readMinimum(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^(?:\d{1,2}|100)$/.test(text)) throw new UsageError(`--min ${text}: give a score from 0 to 100.`);
  return Number(text);
}

import { LEVELS, type Safety } from "../transform.js";
import { printable, wrap, type Colors, plainJson } from "./terminal.js";

/** Seconds that an average rebuild is expected to take. */
export interface Costs {
  readonly now: number;
  /** After the rewrites that are asked for. */
  readonly best: number;
  /** After those of each level that was tried, from the strictest. */
  readonly after: ReadonlyMap<Safety, number>;
}

export interface FileScore extends Costs {
  /** As shown to people. */
  readonly path: string;
  /** What is asked for. */
  readonly level: Safety;
  /** The odds of changes are those of so many commits; undefined: assumed. */
  readonly commits: number | undefined;
  /** The seconds are those of a recorded build; false: of a table. */
  readonly timed: boolean;
}

/** 0 to 100: how near a rebuild is to the best that dockopt knows, `100 * best / now`. 100 only where nothing is left to save. */
export function scoreOf({ now, best }: Costs): number {
  return best >= now ? 100 : Math.floor((100 * best) / now);
}

/** All files built one after the other. */
export function totalOf(files: readonly Costs[]): Costs {
  const levels = LEVELS.filter((level) => files.some(({ after }) => after.has(level)));
  const sum = (value: (file: Costs) => number): number => files.reduce((all, file) => all + value(file), 0);
  return {
    now: sum((file) => file.now),
    best: sum((file) => file.best),
    after: new Map(levels.map((level) => [level, sum((file) => file.after.get(level) ?? file.best)])),
  };
}

/** The share of now that is saved, 0 to 1. */
const savedShare = (now: number, after: number): number => (now === 0 ? 0 : Math.max(0, 1 - after / now));

const round = (value: number): number => Math.round(value * 1000) / 1000;

/** For dashboards; `version` changes when a field changes its meaning. */
export function scoreJson(files: readonly FileScore[]): string {
  const fields = (costs: Costs): Readonly<Record<string, unknown>> => ({
    score: files.length === 0 ? null : scoreOf(costs),
    secondsNow: round(costs.now),
    after: Object.fromEntries(
      [...costs.after].map(([level, seconds]) => [
        level,
        { seconds: round(seconds), savedShare: round(savedShare(costs.now, seconds)) },
      ]),
    ),
  });
  const rows = files.map(({ path, level, commits, timed, ...costs }) => ({
    path,
    level,
    ...fields(costs),
    odds: commits === undefined ? "assumed" : `${commits} commits`,
    seconds: timed ? "recorded" : "assumed",
  }));
  return plainJson(JSON.stringify({ version: 1, ...fields(totalOf(files)), files: rows }, null, 2)) + "\n";
}

const time = (seconds: number): string => `${seconds.toFixed(seconds < 99.5 ? 1 : 0)} s`;

const percent = (share: number): string => (share > 0 && share < 0.005 ? "under 1 %" : `${Math.round(100 * share)} %`);

export function scoreText(files: readonly FileScore[], colors: Colors, width: number): string {
  const total = totalOf(files);
  const levels = [...total.after.keys()];
  const row = (costs: Costs, name: string): string => {
    const seconds = [costs.now, ...levels.map((level) => costs.after.get(level) ?? costs.best)];
    return `${String(scoreOf(costs)).padStart(5)}${seconds.map((one) => time(one).padStart(10)).join("")}  ${printable(name)}`;
  };
  const saved = [...total.after].map(
    ([level, after]) => `${percent(savedShare(total.now, after))} by ${level} rewrites`,
  );
  const all = files.length === 1 ? "the file" : `all ${files.length} files`;
  return [
    colors.dim(`score${["now", ...levels].map((one) => one.padStart(10)).join("")}  file`),
    ...files.map((file) => row(file, file.path)),
    ...(files.length === 1 ? [] : [colors.bold(row(total, all))]),
    "",
    colors.bold(`Score ${scoreOf(total)} of 100 (100: what is asked for would save nothing).`),
    wrap(`Expected of a rebuild of ${all}, on average: ${time(total.now)}. To save: ${saved.join(", ")}.`, width, 0),
    wrap(basisOf(files), width, 0),
    "",
  ].join("\n");
}

/** What the numbers rest on. */
function basisOf(files: readonly FileScore[]): string {
  const known = files.filter(({ commits }) => commits !== undefined).length;
  const odds =
    known === files.length
      ? "how often files change is from the git history"
      : known === 0
        ? "how often files change is assumed (no git history)"
        : `how often files change is from the git history (assumed for ${files.length - known} of ${files.length})`;
  const seconds = files.some(({ timed }) => timed)
    ? "seconds are of the log, else of a table of commands"
    : "seconds are of a table of commands (--timings FILE gives those of a build)";
  return `They are estimates: ${odds}; ${seconds}. What cache mounts save is not counted.`;
}

import type { Layer, Rebuild, StageLayers } from "../facts/cost/layers.js";
import { printable, wrap, type Colors, plainJson } from "./terminal.js";

/** A Dockerfile as layers, and what is built again after a change. */
export interface LayersView {
  /** "as it is", "rewritten". */
  readonly name: string;
  readonly stages: readonly StageLayers[];
  /** When a change is given. */
  readonly rebuilds: readonly Rebuild[] | undefined;
  readonly replay: Replay | undefined;
}

/** The last commits of the repository, each as a change of the context. */
export interface Replay {
  readonly commits: number;
  /** Means per commit. */
  readonly steps: number;
  readonly seconds: number;
  /** Commits after which a dependency install runs again; undefined: the file has none. */
  readonly installs: number | undefined;
}

export interface LayersReport {
  readonly path: string;
  /** As it is first; then rewritten, when something was. */
  readonly views: readonly LayersView[];
  readonly changed: readonly string[] | undefined;
  readonly rewrites: readonly string[];
  /** "history of 200 commits" or "assumed": where the odds come from. */
  readonly odds: string;
}

/** Expected seconds of a rebuild: what is built only. */
export const expectedOf = (stages: readonly StageLayers[]): number =>
  stages
    .filter((one) => one.built)
    .reduce((sum, { layers }) => sum + layers.reduce((all, one) => all + one.expected, 0), 0);

export function layersJson(report: LayersReport): string {
  const views = report.views.map(({ name, stages, rebuilds, replay }) => ({
    name,
    expectedSeconds: round(expectedOf(stages)),
    stages: stages.map(({ stage, built, layers }) => ({
      name: stage.name ?? String(stage.index),
      built,
      steps: layers.map((layer) => stepJson(layer, rebuilds)),
    })),
    rebuiltSeconds: rebuilds === undefined ? null : round(secondsOf(rebuilds)),
    history: replay ?? null,
  }));
  const { path, changed, rewrites, odds } = report;
  return (
    plainJson(JSON.stringify({ version: 1, path, odds, changed: changed ?? null, rewrites, views }, null, 2)) + "\n"
  );
}

function stepJson(layer: Layer, rebuilds: readonly Rebuild[] | undefined): Record<string, unknown> {
  const { instruction, makes, dependsOn, seconds, changes, expected } = layer;
  const rebuild = rebuilds?.find((one) => one.instruction === instruction);
  return {
    line: instruction.startLine,
    instruction: textOf(layer),
    makes,
    dependsOn,
    seconds: round(seconds),
    changes: round(changes),
    expectedSeconds: round(expected),
    ...(rebuilds === undefined
      ? {}
      : { rebuilt: rebuild !== undefined, certain: rebuild?.certain ?? true, why: rebuild?.why ?? null }),
  };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
const secondsOf = (rebuilds: readonly Rebuild[]): number => rebuilds.reduce((sum, one) => sum + one.seconds, 0);
const textOf = ({ instruction }: Layer): string =>
  [instruction.kind, ...instruction.flags.map((flag) => flag.text), instruction.body.text]
    .join(" ")
    .replace(/\s+/g, " ")
    .trim();
const time = (seconds: number): string => `${seconds.toFixed(seconds < 99.5 ? 1 : 0)} s`;

const WIDTH = 79;
const BAR = 8;

export function layersText(report: LayersReport, colors: Colors): string {
  const longest = Math.max(
    ...report.views.flatMap(({ stages }) => stages.flatMap(({ layers }) => layers.map((one) => one.expected))),
    0.1,
  );
  const lines = report.views.flatMap((view) => viewLines(view, report, longest, colors));
  return [...lines, ...summary(report, colors), ""].join("\n");
}

function viewLines(view: LayersView, report: LayersReport, longest: number, colors: Colors): string[] {
  const title = `${printable(report.path)} ${view.name}: ${time(expectedOf(view.stages))} per rebuild on average (${report.odds})`;
  const stages = view.stages.flatMap(({ stage, built, layers }) => {
    const name = stage.name === undefined ? `stage ${stage.index}` : `stage ${stage.name}`;
    const head = `${printable(name)}, FROM ${printable(stage.from.image.text)}${built ? "" : " (not built: no image needs it)"}`;
    return [
      "",
      cut(head, WIDTH),
      ...layers.slice(1).flatMap((layer) => layerLines(layer, view.rebuilds, longest, colors)),
    ];
  });
  const last = view.rebuilds === undefined ? "costs" : "";
  const columns =
    `line  ${"step".padEnd(38)}${"takes".padStart(9)}${"changes".padStart(8)}${last.padStart(7)}`.trimEnd();
  return [colors.bold(wrap(title, WIDTH, 2)), colors.dim(columns), ...stages.slice(1), ""];
}

const cut = (text: string, width: number): string => (text.length > width ? `${text.slice(0, width - 1)}…` : text);

function layerLines(layer: Layer, rebuilds: readonly Rebuild[] | undefined, longest: number, colors: Colors): string[] {
  const { instruction, makes, dependsOn, seconds, changes, expected } = layer;
  const step = cut(printable(textOf(layer)), 38).padEnd(38);
  const line = `${String(instruction.startLine).padStart(4)}  ${step}`;
  if (makes === "metadata") return [colors.dim(`${line}  metadata`)];
  const rebuild = rebuilds?.find((one) => one.instruction === instruction);
  const end =
    rebuilds === undefined
      ? `${time(expected).padStart(8)}  ${"#".repeat(Math.round((BAR * expected) / longest))}`
      : rebuild === undefined
        ? "  cached"
        : colors.yellow(rebuild.certain ? "  built again" : "  built again?");
  const needs =
    dependsOn.length === 0 ? [] : [colors.dim(cut(`      needs ${printable(dependsOn.join(", "))}`, WIDTH))];
  return [
    `${line}${time(seconds).padStart(9)}${`${Math.round(100 * changes)} %`.padStart(7)}${end}`.trimEnd(),
    ...needs,
  ];
}

function summary(report: LayersReport, colors: Colors): string[] {
  const [first, last] = [report.views[0], report.views.at(-1)];
  if (first === undefined || last === undefined) return [];
  const compare = (text: (view: LayersView) => string): string =>
    first === last ? text(first) : `${text(first)}; rewritten: ${text(last)}`;
  const lines: string[] = [];
  if (report.changed !== undefined) {
    const names =
      report.changed.slice(0, 3).join(", ") +
      (report.changed.length > 3 ? ` and ${report.changed.length - 3} more` : "");
    const count = ({ rebuilds = [] }: LayersView): string =>
      `${rebuilds.length} step${rebuilds.length === 1 ? "" : "s"}, ${time(secondsOf(rebuilds))}`;
    lines.push(`After a change of ${names || "nothing in the build context"}: ${compare(count)}.`);
    for (const why of new Set((first.rebuilds ?? []).map((one) => one.why))) lines.push(`  ${why}`);
    if ((first.rebuilds ?? []).some((one) => !one.certain))
      lines.push("  (?: cached after all when that stage's files come out the same)");
  }
  const { replay } = first;
  if (replay !== undefined) {
    const per = (view: LayersView): string =>
      `${(view.replay?.steps ?? 0).toFixed(1)} steps, ${time(view.replay?.seconds ?? 0)}`;
    lines.push(`Per commit, over the last ${replay.commits}: ${compare(per)}.`);
    if (replay.installs !== undefined)
      lines.push(
        `A dependency install ran again in ${compare((view) => `${view.replay?.installs ?? 0} of ${replay.commits} commits`)}.`,
      );
  }
  if (report.changed === undefined && replay === undefined)
    lines.push(`Expected per rebuild: ${compare((view) => time(expectedOf(view.stages)))}.`);
  if (report.rewrites.length > 0) lines.push(`Rewrites: ${report.rewrites.join(", ")}.`);
  return lines.map((line) => colors.bold(wrap(printable(line), WIDTH, /^ */.exec(line)?.[0].length ?? 0)));
}

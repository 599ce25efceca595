import { readArguments, readList, type Given } from "../../arguments.js";
import { UsageError } from "../../exit.js";
import { openBaseline, type Baseline } from "../../baseline.js";
import { readWhich, type Which } from "../../changed.js";
import { checkInteractive } from "../../interactive/usage.js";
import { rewriteOptions } from "../../options.js";
import { readTargets, type Mode, type Target } from "../../reports.js";
import { openSettings, type SettingsSource } from "../../settings.js";

/** What is asked for. */
export interface Arguments {
  readonly paths: readonly string[];
  readonly mode: Mode | "interactive" | "print-config";
  readonly targets: readonly [Target, ...Target[]];
  readonly quiet: boolean;
  readonly color: boolean | undefined;
  readonly stdinFilename: string | undefined;
  readonly which: Which | undefined;
  readonly settings: SettingsSource;
  readonly baseline: Baseline | undefined;
  readonly cache: string | undefined;
}

/** What an option makes of the rewrites; none of them: a report. */
const MODES = {
  interactive: "interactive",
  write: "write",
  check: "check",
  diff: "diff",
  "list-different": "list",
  "print-config": "print-config",
  "update-baseline": "update-baseline",
} as const;

/** @throws UsageError */
export function readRewrite(argv: readonly string[], cwd: string): Arguments {
  const given = readArguments(argv, rewriteOptions);
  const mode = modeOf(given);
  const which = readWhich(given);
  const everywhere = which !== undefined && given.paths.length === 0 && given.text("files-from") === undefined;
  const paths = everywhere ? ["."] : [...given.paths, ...readList(given.text("files-from"), cwd)];
  if (paths.length === 0 && mode !== "print-config")
    throw new UsageError("no file named. Give a Dockerfile, a folder or - for stdin; dockopt --help shows more.");
  return {
    paths,
    mode,
    targets: readTargets(given, cwd),
    quiet: given.has("quiet"),
    color: given.flag("color"),
    stdinFilename: given.text("stdin-filename"),
    which,
    settings: openSettings(given, cwd),
    baseline: readBaseline(given, paths, mode, cwd),
    cache: readCache(given, mode),
  };
}

function modeOf(given: Given): Arguments["mode"] {
  // What is accepted is written, whether --write says so or not.
  const named = Object.entries(MODES).filter(
    ([name]) => given.has(name) && !(name === "write" && given.has("interactive")),
  );
  if (named.length > 1)
    throw new UsageError(`--${named.map(([name]) => name).join(" and --")} exclude each other. Give one.`);
  if (given.has("interactive")) checkInteractive(given, process.stdin, process.stdout);
  return named[0]?.[1] ?? "report";
}

/** It holds which files would change, and no more. */
function readCache(given: Given, mode: Arguments["mode"]): string | undefined {
  const file = given.text("cache");
  if (file === undefined) return undefined;
  if (!["check", "list", "diff", "write"].includes(mode))
    throw new UsageError("--cache is for --check, --list-different, --diff and --write. Give one of them.");
  const formatted = given.text("format") !== undefined && given.text("format") !== "text";
  const more = formatted
    ? "format"
    : given.list("output").length > 0
      ? "output"
      : given.text("baseline") !== undefined
        ? "baseline"
        : undefined;
  if (more !== undefined)
    throw new UsageError(`--cache holds which files would change, and --${more} needs more. Give one of them.`);
  return file;
}

function readBaseline(
  given: Given,
  paths: readonly string[],
  mode: Arguments["mode"],
  cwd: string,
): Baseline | undefined {
  const file = given.text("baseline");
  if (file === undefined && mode === "update-baseline")
    throw new UsageError("--update-baseline: which file? Name it with --baseline FILE.");
  if (file === undefined) return undefined;
  if (mode === "interactive")
    throw new UsageError("--interactive asks about every rewrite, and --baseline leaves some. Give one.");
  if (paths.includes("-") && given.text("stdin-filename") === undefined)
    throw new UsageError("--baseline knows files by their paths; what comes on stdin has none. Give --stdin-filename.");
  return openBaseline(file, mode === "update-baseline", cwd);
}

import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { createFinder } from "../../builds/find.js";
import type { Context } from "../../context/context.js";
import { colorsFor, printable } from "../../report/terminal.js";
import { verifyJson, verifyText, type VerifyReport } from "../../report/verify.js";
import { Stopped } from "../../verify/process.js";
import type { Progress } from "../../verify/progress.js";
import { findTool, type ToolName } from "../../verify/tool.js";
import { verify, type VerifyOptions } from "../../verify/verify.js";
import { readArguments, type Given } from "../arguments.js";
import { EXIT, UsageError } from "../exit.js";
import { verifyOptions } from "../options.js";
import { openSettings } from "../settings.js";
import { warnOfBuilds } from "../warnings.js";
import { optimizeAll } from "../../project/optimize.js";
import { folderProject } from "../project.js";
import { readInput } from "../process.js";

/** What a shell expects of a program that Ctrl-C has ended. */
const INTERRUPTED = 130;

/** `dockopt verify FILE`: builds before and after, compares. Returns the exit code. @throws UsageError */
export async function verifyCommand(argv: readonly string[], cwd: string): Promise<number> {
  const given = readArguments(argv, verifyOptions);
  const path = given.paths[0] ?? (existsSync(resolve(cwd, "Dockerfile")) ? "Dockerfile" : undefined);
  if (path === "-")
    throw new UsageError("what comes on stdin has no folder to build in. Give a file: dockopt verify FILE.");
  if (path === undefined || given.paths.length > 1) throw new UsageError("give one Dockerfile: dockopt verify FILE.");
  const inForce = await openSettings(given, cwd).for(path);
  const finder = createFinder(cwd);
  const read = readInput({ path }, inForce.context, cwd, folderProject(finder));
  warnOfBuilds(finder.problems(), cwd);
  const [best] = "problem" in read ? [undefined] : optimizeAll(read.text, read.opened, inForce.engine, cwd);
  if ("problem" in read || best?.opened === undefined) {
    const [refused] = best?.report.refused ?? [];
    const problem =
      "problem" in read ? read.problem : (refused?.reason ?? "it has no build context. Name it with --context.");
    process.stderr.write(`${printable(`${path}: ${problem}`)}\n`);
    return EXIT.noInput;
  }
  const { report } = best;
  const { context, folder } = best.opened;
  for (const { line, column, message } of report.problems)
    process.stderr.write(`${printable(`${path}:${line}:${column}: ${message}`)}\n`);
  if (report.problems.length > 0) return EXIT.someFailed;
  const asked = settings(given, folder, context, cwd);
  const rewrites = [...new Set(report.applied.map((one) => one.transform))];
  if (report.applied.length === 0) return show({ path, tool: "", rewrites, verdict: undefined }, given);
  const tool = await findTool(given.text("builder") as ToolName | undefined);
  if ("problem" in tool)
    throw new UsageError(
      `no builder answers (${tool.problem}). Start docker, podman or buildah, or name one with --builder.`,
    );
  return await interruptible(async (progress) => {
    const verdict = await verify(report, context, folder, { ...asked, tool }, progress);
    return show({ path, tool: tool.name, rewrites, verdict }, given);
  });
}

function settings(given: Given, folder: string, context: Context, cwd: string): Omit<VerifyOptions, "tool"> {
  const rounds = given.text("rounds") ?? "3";
  if (!/^\d{1,3}$/.test(rounds)) throw new UsageError(`--rounds ${rounds}: give a number, such as 5.`);
  const touch = given.text("touch");
  const inside = touch === undefined ? undefined : relative(folder, resolve(cwd, touch)).split("\\").join("/");
  const touched = inside?.startsWith("..") === true ? touch : inside;
  const kind = touched === undefined ? undefined : context.kind(touched);
  if (touched !== undefined && kind !== "file" && kind !== "symlink") {
    const why =
      kind === "directory"
        ? "it is a folder; give a file of it"
        : context.rawKind(touched) === undefined
          ? `there is no such file in the build context ${folder}`
          : ".dockerignore leaves it out, so that no build sees its change";
    throw new UsageError(`--touch ${touch ?? ""}: ${why}.`);
  }
  const passed = (name: string): readonly string[] => {
    const value = given.text(name);
    return value === undefined ? [] : [`--${name}`, value];
  };
  const repeated = (name: string): readonly string[] => given.list(name).flatMap((value) => [`--${name}`, value]);
  return {
    rounds: Number(rounds),
    touch: touched,
    strict: given.has("strict"),
    buildOptions: [...passed("target"), ...repeated("build-arg"), ...repeated("secret"), ...passed("platform")],
  };
}

const CODES = {
  same: EXIT.fine,
  different: EXIT.changes,
  "rewrite fails": EXIT.changes,
  "original fails": EXIT.someFailed,
} as const;

function show(report: VerifyReport, given: Given): number {
  const json = given.text("format") === "json";
  process.stdout.write(
    json ? verifyJson(report) : verifyText(report, colorsFor(process.stdout, given.flag("color"), process.env)),
  );
  return report.verdict === undefined ? EXIT.fine : CODES[report.verdict.outcome];
}

/** Ctrl-C stops the builder; what it left is removed before dockopt ends. A second Ctrl-C changes nothing. */
async function interruptible(work: (progress: Progress) => Promise<number>): Promise<number> {
  const controller = new AbortController();
  const stop = (): void => {
    if (!controller.signal.aborted) process.stderr.write("\nstopping, and cleaning up ...\n");
    controller.abort();
  };
  process.on("SIGINT", stop).on("SIGTERM", stop);
  try {
    return await work({
      stop: controller.signal,
      begin(what) {
        process.stderr.write(printable(`${what} ... `));
        return (how) => process.stderr.write(printable(`${how}\n`));
      },
    });
  } catch (error) {
    if (error instanceof Stopped) return INTERRUPTED;
    if (!(error instanceof Error)) throw error;
    process.stderr.write(`\ndockopt: ${printable(error.message)}\n`);
    return EXIT.failure;
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

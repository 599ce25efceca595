import { existsSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import type { Context } from "../context/context.js";
import type { History } from "../context/history.js";
import { loadHistory } from "../context/load-history.js";
import { optimize, type Options } from "../engine/run.js";
import { NO_EVIDENCE, type Evidence } from "../facts/cost/evidence.js";
import type { FileResult } from "../report/result.js";
import { openContext, type OpenedContext } from "./context.js";

/** One input: a path, or text from stdin with the path it belongs to (undefined: nobody knows). */
export type Input = { readonly path: string } | { readonly path: string | undefined; readonly text: Uint8Array };

/** Text of a Dockerfile, or why there is none. */
function decode(bytes: Uint8Array): { readonly text: string } | { readonly problem: string } {
  if (bytes.includes(0)) return { problem: "it is binary, not a Dockerfile. Name another file." };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { problem: "it is not UTF-8. Convert it, for example with iconv." };
  }
}

/** A Dockerfile and its build context, or why there is none. */
export function readInput(
  input: Input,
  contextFolder: string | undefined,
  cwd: string,
): { readonly text: string; readonly opened: OpenedContext | undefined } | { readonly problem: string } {
  let bytes: Uint8Array;
  try {
    bytes = "text" in input ? input.text : readFileSync(resolve(cwd, input.path));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT") return { problem: "there is no such file. Check the path." };
    if (code === "EISDIR") return { problem: "it is a folder. Give the Dockerfile in it." };
    return { problem: `it cannot be read (${reason(error)}). Check its permissions.` };
  }
  const decoded = decode(bytes);
  if ("problem" in decoded) return decoded;
  try {
    // Without a path or a folder there is no context, which is not an empty one.
    const has = contextFolder !== undefined || (input.path !== undefined && hasFolder(input, cwd));
    return {
      text: decoded.text,
      opened: has ? openContext(input.path ?? "Dockerfile", decoded.text, contextFolder, cwd) : undefined,
    };
  } catch (error) {
    return {
      problem: `the build context ${contextFolder ?? "beside it"} cannot be read (${reason(error)}). Check --context.`,
    };
  }
}

/**
 * Reads, optimizes and describes one input; never throws for what is wrong with the input. `pending` holds the companions of earlier
 * inputs by absolute path: this one sees them as written, because several Dockerfiles may share a context.
 */
export function processInput(
  input: Input,
  options: Options,
  contextFolder: string | undefined,
  cwd: string,
  pending: Map<string, string>,
): FileResult {
  const shown = input.path === undefined ? "-" : display(input.path, cwd);
  const read = readInput(input, contextFolder, cwd);
  if ("problem" in read)
    return { path: shown, report: undefined, error: read.problem, context: undefined, changes: [] };
  const { text, opened } = read;
  const evidence = withHistory(options.evidence ?? NO_EVIDENCE, opened?.folder);
  const context = opened === undefined ? undefined : withPending(opened, pending);
  const report = optimize(text, context, { ...options, evidence });
  const { folder = "", why = "", missing = [] } = opened ?? {};
  const shownContext =
    opened === undefined
      ? undefined
      : { folder: display(folder, cwd) || ".", why, missing, problem: opened.context.ignoreProblem };
  const companions = report.companions.map((one) => ({
    path: display(resolve(folder, one.path), cwd),
    before: one.before,
    after: one.after,
  }));
  for (const one of report.companions) pending.set(resolve(folder, one.path), one.after);
  const own = report.after === report.before ? [] : [{ path: shown, before: report.before, after: report.after }];
  return { path: shown, report, error: undefined, context: shownContext, changes: [...own, ...companions] };
}

/** Text from stdin may be said to belong to a folder that is not here. */
function hasFolder(input: Input, cwd: string): boolean {
  return !("text" in input) || existsSync(dirname(resolve(cwd, input.path ?? "")));
}

/** How many commits tell how often files change; fewer (a young repository, a shallow clone) tell too little. */
const COMMITS = { most: 200, fewest: 10 } as const;

/** git is asked when somebody wants to know. */
export function withHistory(evidence: Evidence, folder: string | undefined): Evidence {
  let known: { readonly history: History | undefined } | undefined;
  return {
    ...evidence,
    get history() {
      known ??= { history: folder === undefined ? undefined : loadHistory(folder, COMMITS.most, COMMITS.fewest) };
      return known.history;
    },
  };
}

function withPending({ context, folder }: OpenedContext, pending: ReadonlyMap<string, string>): Context {
  const path = context.ignoreFile?.path ?? ".dockerignore";
  const text = pending.get(resolve(folder, path));
  return text === undefined ? context : context.withIgnoreFile({ path, text });
}

const reason = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/, .*$/, "") : String(error);

function display(path: string, cwd: string): string {
  return relative(cwd, resolve(cwd, path)).split("\\").join("/");
}

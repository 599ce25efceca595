import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { isTooDeep, TOO_DEEP, type Options } from "../engine/run.js";
import { unread, type FileResult } from "../project/result.js";
import { openContexts, type GivenContext, type Opened, type Project } from "../project/contexts.js";
import { display, optimizeFile } from "../project/optimize.js";
import type { FileSettings } from "./settings.js";

/**
 * One input: a path; or text from stdin or from git's index with the path it belongs to (undefined: nobody knows); or why a path
 * cannot be taken.
 */
export type Input =
  | { readonly path: string }
  | { readonly path: string | undefined; readonly text: Uint8Array }
  | { readonly path: string; readonly problem: string };

/** An input and what is in force for it. */
export interface Configured {
  readonly input: Input;
  readonly settings: FileSettings;
}

/** No Dockerfile is larger. */
const MOST_BYTES = 64 << 20;

/** What is read as it comes: a shell's <(command), too. */
const STREAM = /^\/(?:dev\/(?:stdin|fd\/\d+)|proc\/self\/fd\/\d+)$/;

/** The bytes of a file, or why it is not read: a pipe or a device may never end. @throws Error of node:fs */
function readBytes(path: string): Uint8Array | string {
  const stat = statSync(path);
  if (!stat.isFile() && !stat.isDirectory() && !STREAM.test(path))
    return "it is a pipe, a socket or a device, not a file. Give its text on standard input: dockopt -.";
  if (stat.size > MOST_BYTES) return `it has ${stat.size} bytes, and a Dockerfile at most ${MOST_BYTES}.`;
  return readFileSync(path);
}

/** Text of a Dockerfile, or why there is none. */
function decode(bytes: Uint8Array): { readonly text: string } | { readonly problem: string } {
  if (bytes.includes(0)) return { problem: "it is binary, not a Dockerfile. Name another file." };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    return { problem: "it is not UTF-8. Convert it, for example with iconv." };
  }
}

/** A Dockerfile and what it is built from, or why that cannot be read. */
export function readInput(
  input: Input,
  given: GivenContext | undefined,
  cwd: string,
  project: Project,
): { readonly text: string; readonly opened: Opened | undefined } | { readonly problem: string } {
  if ("problem" in input) return { problem: input.problem };
  let bytes: Uint8Array;
  try {
    const read = "text" in input ? input.text : readBytes(resolve(cwd, input.path));
    if (typeof read === "string") return { problem: read };
    bytes = read;
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
    const has = given !== undefined || (input.path !== undefined && hasFolder(input, cwd));
    return {
      text: decoded.text,
      opened: has
        ? openContexts(resolve(cwd, input.path ?? "Dockerfile"), decoded.text, given, cwd, project)
        : undefined,
    };
  } catch (error) {
    const folder = given === undefined ? "beside it" : display(given.folder, cwd);
    return {
      problem: `the build context ${folder} cannot be read (${reason(error)}). Check ${given?.by ?? "--context"}.`,
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
  given: GivenContext | undefined,
  cwd: string,
  project: Project,
  pending: Map<string, string>,
): FileResult {
  const shown = input.path === undefined ? "-" : display(input.path, cwd);
  try {
    return processed(input, shown, options, given, cwd, project, pending);
  } catch (error) {
    if (!isTooDeep(error)) throw error;
    return unread(shown, `${TOO_DEEP}. Look at what it is.`);
  }
}

function processed(
  input: Input,
  shown: string,
  options: Options,
  given: GivenContext | undefined,
  cwd: string,
  project: Project,
  pending: Map<string, string>,
): FileResult {
  const read = readInput(input, given, cwd, project);
  if ("problem" in read) return unread(shown, read.problem);
  return optimizeFile({ shown, text: read.text, opened: read.opened }, options, cwd, pending).result;
}

/** Text from stdin may be said to belong to a folder that is not here. */
function hasFolder(input: Input, cwd: string): boolean {
  return !("text" in input) || existsSync(dirname(resolve(cwd, input.path ?? "")));
}

const reason = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/, .*$/, "") : String(error);

import { existsSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createFinder } from "../builds/find.js";
import { isInside } from "../builds/project.js";
import type { History } from "../context/history.js";
import type { Options } from "../engine/run.js";
import { layersOf } from "../facts/cost/layers.js";
import { createFacts } from "../facts/facts.js";
import type { Host } from "../lsp/host.js";
import type { Reading } from "../lsp/reading.js";
import { openContexts, type Project } from "../project/contexts.js";
import { display, optimizeFile } from "../project/optimize.js";
import { parse } from "../syntax/parse.js";
import type { Safety } from "../transform.js";
import { engineOptions, readArguments, UsageError } from "./arguments.js";
import { rewritesOptions } from "./options.js";
import { folderProject } from "./project.js";

/** This machine, for the language server. `cwd`: where paths are seen from that lie in no folder of the client. */
export function createHost(cwd: string): Host {
  let folders: readonly string[] = [];
  let settings = readSettings({}, cwd);
  // What takes long to find out: who builds what, and how often files change.
  const projects = new Map<string, Project>();
  const projectOf = (folder: string): Project => {
    const project = projects.get(folder) ?? remembering(folderProject(createFinder(folder)));
    projects.set(folder, project);
    return project;
  };
  return {
    pathOf,
    uriOf: (path) => pathToFileURL(path).href,
    textOf,
    read(path, text, open) {
      const folder = path === undefined ? cwd : folderOf(path, folders);
      return readingOf(path, text, open, folder, settings, projectOf(folder));
    },
    forget() {
      projects.clear();
    },
    setFolders(paths) {
      folders = paths;
    },
    configure(options) {
      try {
        settings = readSettings(options, cwd);
        return undefined;
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        return error.message;
      }
    },
  };
}

/** Links to a folder are followed, the file's own is not: a Dockerfile that is a link belongs where it is named. */
function pathOf(uri: string): string | undefined {
  if (!uri.startsWith("file:")) return undefined;
  let path: string;
  try {
    path = fileURLToPath(uri);
  } catch {
    return undefined;
  }
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return path;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").replace(/^\ufeff/, "");
  } catch {
    return undefined;
  }
}

/** The innermost folder of the client that a file lies in, else its own. */
function folderOf(path: string, folders: readonly string[]): string {
  const [innermost] = folders.filter((one) => isInside(path, one)).sort((a, b) => b.length - a.length);
  return innermost ?? dirname(path);
}

function remembering(project: Project): Project {
  const histories = new Map<string, { readonly history: History | undefined }>();
  return {
    ...project,
    history(folder) {
      const known = histories.get(folder) ?? { history: project.history(folder) };
      histories.set(folder, known);
      return known.history;
    },
  };
}

function readingOf(
  path: string | undefined,
  text: string,
  open: ReadonlyMap<string, string>,
  folder: string,
  { engine, safety }: Settings,
  project: Project,
): Reading {
  const has = path !== undefined && existsSync(dirname(path));
  const opened = has ? openContexts(path, text, undefined, folder, project) : undefined;
  const input = { shown: path === undefined ? "-" : display(path, folder), text, opened };
  const run = (level: Safety): ReturnType<typeof optimizeFile> =>
    optimizeFile(input, { ...engine, safety: level }, folder, new Map(open));
  const safe = run("safe");
  return {
    text,
    safe: safe.result,
    more: safety === "safe" ? undefined : run(safety).result,
    asked: engine.transforms.map(({ name }) => name),
    folder,
    layers() {
      const parsed = parse(text);
      const [{ context, evidence }] = safe.readings;
      return parsed.ok ? layersOf(createFacts(parsed.document, context, evidence)) : [];
    },
  };
}

interface Settings {
  /** Its level of safety plays no part. */
  readonly engine: Options;
  /** The least safe that is shown. */
  readonly safety: Safety;
}

const SAFETIES: readonly string[] = ["safe", "suggested", "unsafe"] satisfies readonly Safety[];

/** `initializationOptions`, told as on the command line. @throws UsageError */
function readSettings(options: unknown, cwd: string): Settings {
  const given = Object.entries(isRecord(options) ? options : {}).filter(([, value]) => value !== null && value !== "");
  const argv = given.flatMap(([name, value]): readonly string[] => {
    const text = Array.isArray(value) ? value.join(",") : value;
    if (!["safety", "only", "skip", "builder"].includes(name))
      throw new UsageError(`there is no setting \`${name}\`. There are: safety, only, skip, builder.`);
    if (typeof text !== "string") throw new UsageError(`the setting ${name} is no text or list of texts.`);
    return name === "safety" || text === "" ? [] : [`--${name}=${text}`];
  });
  const safety = given.find(([name]) => name === "safety")?.[1] ?? "suggested";
  if (!isSafety(safety))
    throw new UsageError(`the setting safety is ${JSON.stringify(safety)}. Use safe, suggested or unsafe.`);
  return { engine: engineOptions(readArguments(argv, rewritesOptions), cwd), safety };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isSafety = (value: unknown): value is Safety => typeof value === "string" && SAFETIES.includes(value);

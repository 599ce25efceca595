import { existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createFinder } from "../builds/find.js";
import { loadFolder } from "../context/load-folder.js";
import { isInside } from "../builds/project.js";
import { layersOf } from "../facts/cost/layers.js";
import { createFacts } from "../facts/facts.js";
import type { Host } from "../lsp/host.js";
import type { Reading } from "../lsp/reading.js";
import { openContexts, type Project } from "../project/contexts.js";
import { display, optimizeFile } from "../project/optimize.js";
import { parse } from "../syntax/parse.js";
import type { Safety } from "../transform.js";
import { originOf } from "../config/resolve.js";
import { readArguments, type Given } from "./arguments.js";
import { UsageError } from "./exit.js";
import { rewritesOptions } from "./options.js";
import { folderProject } from "./project.js";
import { openSettings, settingsOf, type FileSettings } from "./settings.js";

/** This machine, for the language server. `cwd`: where paths are seen from that lie in no folder of the client. */
export function createHost(cwd: string): Host {
  let folders: readonly string[] = [];
  let client = readClient({});
  let source = openSettings(client, cwd);
  const prepared = new Map<string | undefined, FileSettings>();
  // What takes long to find out: who builds what, and how often files change. Which files there are is asked anew.
  const projects = new Map<string, Project>();
  const projectOf = (folder: string): Project => {
    const project = projects.get(folder) ?? { ...folderProject(createFinder(folder)), open: loadFolder };
    projects.set(folder, project);
    return project;
  };
  return {
    pathOf,
    uriOf: (path) => pathToFileURL(path).href,
    textOf,
    async prepare(path) {
      if (!prepared.has(path)) prepared.set(path, await source.for(path));
    },
    read(path, text, open) {
      const folder = path === undefined ? cwd : folderOf(path, folders);
      const settings = prepared.get(path);
      if (settings === undefined) throw new Error("it is read before what is in force for it");
      return settings.ignoredBy === undefined
        ? readingOf(path, text, open, folder, settings, client.flag("suggested") === false, projectOf(folder))
        : undefined;
    },
    forget() {
      projects.clear();
      prepared.clear();
      source = openSettings(client, cwd);
    },
    setFolders(paths) {
      folders = paths;
    },
    async configure(options) {
      try {
        const given = readClient(options);
        await settingsOf(given, cwd);
        client = given;
        source = openSettings(client, cwd);
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
    return statSync(path).isFile() ? readFileSync(path, "utf8").replace(/^\ufeff/, "") : undefined;
  } catch {
    return undefined;
  }
}

/** The innermost folder of the client that a file lies in, else its own. */
function folderOf(path: string, folders: readonly string[]): string {
  const [innermost] = folders.filter((one) => isInside(path, one)).sort((a, b) => b.length - a.length);
  return innermost ?? dirname(path);
}

function readingOf(
  path: string | undefined,
  text: string,
  open: ReadonlyMap<string, string>,
  folder: string,
  { engine, context: given, layers, values }: FileSettings,
  saidSafe: boolean,
  project: Project,
): Reading {
  const has = path !== undefined && existsSync(dirname(path));
  const opened = has ? openContexts(path, text, given, folder, project) : undefined;
  // In an editor, what is suggested is shown as such unless somebody has said how safe it has to be.
  const isSaid = saidSafe || originOf(layers, ["safety"]) !== "default";
  const safety = isSaid ? values.safety : "suggested";
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

const SAFETIES: Readonly<Record<Safety, readonly string[]>> = {
  safe: ["--no-suggested", "--no-unsafe"],
  suggested: ["--suggested"],
  unsafe: ["--unsafe"],
};

/** `initializationOptions`, told as on the command line. @throws UsageError */
function readClient(options: unknown): Given {
  const given = Object.entries(isRecord(options) ? options : {}).filter(([, value]) => value !== null && value !== "");
  const argv = given.flatMap(([name, value]): readonly string[] => {
    const text = Array.isArray(value) ? value.join(",") : value;
    if (!["safety", "only", "skip", "builder"].includes(name))
      throw new UsageError(`there is no setting \`${name}\`. There are: safety, only, skip, builder.`);
    if (typeof text !== "string") throw new UsageError(`the setting ${name} is no text or list of texts.`);
    if (name !== "safety") return text === "" ? [] : [`--${name}=${text}`];
    if (!isSafety(text))
      throw new UsageError(`the setting safety is ${JSON.stringify(text)}. Use safe, suggested or unsafe.`);
    return SAFETIES[text];
  });
  return readArguments(argv, rewritesOptions);
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isSafety = (text: string): text is Safety => Object.hasOwn(SAFETIES, text);

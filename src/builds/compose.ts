import { isMap, isScalar, parseAllDocuments, type Document } from "yaml";
import { isNestedDeeply } from "../context/nesting.js";
import {
  buildOf,
  isRemote,
  joinReadings,
  NO_PART,
  NOTHING,
  over,
  placesIn,
  record,
  resolvePath,
  type Build,
  type Part,
  type Place,
  type Reading,
  type Remark,
} from "./build.js";
import { interpolate } from "./interpolate.js";

/** `compose.yaml`, `docker-compose.dev.yml`, `docker-compose-test.yml`, `local.compose.yml`. */
export const isComposeFile = (name: string): boolean => /(?:^|[.-])compose(?:[.-][\w.-]*)?\.ya?ml$/i.test(name);

/** The names that compose looks for by itself, the preferred one first; other files are laid over the one that is there. */
export const COMPOSE_DEFAULTS = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"] as const;

/** A compose file, parsed. */
export interface ComposeFile {
  readonly path: string;
  /** What its relative paths start from. */
  readonly folder: string;
  readonly variables: ReadonlyMap<string, string>;
  /** Definitions by name; one for each document that has it. */
  readonly services: ReadonlyMap<string, readonly Service[]>;
  readonly includes: readonly Include[];
  readonly problems: readonly Remark[];
}

interface Service extends Place {
  readonly definition: Readonly<Record<string, unknown>>;
}

/** Another file whose services belong to the project. Paths are absolute. */
export interface Include {
  readonly path: string;
  /** What its relative paths start from; undefined: its own folder. */
  readonly folder: string | undefined;
}

/** More aliases than that are meant to fill the memory. */
const ALIASES = 1000;

export function parseCompose(
  path: string,
  text: string,
  folder: string,
  variables: ReadonlyMap<string, string>,
): ComposeFile {
  const services = new Map<string, Service[]>();
  const includes: Include[] = [];
  const problems: Remark[] = [];
  const place = placesIn(text);
  if (isNestedDeeply(text)) {
    problems.push({ path, line: 1, column: 1, message: "it is nested too deep to be read" });
    return { path, folder, variables, services, includes, problems };
  }
  try {
    for (const document of parseAllDocuments(text, { merge: true, prettyErrors: false, logLevel: "silent" })) {
      const [error] = document.errors;
      if (error !== undefined) {
        problems.push({ path, ...place(error.pos[0]), message: messageOf(error) });
        continue;
      }
      const root = record(document.toJS({ maxAliasCount: ALIASES }));
      if (root === undefined) continue;
      const offsets = offsetsIn(document);
      for (const [name, definition] of Object.entries(servicesOf(root))) {
        const known = record(definition);
        if (known === undefined) continue;
        const service = { definition: known, ...place(offsets.get(name) ?? 0) };
        const others = services.get(name);
        if (others === undefined) services.set(name, [service]);
        else others.push(service);
      }
      includes.push(...includesOf(root["include"], folder, variables));
    }
  } catch (error) {
    // Aliases beyond the limit, or nested deeper than the stack is.
    problems.push({ path, line: 1, column: 1, message: messageOf(error) });
  }
  return { path, folder, variables, services, includes, problems };
}

/** Without `services` (the first format of compose files) every entry is one. */
function servicesOf(root: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return "services" in root || "version" in root ? (record(root["services"]) ?? {}) : root;
}

/** Where the services' names stand. */
function offsetsIn(document: Document): ReadonlyMap<string, number> {
  const services = document.get("services") ?? document.contents;
  const items = isMap(services) ? services.items : [];
  return new Map(
    items.flatMap(({ key }) => (isScalar(key) ? [[String(key.value), key.range?.[0] ?? 0] as const] : [])),
  );
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function includesOf(value: unknown, folder: string, variables: ReadonlyMap<string, string>): readonly Include[] {
  return list(value).flatMap((one): Include[] => {
    const long = record(one);
    const base = textOf(long?.["project_directory"], variables);
    if (base === null) return [];
    return list(long === undefined ? one : long["path"]).flatMap((each) => {
      const path = textOf(each, variables);
      return typeof path !== "string" || isRemote(path)
        ? []
        : [
            {
              path: resolvePath(folder, path),
              folder: base === undefined ? undefined : resolvePath(folder, base),
            },
          ];
    });
  });
}

const list = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

/** undefined: there is none; null: it is not known. */
function textOf(value: unknown, variables: ReadonlyMap<string, string>): string | null | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return interpolate(value, variables);
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

/** Gives other compose files, for `extends`; undefined: it is not there. */
export type OpenCompose = (path: string) => ComposeFile | undefined;

/** What is known of the services, by file and name: a service may be extended by many. */
type Parts = Map<string, Part | undefined>;

/**
 * The builds of a compose file's services. `base`: the file that compose lays it over, when it is one of several; it gives what a
 * service that names no context lacks.
 */
export function readCompose(file: ComposeFile, base: ComposeFile | undefined, open: OpenCompose): Reading {
  const parts: Parts = new Map();
  const readings = [...file.services].map(([name, services]): Reading => {
    const own = partOf(name, file, open, parts);
    if (own === undefined) return NOTHING;
    const below = base === undefined || own.context !== undefined ? undefined : partOf(name, base, open, parts);
    const build = buildOf(over(below ?? NO_PART, own), file.folder, { file: file.path, kind: "service", name });
    return readingOf(build, services[0], file);
  });
  return joinReadings([{ ...NOTHING, problems: file.problems }, ...readings]);
}

function readingOf(build: Build | string | undefined, service: Service | undefined, { path }: ComposeFile): Reading {
  if (build === undefined || service === undefined) return NOTHING;
  const { line, column } = service;
  return typeof build === "string"
    ? { ...NOTHING, notes: [{ path, line, column, message: build }] }
    : { ...NOTHING, builds: [build] };
}

/** What a service says of its build, with all that it extends; undefined: it is not built. */
function partOf(name: string, file: ComposeFile, open: OpenCompose, parts: Parts): Part | undefined {
  const key = `${file.path} ${name}`;
  if (parts.has(key)) return parts.get(key);
  // A service that extends itself ends here.
  parts.set(key, undefined);
  let part: Part | undefined;
  for (const { definition } of file.services.get(name) ?? []) {
    const extended = extendedPart(definition["extends"], file, open, parts);
    const own = buildPart(definition["build"], file, definition["dockerfile"]);
    for (const one of [extended, own]) if (one !== undefined) part = over(part ?? NO_PART, one);
  }
  parts.set(key, part);
  return part;
}

function extendedPart(value: unknown, file: ComposeFile, open: OpenCompose, parts: Parts): Part | undefined {
  if (value === undefined || value === null) return undefined;
  const service = textOf(record(value)?.["service"] ?? value, file.variables);
  const path = textOf(record(value)?.["file"], file.variables);
  const other = path === undefined ? file : path === null ? undefined : open(resolvePath(file.folder, path));
  if (other === undefined || typeof service !== "string") return { ...NO_PART, context: null };
  const part = partOf(service, other, open, parts);
  // What it leaves open is found where that file is.
  return part?.context === undefined && other !== file ? part && { ...part, context: other.folder } : part;
}

function buildPart(value: unknown, file: ComposeFile, beside: unknown): Part | undefined {
  if (value === undefined || value === null) return undefined;
  const text = (one: unknown): string | null | undefined => textOf(one, file.variables);
  const build = record(value);
  const context = text(build === undefined ? value : build["context"]);
  // The first format has `dockerfile` beside `build`.
  const dockerfile = text(build === undefined ? beside : build["dockerfile"]);
  return {
    context: typeof context !== "string" || isRemote(context) ? context : resolvePath(file.folder, context),
    dockerfile,
    inline: build?.["dockerfile_inline"] !== undefined,
    target: text(build?.["target"]),
    args: pairsOf(build?.["args"], file.variables),
    namedContexts: pairsOf(build?.["additional_contexts"], file.variables),
  };
}

/** A map, or a list of `NAME=value`. A name alone takes its value from the environment, if there is one. */
function pairsOf(
  value: unknown,
  variables: ReadonlyMap<string, string>,
): ReadonlyMap<string, string | null | undefined> {
  const pairs = Array.isArray(value)
    ? value.map((one): readonly [string, unknown] => {
        const [name = "", ...rest] = String(one).split("=");
        return [name, rest.length === 0 ? undefined : rest.join("=")];
      })
    : Object.entries(record(value) ?? {});
  return new Map(pairs.map(([name, one]) => [name, textOf(one, variables)]));
}

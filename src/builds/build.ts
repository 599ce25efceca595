import { clean } from "../context/go-match.js";

/** One image build that a project's files describe. */
export interface Build {
  /** Absolute path of the Dockerfile. */
  readonly dockerfile: string;
  /** Absolute path of the build context. */
  readonly context: string;
  /** Stage that becomes the image; undefined: the last one; null: not known. */
  readonly target: string | null | undefined;
  /** Build arguments that are passed, and their values; null: not known. */
  readonly args: ReadonlyMap<string, string | null>;
  /** What the names stand for in FROM and `--from`: a folder, an image, another build; null: not known. */
  readonly namedContexts: ReadonlyMap<string, string | null>;
  readonly from: Origin;
}

/** Who builds it. */
export interface Origin {
  /** Absolute path of the compose or bake file. */
  readonly file: string;
  readonly kind: "service" | "target";
  readonly name: string;
}

/** Something about a compose or bake file that people should know. */
export interface Remark extends Place {
  readonly path: string;
  readonly message: string;
}

/** What a compose or bake file says. */
export interface Reading {
  readonly builds: readonly Build[];
  /** Builds that no Dockerfile of the project belongs to, and why. */
  readonly notes: readonly Remark[];
  /** Why the file, or a part of it, cannot be read. */
  readonly problems: readonly Remark[];
}

export const NOTHING: Reading = { builds: [], notes: [], problems: [] };

export function joinReadings(all: readonly Reading[]): Reading {
  return {
    builds: all.flatMap((one) => one.builds),
    notes: all.flatMap((one) => one.notes),
    problems: all.flatMap((one) => one.problems),
  };
}

/** What one definition says of a build. undefined: nothing; null: something that is not known. Paths are absolute, or URLs. */
export interface Part {
  readonly context: string | null | undefined;
  /** As written: relative to the context. */
  readonly dockerfile: string | null | undefined;
  /** The Dockerfile's text is in the definition. */
  readonly inline: boolean;
  readonly target: string | null | undefined;
  /** A value undefined: the argument is not passed. */
  readonly args: ReadonlyMap<string, string | null | undefined>;
  readonly namedContexts: ReadonlyMap<string, string | null | undefined>;
}

export const NO_PART: Part = {
  context: undefined,
  dockerfile: undefined,
  inline: false,
  target: undefined,
  args: new Map(),
  namedContexts: new Map(),
};

/** One definition over another, as `extends`, `inherits` and override files lay them. */
export function over(base: Part, top: Part): Part {
  return {
    context: top.context === undefined ? base.context : top.context,
    dockerfile: top.dockerfile === undefined ? base.dockerfile : top.dockerfile,
    inline: top.inline || base.inline,
    target: top.target === undefined ? base.target : top.target,
    args: new Map([...base.args, ...top.args]),
    namedContexts: new Map([...base.namedContexts, ...top.namedContexts]),
  };
}

/**
 * The build that the definitions add up to. `folder`: the context where none is given. A string: why it belongs to no Dockerfile here;
 * undefined: what it builds is not known.
 */
export function buildOf(part: Part, folder: string, from: Origin): Build | string | undefined {
  const { context = folder, dockerfile = "Dockerfile", target } = part;
  const who = `${from.kind} ${from.name}`;
  if (part.inline) return `${who} has its Dockerfile inline, which is not rewritten`;
  if (context === null || dockerfile === null) return undefined;
  if (isRemote(context)) return `${who} is built from ${context}, which is not here`;
  if (isRemote(dockerfile)) return `${who} has its Dockerfile at ${dockerfile}, which is not here`;
  return {
    dockerfile: resolvePath(context, dockerfile),
    context,
    target,
    args: passed(part.args),
    namedContexts: passed(part.namedContexts),
    from,
  };
}

const passed = (map: Part["args"]): ReadonlyMap<string, string | null> =>
  new Map([...map].flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));

/** A URL, or git's and GitHub's short forms of one. */
export const isRemote = (path: string): boolean => /^(?:[a-z][a-z0-9+.-]*:\/\/|git@|github\.com\/)/i.test(path);

/** The absolute path that one written in a file of this folder means. */
export function resolvePath(folder: string, path: string): string {
  return clean(path.startsWith("/") ? path : `${folder}/${path}`);
}

/** 1-based. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Tells the places of offsets in a text. */
export function placesIn(text: string): (offset: number) => Place {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
  };
}

/** An object of a file; undefined for anything else. */
export function record(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

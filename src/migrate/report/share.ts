import type { LeadingSteps } from "../events.js";

/** A Dockerfile and what stands before its context. */
export interface ShareFile {
  readonly repository: string;
  readonly path: string;
  readonly leading: LeadingSteps;
}

/** Dockerfiles that would have layers in common if their leading steps were spelled and ordered alike. */
export interface ShareGroup {
  /** As it stands behind FROM. */
  readonly image: string;
  /** The common prefix: each step in its most frequent spelling, in the most frequent order. */
  readonly steps: readonly string[];
  /** Sorted. */
  readonly repositories: readonly string[];
  readonly files: number;
  /** Distinct prefixes that hold these steps today. */
  readonly variants: number;
  /** Estimated bytes of the layers that there would be no more: those of today, each counted once, less those of the prefix. */
  readonly bytes: number;
}

/** A file's steps, each as a layer of today and as what it does. */
interface Entry {
  readonly file: ShareFile;
  /** What each step does, numbered where a file does it again; without the steps that stand in one repository only. */
  readonly positions: ReadonlyMap<string, number>;
  /** Equal numbers: the same text on the same layers. */
  readonly layers: readonly number[];
}

/** A set of steps: those on the way from the root. */
interface Node {
  readonly set: readonly string[];
  readonly children: Map<string, Node>;
  /** Files with all of the set, those of the children included. */
  readonly entries: Entry[];
}

/**
 * Groups that save bytes, largest saving first. Steps that occur in more repositories come first in a tree of sets (as in FP-growth), so that sets meet
 * near its root; of every branch the nodes are taken that save most together. A file is in one group at most; the order in which
 * files are given does not matter. Time: files times the square of their steps.
 */
export function shareGroups(files: Iterable<ShareFile>): readonly ShareGroup[] {
  const images = new Map<string, ShareFile[]>();
  for (const file of files) append(images, file.leading.image, file);
  return [...images.values()].flatMap((own) => groupsOn(own.sort(byPlace))).sort(bySaving);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byPlace = (a: ShareFile, b: ShareFile): number => compare(a.repository, b.repository) || compare(a.path, b.path);
const bySaving = (a: ShareGroup, b: ShareGroup): number =>
  b.bytes - a.bytes || compare(a.image, b.image) || compare(a.steps.join("\n"), b.steps.join("\n"));

function append<T>(lists: Map<string, T[]>, key: string, value: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function groupsOn(files: readonly ShareFile[]): readonly ShareGroup[] {
  const keys = files.map(keysOf);
  const spread = spreadOf(files, keys);
  const layerOf = layerNumbers();
  const root: Node = { set: [], children: new Map(), entries: [] };
  for (const [index, file] of files.entries()) {
    const positions = new Map((keys[index] ?? []).map((key, at) => [key, at]));
    const shared = [...positions.keys()].filter((key) => (spread.get(key) ?? 0) > 1);
    shared.sort((a, b) => (spread.get(b) ?? 0) - (spread.get(a) ?? 0) || compare(a, b));
    if (shared.length > 0) insert(root, shared, { file, positions, layers: layerOf(file.leading) });
  }
  return [...root.children.values()].flatMap((node) => best(node).groups);
}

/** What the steps do; a step that is done again is another one. */
function keysOf({ leading }: ShareFile): readonly string[] {
  const seen = new Map<string, number>();
  return leading.steps.map(({ common }) => {
    const times = (seen.get(common) ?? 0) + 1;
    seen.set(common, times);
    return times === 1 ? common : `${common}\n# ${times}`;
  });
}

/** In how many repositories each step stands. */
function spreadOf(files: readonly ShareFile[], keys: readonly (readonly string[])[]): ReadonlyMap<string, number> {
  const last = new Map<string, string>();
  const spread = new Map<string, number>();
  for (const [index, { repository }] of files.entries())
    for (const key of keys[index] ?? []) {
      // Files are sorted: a repository's stand together.
      if (last.get(key) === repository) continue;
      last.set(key, repository);
      spread.set(key, (spread.get(key) ?? 0) + 1);
    }
  return spread;
}

/** Numbers for layers: a text on another layer, from the base image up. */
function layerNumbers(): (leading: LeadingSteps) => readonly number[] {
  const known = new Map<string, number>();
  return ({ steps }) => {
    let below = 0;
    return steps.map(({ text }) => {
      const key = `${below} ${text}`;
      below = known.get(key) ?? known.size + 1;
      known.set(key, below);
      return below;
    });
  };
}

function insert(root: Node, keys: readonly string[], entry: Entry): void {
  let node = root;
  for (const key of keys) {
    let child = node.children.get(key);
    if (child === undefined) {
      child = { set: [...node.set, key], children: new Map(), entries: [] };
      node.children.set(key, child);
    }
    child.entries.push(entry);
    node = child;
  }
}

/** The groups at or below a node that save most together; the longer prefix where both save the same. */
function best(node: Node): { readonly bytes: number; readonly groups: readonly ShareGroup[] } {
  const parts = [...node.children.values()].filter(({ entries }) => entries.length > 1).map(best);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const own = groupOf(node);
  return own !== undefined && own.bytes > bytes
    ? { bytes: own.bytes, groups: [own] }
    : { bytes, groups: parts.flatMap((part) => part.groups) };
}

/** undefined: one repository, or nothing to save. */
function groupOf({ set, entries }: Node): ShareGroup | undefined {
  const repositories = [...new Set(entries.map(({ file }) => file.repository))];
  const first = entries[0];
  if (repositories.length < 2 || first === undefined) return undefined;
  const sizeOf = (key: string): number => first.file.leading.steps[first.positions.get(key) ?? -1]?.bytes ?? 0;
  const bytes = set.reduce((sum, key) => {
    const today = new Set(entries.map(({ positions, layers }) => layers[positions.get(key) ?? -1]));
    return sum + sizeOf(key) * (today.size - 1);
  }, 0);
  const { file, count } = commonest(entries, (entry) => String(topLayer(entry, set)));
  return bytes === 0
    ? undefined
    : {
        image: file.file.leading.image,
        steps: inOrder(set, file).map((key) => commonest(entries, (entry) => textAt(entry, key)).text),
        repositories,
        files: entries.length,
        variants: count,
        bytes,
      };
}

const topLayer = ({ positions, layers }: Entry, set: readonly string[]): number | undefined =>
  layers[Math.max(...set.map((key) => positions.get(key) ?? -1))];

const textAt = ({ file, positions }: Entry, key: string): string =>
  file.leading.steps[positions.get(key) ?? -1]?.text ?? "";

const inOrder = (set: readonly string[], { positions }: Entry): readonly string[] =>
  [...set].sort((a, b) => (positions.get(a) ?? 0) - (positions.get(b) ?? 0));

/** The text that most entries have, the first of them, and how many texts there are; the first in order of text where as many have another. */
function commonest(
  entries: readonly Entry[],
  textOf: (entry: Entry) => string,
): { readonly text: string; readonly file: Entry; readonly count: number } {
  const found = new Map<string, Entry[]>();
  for (const entry of entries) append(found, textOf(entry), entry);
  const [most] = [...found].sort(([a, x], [b, y]) => y.length - x.length || compare(a, b));
  const [text, [file]] = most as [string, [Entry]];
  return { text, file, count: found.size };
}

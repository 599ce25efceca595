/** Where something is written: both 1-based, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Something that is wrong, for people. */
export interface Problem extends Position {
  readonly message: string;
}

/** A configuration as it is written, whatever the format: values with their places. */
export type Tree =
  | { readonly kind: "scalar"; readonly value: unknown; readonly at: Position }
  | { readonly kind: "list"; readonly items: readonly Tree[]; readonly at: Position }
  | { readonly kind: "map"; readonly entries: readonly Entry[]; readonly at: Position };

export interface Entry {
  readonly key: string;
  readonly at: Position;
  readonly value: Tree;
}

/** A file as a tree, or what keeps it from being one. */
export type Parsed = { readonly tree: Tree } | { readonly problems: readonly Problem[] };

/** More values than any configuration has: what unfolds to more is a trap. */
export const MOST_VALUES = 20_000;

/** The first lines and columns of offsets in a text. */
export function positionsIn(text: string): (offset: number) => Position {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return (offset) => {
    const line = starts.findLastIndex((start) => start <= offset);
    return { line: line + 1, column: offset - (starts[line] ?? 0) + 1 };
  };
}

/** The bare value. A key such as `__proto__` is a key like any other. */
export function plainOf(tree: Tree): unknown {
  if (tree.kind === "scalar") return tree.value;
  if (tree.kind === "list") return tree.items.map(plainOf);
  return Object.fromEntries(tree.entries.map(({ key, value }) => [key, plainOf(value)]));
}

/** Where the value at some keys is written, or as near as there is something; `key`: where its key is. */
export function locate(tree: Tree, keys: readonly (string | number)[], key = false): Position {
  const [first, ...rest] = keys;
  if (first === undefined) return tree.at;
  if (tree.kind === "list") {
    const item = tree.items[Number(first)];
    return item === undefined ? tree.at : locate(item, rest, key);
  }
  const entry = tree.kind === "map" ? tree.entries.find((one) => one.key === first) : undefined;
  if (entry === undefined) return tree.at;
  return key && rest.length === 0 ? entry.at : locate(entry.value, rest, key);
}

/** Keys that are given twice. */
export function repeatedKeys(tree: Tree): readonly Problem[] {
  if (tree.kind === "scalar") return [];
  if (tree.kind === "list") return tree.items.flatMap(repeatedKeys);
  return tree.entries.flatMap(({ key, at, value }, index) => [
    ...(tree.entries.findIndex((one) => one.key === key) < index
      ? [{ ...at, message: `${key}: it is given twice. Keep one.` }]
      : []),
    ...repeatedKeys(value),
  ]);
}

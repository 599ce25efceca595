import { MOST_VALUES, positionsIn, type Parsed, type Position, type Tree } from "./tree.js";

/** What a configuration that is a program exports. Where its values are is known as far as keys are written out once. */
export function scriptTree(value: unknown, text: string): Parsed {
  const at = positionsIn(text);
  const find = (key: string, above: Position): Position => {
    const written = new RegExp(String.raw`(?<![\w$.])(["']?)${key.replace(/[^\w]/g, String.raw`\$&`)}\1\s*:`, "g");
    const [found, second] = [...text.matchAll(written)];
    return found === undefined || second !== undefined ? above : at(found.index);
  };
  const left = { values: MOST_VALUES };
  return { tree: treeOf(value, { line: 1, column: 1 }, find, left) };
}

function treeOf(
  value: unknown,
  at: Position,
  find: (key: string, above: Position) => Position,
  left: { values: number },
): Tree {
  // An object may hold itself.
  if (left.values-- <= 0) return { kind: "scalar", value: undefined, at };
  if (Array.isArray(value)) return { kind: "list", items: value.map((item) => treeOf(item, at, find, left)), at };
  if (typeof value !== "object" || value === null || !isPlain(value)) return { kind: "scalar", value, at };
  const entries = Object.entries(value)
    // `undefined` is how programs leave out a setting.
    .filter(([, inner]) => inner !== undefined)
    .map(([key, inner]) => {
      const own = find(key, at);
      return { key, at: own, value: treeOf(inner, own, find, left) };
    });
  return { kind: "map", entries, at };
}

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype as object) === null;
};

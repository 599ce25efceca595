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

/** Deeper than any configuration. */
const DEEPEST = 20;

function treeOf(
  value: unknown,
  at: Position,
  find: (key: string, above: Position) => Position,
  left: { values: number },
  depth = 0,
): Tree {
  // An object may hold itself.
  if (left.values-- <= 0 || depth > DEEPEST) return { kind: "scalar", value: null, at };
  const inside = (inner: unknown, place: Position): Tree => treeOf(inner, place, find, left, depth + 1);
  if (Array.isArray(value)) return { kind: "list", items: value.map((item) => inside(item, at)), at };
  if (typeof value !== "object" || value === null || !isPlain(value)) return { kind: "scalar", value, at };
  const entries = Object.entries(value)
    // `undefined` is how programs leave out a setting.
    .filter(([, inner]) => inner !== undefined)
    .map(([key, inner]) => {
      const own = find(key, at);
      return { key, at: own, value: inside(inner, own) };
    });
  return { kind: "map", entries, at };
}

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
};

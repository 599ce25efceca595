import { parseTree, printParseErrorCode, type Node, type ParseError } from "jsonc-parser";
import { positionsIn, type Parsed, type Position, type Tree } from "./tree.js";

/** JSON, with comments and commas at ends of lists, as people write it in configurations. */
export function parseJson(text: string): Parsed {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const at = positionsIn(text);
  const [first] = errors;
  if (first !== undefined || root === undefined) {
    const what = first === undefined ? "it is empty" : wordsOf(printParseErrorCode(first.error));
    return { problems: [{ ...at(first?.offset ?? 0), message: `this is not JSON: ${what}.` }] };
  }
  return { tree: treeOf(root, at) };
}

/** The `dockopt` of a package.json; undefined: it has none. */
export function parsePackage(text: string): Parsed | undefined {
  const parsed = parseJson(text);
  if ("problems" in parsed) return parsed;
  const { tree } = parsed;
  const entry = tree.kind === "map" ? tree.entries.find(({ key }) => key === "dockopt") : undefined;
  return entry && { tree: entry.value };
}

function treeOf(node: Node, at: (offset: number) => Position): Tree {
  const place = at(node.offset);
  const { type, children = [] } = node;
  if (type === "array") return { kind: "list", items: children.map((child) => treeOf(child, at)), at: place };
  if (type !== "object") return { kind: "scalar", value: node.value, at: place };
  const entries = children.flatMap(({ children: [key, value] = [] }) =>
    key === undefined || value === undefined
      ? []
      : { key: String(key.value), at: at(key.offset), value: treeOf(value, at) },
  );
  return { kind: "map", entries, at: place };
}

/** "CommaExpected" -> "comma expected" */
const wordsOf = (code: string): string => code.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter}`).toLowerCase();

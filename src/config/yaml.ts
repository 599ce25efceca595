import { isAlias, isMap, isScalar, isSeq, parseDocument, type Document, type Node } from "yaml";
import { isNestedDeeply } from "../context/nesting.js";
import { MOST_VALUES, positionsIn, type Entry, type Parsed, type Position, type Tree } from "./tree.js";

/** YAML 1.2, one document. @throws RangeError: it is nested too deep. Aliases are followed as far as a configuration may need them. */
export function parseYaml(text: string): Parsed {
  if (isNestedDeeply(text)) throw new RangeError("nested too deep");
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: false });
  const at = positionsIn(text);
  // A tag that nobody knows is a warning of the parser.
  const found = [...document.errors, ...document.warnings];
  if (found.length > 0)
    return {
      problems: found.map(({ pos, message }) => ({
        ...at(pos[0]),
        message: `this is not YAML: ${message.replace(/\.?$/, ".").replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())}`,
      })),
    };
  try {
    return { tree: new Reader(document, at).tree(document.contents) };
  } catch (error) {
    if (!(error instanceof Misfit)) throw error;
    return { problems: [{ ...error.at, message: error.message }] };
  }
}

/** What YAML has and a configuration has not. */
class Misfit extends Error {
  constructor(
    readonly at: Position,
    message: string,
  ) {
    super(message);
  }
}

class Reader {
  private left = MOST_VALUES;
  private depth = 0;

  constructor(
    private readonly document: Document,
    private readonly at: (offset: number) => Position,
  ) {}

  tree(node: unknown): Tree {
    const at = this.place(node);
    // An alias may stand for what it is in.
    if (this.left-- <= 0 || this.depth > 100)
      throw new Misfit(at, `the aliases unfold to more than ${MOST_VALUES} values. Write them out.`);
    this.depth += 1;
    const tree = this.inner(node, at);
    this.depth -= 1;
    return tree;
  }

  private inner(node: unknown, at: Position): Tree {
    if (isAlias(node)) {
      const target: Node | undefined = node.resolve(this.document);
      if (target === undefined) throw new Misfit(at, `there is no anchor &${node.source}.`);
      return this.tree(target);
    }
    if (isSeq(node)) return { kind: "list", items: node.items.map((item) => this.tree(item)), at };
    if (isMap(node)) {
      const entries = node.items.map((pair): Entry => {
        if (!isScalar(pair.key))
          throw new Misfit(this.place(pair.key), "a key is no plain word. Write the name of a setting.");
        const value = pair.value === null ? ({ kind: "scalar", value: null, at } as const) : this.tree(pair.value);
        return { key: String(pair.key.value), at: this.place(pair.key), value };
      });
      return { kind: "map", entries, at };
    }
    return { kind: "scalar", value: isScalar(node) ? node.value : null, at };
  }

  private place(node: unknown): Position {
    const range = typeof node === "object" && node !== null && "range" in node ? (node as Node).range : undefined;
    return this.at(range?.[0] ?? 0);
  }
}

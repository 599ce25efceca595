import { parse, TomlError, type TomlTable, type TomlValue } from "smol-toml";
import { positionsIn, type Parsed, type Position, type Tree } from "./tree.js";

/** TOML. Its parser does not tell where values are: they are found again in the text. */
export function parseToml(text: string): Parsed {
  let table: TomlTable;
  try {
    table = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [first = ""] = error.message.replace(/^Invalid TOML document: /, "").split("\n");
    return { problems: [{ line: error.line, column: error.column, message: `this is not TOML: ${first}.` }] };
  }
  const start = { line: 1, column: 1 };
  return { tree: treeOf(table, [], new Scanner(text).places(), { key: start, value: start }) };
}

interface Places {
  readonly key: Position;
  readonly value: Position;
}

type Keys = readonly (string | number)[];

const nameOf = (keys: Keys): string => JSON.stringify(keys.map(String));

function treeOf(value: TomlValue, keys: Keys, places: ReadonlyMap<string, Places>, above: Places): Tree {
  const own = places.get(nameOf(keys)) ?? above;
  const at = own.value;
  if (Array.isArray(value))
    return { kind: "list", items: value.map((item, index) => treeOf(item, [...keys, index], places, own)), at };
  if (typeof value !== "object" || value instanceof Date) return { kind: "scalar", value, at };
  const entries = Object.entries(value).map(([key, inner]) => {
    const path = [...keys, key];
    return { key, at: (places.get(nameOf(path)) ?? own).key, value: treeOf(inner, path, places, own) };
  });
  return { kind: "map", entries, at };
}

const BLANK = /(?:[\s,]|#[^\n]*(?![^\n]))*/y;
const HEADER = /\[\[?/y;
const KEY = /[ \t]*("(?:[^"\\]|\\.)*"|'[^']*'|[\w-]+)[ \t]*\.?/y;
const EQUALS = /[ \t]*=[ \t]*/y;
const SCALAR = /"""[^]*?"""+|'''[^]*?'''+|"(?:[^"\\]|\\.)*"|'[^']*'|[^\s,\]}#][^,\]}#\n]*/y;

/** Walks over a text that is known to be TOML, and notes where keys and values start. */
class Scanner {
  private offset = 0;
  private readonly found = new Map<string, Places>();
  /** How often a `[[header]]` was there. */
  private readonly lists = new Map<string, number>();
  private readonly at: (offset: number) => Position;

  constructor(private readonly text: string) {
    this.at = positionsIn(text);
  }

  places(): ReadonlyMap<string, Places> {
    let table: Keys = [];
    for (this.take(BLANK); this.offset < this.text.length; this.take(BLANK)) {
      const start = this.offset;
      const bracket = this.take(HEADER);
      if (bracket === "") this.assignment(table);
      else {
        table = this.table(this.keys(), bracket === "[[");
        this.take(/[ \t]*\]+/y);
        this.note(table, start, start);
      }
    }
    return this.found;
  }

  /** A header below a list of tables means the last one of them. */
  private table(named: readonly string[], added: boolean): Keys {
    if (added) this.lists.set(nameOf(named), (this.lists.get(nameOf(named)) ?? -1) + 1);
    return named.flatMap((key, depth) => {
      const index = this.lists.get(nameOf(named.slice(0, depth + 1)));
      return index === undefined ? [key] : [key, index];
    });
  }

  private assignment(table: Keys): void {
    const start = this.offset;
    const keys = [...table, ...this.keys()];
    this.take(EQUALS);
    this.note(keys, start, this.offset);
    this.value(keys);
  }

  private value(keys: Keys): void {
    const open = this.text[this.offset];
    if (open !== "[" && open !== "{") {
      // What cannot be walked over ends the walk: places are worth less than an answer.
      if (this.take(SCALAR) === "") this.offset = this.text.length;
      return;
    }
    this.offset += 1;
    for (let index = 0; ; index++) {
      this.take(BLANK);
      if (this.offset >= this.text.length) return;
      if (this.text[this.offset] === (open === "[" ? "]" : "}")) break;
      if (open === "{") this.assignment(keys);
      else {
        this.note([...keys, index], this.offset, this.offset);
        this.value([...keys, index]);
      }
    }
    this.offset += 1;
  }

  private keys(): readonly string[] {
    const keys: string[] = [];
    for (let taken = this.take(KEY); taken !== ""; taken = taken.endsWith(".") ? this.take(KEY) : "") {
      const key = taken.replace(/\.$/, "").trim();
      keys.push(key.startsWith("'") ? key.slice(1, -1) : key.startsWith('"') ? unquoted(key) : key);
    }
    return keys;
  }

  private note(keys: Keys, key: number, value: number): void {
    this.found.set(nameOf(keys), { key: this.at(key), value: this.at(value) });
  }

  /** Steps over what the pattern finds here. */
  private take(pattern: RegExp): string {
    pattern.lastIndex = this.offset;
    const [taken = ""] = pattern.exec(this.text) ?? [];
    this.offset += taken.length;
    return taken;
  }
}

function unquoted(word: string): string {
  try {
    return String(JSON.parse(word));
  } catch {
    return word.slice(1, -1);
  }
}

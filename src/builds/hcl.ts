import { Cursor, HclError, isSign, scan, templateEnd, type Token } from "./hcl-scan.js";

/**
 * As much of HCL as bake files need: blocks, attributes, and the values that are written out. What has to be computed
 * (functions, conditions, `for`) is unknown; nothing is run.
 */

/** undefined: not known; null is HCL's own. Numbers and booleans are their text. */
export type Value = string | null | undefined | readonly Value[] | ReadonlyMap<string, Value>;

/** Values of the variables in force. */
export type Scope = (name: string) => Value;

export type Expression = (scope: Scope) => Value;

export interface Body {
  readonly attributes: ReadonlyMap<string, Expression>;
  readonly blocks: readonly Block[];
}

export interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  readonly body: Body;
  readonly offset: number;
}

/** Deeper than any file that people write, and less than the stack is. */
const DEPTH = 64;

/** @throws HclError */
export function parseHcl(text: string): Body {
  const cursor = new Cursor(scan(text));
  const body = readBody(cursor, 0);
  if (cursor.peek().kind !== "end") throw new HclError("`}` closes nothing", cursor.peek().offset);
  return body;
}

function readBody(cursor: Cursor, depth: number): Body {
  const attributes = new Map<string, Expression>();
  const blocks: Block[] = [];
  for (;;) {
    cursor.skipLines();
    const first = cursor.peek();
    if (first.kind === "end" || isSign(first, "}")) return { attributes, blocks };
    cursor.next();
    if (first.kind !== "name" && first.kind !== "text")
      throw new HclError(`\`${first.text}\` is neither a name nor a block`, first.offset);
    if (cursor.takes("=")) attributes.set(first.text, expressionOf(readExpression(cursor)));
    else blocks.push(readBlock(first, cursor, depth));
  }
}

function readBlock(type: Token, cursor: Cursor, depth: number): Block {
  if (depth > DEPTH) throw new HclError("it is nested too deep", type.offset);
  const labels: string[] = [];
  while (cursor.peek().kind === "text" || cursor.peek().kind === "name") labels.push(cursor.next().text);
  if (!cursor.takes("{")) throw new HclError(`\`{\` or \`=\` is missing behind \`${type.text}\``, type.offset);
  const body = readBody(cursor, depth + 1);
  if (!cursor.takes("}")) throw new HclError(`\`${type.text} {\` is not closed`, type.offset);
  return { type: type.text, labels, body, offset: type.offset };
}

/** The tokens up to what separates or closes: in a body that is the line's end. Brackets are taken whole. */
function readExpression(cursor: Cursor, across: "line" | "lines" = "line"): readonly Token[] {
  const tokens: Token[] = [];
  const open: Token[] = [];
  for (;;) {
    const token = cursor.peek();
    const outermost = open.length === 0;
    const ends = isSign(token, ",", "}", "]", ")") || (across === "line" && token.kind === "line");
    if (token.kind === "end" || (outermost && ends)) break;
    if (isSign(token, "(", "[", "{")) open.push(token);
    if (isSign(token, ")", "]", "}")) open.pop();
    cursor.next();
    if (!outermost || token.kind !== "line") tokens.push(token);
  }
  const [first] = open;
  if (first !== undefined) throw new HclError(`\`${first.text}\` is not closed`, first.offset);
  return tokens;
}

const expressionOf =
  (tokens: readonly Token[], depth = 0): Expression =>
  (scope) =>
    evaluate(tokens, scope, depth);

function evaluate(tokens: readonly Token[], scope: Scope, depth: number): Value {
  const [first, second] = tokens;
  if (first === undefined || depth > DEPTH) return undefined;
  if (second === undefined) return single(first, scope, depth);
  if (isSign(first, "[") && closes(tokens)) return listOf(tokens.slice(1, -1), scope, depth);
  if (isSign(first, "{") && closes(tokens)) return mapOf(tokens.slice(1, -1), scope, depth);
  if (isSign(first, "(") && closes(tokens)) return evaluate(tokens.slice(1, -1), scope, depth + 1);
  return first.kind === "name" ? member(tokens, scope) : undefined;
}

function single({ kind, text }: Token, scope: Scope, depth: number): Value {
  if (kind === "text") return evaluateTemplate(text, scope, depth);
  if (kind === "number" || text === "true" || text === "false") return text;
  return text === "null" || kind !== "name" ? (text === "null" ? null : undefined) : scope(text);
}

/** Does the last token close the first one? */
function closes(tokens: readonly Token[]): boolean {
  let open = 0;
  return tokens.every((token, index) => {
    if (isSign(token, "(", "[", "{")) open++;
    if (isSign(token, ")", "]", "}")) open--;
    return open > 0 || index === tokens.length - 1;
  });
}

/** `item.name` */
function member([first, ...rest]: readonly Token[], scope: Scope): Value {
  let value = scope(first?.text ?? "");
  for (let i = 0; i < rest.length; i += 2) {
    const [dot, name] = [rest[i], rest[i + 1]];
    if (dot === undefined || !isSign(dot, ".") || name?.kind !== "name" || !(value instanceof Map)) return undefined;
    value = (value as ReadonlyMap<string, Value>).get(name.text);
  }
  return value;
}

function listOf(tokens: readonly Token[], scope: Scope, depth: number): Value {
  const cursor = new Cursor(tokens);
  const values: Value[] = [];
  for (;;) {
    cursor.skipLines();
    if (cursor.peek().kind === "end") return values;
    const item = readExpression(cursor, "lines");
    const more = cursor.takes(",") || cursor.peek().kind === "end";
    if (!more || (item[0]?.kind === "name" && item[0].text === "for")) return undefined;
    values.push(evaluate(item, scope, depth + 1));
  }
}

function mapOf(tokens: readonly Token[], scope: Scope, depth: number): Value {
  const cursor = new Cursor(tokens);
  const values = new Map<string, Value>();
  for (;;) {
    cursor.skipLines();
    while (cursor.takes(",")) cursor.skipLines();
    const key = cursor.next();
    if (key.kind === "end") return values;
    if ((key.kind !== "name" && key.kind !== "text") || !(cursor.takes("=") || cursor.takes(":"))) return undefined;
    const name = key.kind === "name" ? key.text : evaluateTemplate(key.text, scope, depth);
    const value = evaluate(readExpression(cursor), scope, depth + 1);
    if (typeof name !== "string") return undefined;
    values.set(name, value);
  }
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

/** A text with `${...}` in it. */
export function evaluateTemplate(text: string, scope: Scope, depth = 0): Value {
  let result = "";
  for (let at = 0; at < text.length; at++) {
    const c = text.charAt(at);
    const template = (c === "$" || c === "%") && text.charAt(at + 1) === "{";
    if (c === "\\") {
      const escaped = ESCAPES[text.charAt(++at)];
      if (escaped === undefined) return undefined;
      result += escaped;
    } else if (/^(?:\$\$|%%)\{/.test(text.slice(at, at + 3))) {
      result += `${c}{`;
      at += 2;
    } else if (template) {
      const end = c === "%" ? -1 : templateEnd(text, at + 2);
      if (end < 0) return undefined;
      const value = evaluate(scanInner(text.slice(at + 2, end)), scope, depth + 1);
      // A text of one template is that value, whatever its type.
      if (at === 0 && end === text.length - 1) return value;
      if (typeof value !== "string") return undefined;
      result += value;
      at = end;
    } else result += c;
  }
  return result;
}

function scanInner(text: string): readonly Token[] {
  try {
    return scan(text);
  } catch {
    // Then it is not known, like all that has to be computed.
    return [];
  }
}

/** HCL as a row of tokens. */

export class HclError extends Error {
  constructor(
    message: string,
    readonly offset: number,
  ) {
    super(message);
  }
}

export interface Token {
  readonly kind: "name" | "number" | "text" | "sign" | "line" | "end";
  /** The content of a text, with its escapes and templates. */
  readonly text: string;
  readonly offset: number;
}

export class Cursor {
  private at = 0;
  constructor(private readonly tokens: readonly Token[]) {}
  peek(): Token {
    return this.tokens[this.at] ?? { kind: "end", text: "", offset: this.tokens.at(-1)?.offset ?? 0 };
  }
  next(): Token {
    const token = this.peek();
    this.at++;
    return token;
  }
  /** Takes the sign when it comes next. */
  takes(sign: string): boolean {
    if (!isSign(this.peek(), sign)) return false;
    this.at++;
    return true;
  }
  skipLines(): void {
    while (this.peek().kind === "line") this.at++;
  }
}

export const isSign = ({ kind, text }: Token, ...signs: readonly string[]): boolean =>
  kind === "sign" && signs.includes(text);

const SPACE = /[ \t\r]+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const NAME = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;
const NUMBER = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const HEREDOC = /<<(-?)([\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n/uy;
const SIGN = /\.\.\.|=>|==|!=|<=|>=|&&|\|\||[^\s\w]/y;

/** @throws HclError */
export function scan(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  const match = (expression: RegExp): RegExpExecArray | null => {
    expression.lastIndex = at;
    return expression.exec(text);
  };
  while (at < text.length) {
    const offset = at;
    const space = match(SPACE);
    if (space !== null) {
      at += space[0].length;
      continue;
    }
    const heredoc = match(HEREDOC);
    if (text.charAt(at) === '"') {
      const end = textEnd(text, at);
      tokens.push({ kind: "text", text: text.slice(at + 1, end - 1), offset });
      at = end;
    } else if (heredoc !== null) {
      const { body, end } = readHeredoc(text, at + heredoc[0].length, heredoc[2] ?? "", offset);
      tokens.push({ kind: "text", text: body, offset });
      at = end;
    } else {
      const [kind, found] = text.charAt(at) === "\n" ? (["line", ["\n"]] as const) : scanned(match);
      tokens.push({ kind, text: found[0] ?? "", offset });
      at += Math.max(found[0]?.length ?? 0, 1);
    }
  }
  return tokens;
}

function scanned(match: (expression: RegExp) => RegExpExecArray | null): readonly [Token["kind"], readonly string[]] {
  const name = match(NAME);
  if (name !== null) return ["name", name];
  const number = match(NUMBER);
  return number === null ? ["sign", match(SIGN) ?? [""]] : ["number", number];
}

/** Behind the closing quote. A template in between may hold texts of its own. */
function textEnd(text: string, start: number): number {
  // What is open: a text (") or a template or brace in it ({).
  const open = ['"'];
  for (let at = start + 1; at < text.length; at++) {
    const c = text.charAt(at);
    const inText = open.at(-1) === '"';
    if (inText && c === "\\") at++;
    else if (inText && c === "\n") break;
    else if (inText && /^(?:\$\$|%%)\{/.test(text.slice(at, at + 3))) at += 2;
    else if (inText && (c === "$" || c === "%") && text.charAt(at + 1) === "{") {
      open.push("{");
      at++;
    } else if (!inText && c === "{") open.push("{");
    else if (!inText && c === "}") open.pop();
    else if (c === '"') {
      if (!inText) open.push('"');
      else open.pop();
      if (open.length === 0) return at + 1;
    }
  }
  throw new HclError("the text is not closed", start);
}

function readHeredoc(text: string, start: number, name: string, offset: number): { body: string; end: number } {
  for (let at = start; at < text.length;) {
    const line = text.indexOf("\n", at);
    const end = line < 0 ? text.length : line;
    if (text.slice(at, end).trim() === name) return { body: text.slice(start, at), end };
    at = end + 1;
  }
  throw new HclError(`the text up to ${name} is not closed`, offset);
}

/** Where the template that begins before `start` ends; -1: nowhere. */
export function templateEnd(text: string, start: number): number {
  let depth = 1;
  for (let at = start; at < text.length; at++) {
    const c = text.charAt(at);
    if (c === '"') {
      try {
        at = textEnd(text, at) - 1;
      } catch {
        return -1;
      }
    } else if (c === "{") depth++;
    else if (c === "}" && --depth === 0) return at;
  }
  return -1;
}

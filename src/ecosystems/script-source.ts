/** Source code of Ruby or Elixir, read just far enough to see what is called with which literals. All three texts have the same offsets. */
export interface ScriptSource {
  /** Without comments. */
  readonly text: string;
  /** Without comments and the insides of string literals; what is interpolated into them stays. */
  readonly code: string;
  lineAt(offset: number): number;
}

export type Language = "ruby" | "elixir";

/** How a literal that begins here ends. */
interface Literal {
  readonly length: number;
  readonly close: string;
  /** Bracket that nests inside: `%w[a [b]]`. */
  readonly open?: string;
  readonly interpolates: boolean;
  /** A command to run: its text counts as code. */
  readonly isCode?: true;
}

const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}", "<": ">" };

/** undefined: a literal does not end, so that the text is not understood. */
export function readScript(source: string, language: Language): ScriptSource | undefined {
  const scanner = new Scanner(source, language);
  if (!scanner.scanAll()) return undefined;
  return {
    text: scanner.text.join(""),
    code: scanner.code.join(""),
    lineAt: (offset) => source.slice(0, offset).split("\n").length,
  };
}

class Scanner {
  readonly text: string[];
  readonly code: string[];
  private at = 0;
  /** Terminators of here-documents that begin on the next line. */
  private readonly heredocs: { readonly end: RegExp; readonly interpolates: boolean }[] = [];

  constructor(
    private readonly source: string,
    private readonly language: Language,
  ) {
    this.text = source.split("");
    this.code = source.split("");
  }

  scanAll(): boolean {
    return this.scanCode(undefined) && this.heredocs.length === 0;
  }

  /** Up to the brace that ends an interpolation, or to the end of the file. */
  private scanCode(until: "}" | undefined): boolean {
    let depth = 0;
    while (this.at < this.source.length) {
      const char = this.source.charAt(this.at);
      if (until !== undefined && char === "}" && depth-- === 0) return true;
      if (char === "{") depth++;
      const literal = this.literalHere();
      if (literal !== undefined) {
        this.at += literal.length;
        if (!this.scanLiteral(literal)) return false;
      } else if (!this.skipComment()) {
        if (char === "\n" && !this.scanHeredocs()) return false;
        this.at++;
      }
    }
    return until === undefined;
  }

  private skipComment(): boolean {
    const block =
      this.atLineStart() && this.language === "ruby" ? /^(?:=begin\b[^]*?\n=end\b.*|__END__\r?\n[^]*)/ : undefined;
    const comment = block?.exec(this.rest())?.[0] ?? /^#.*/.exec(this.rest())?.[0];
    if (comment === undefined) return false;
    for (const end = this.at + comment.length; this.at < end; this.at++) {
      this.blank(this.text);
      this.blank(this.code);
    }
    return true;
  }

  private literalHere(): Literal | undefined {
    const rest = this.rest(80);
    if (this.language === "elixir") return elixirLiteral(rest);
    const heredoc = /^<<[~-]?(["'`]?)([A-Z_]\w*)\1/.exec(rest);
    if (heredoc !== null) {
      this.heredocs.push({ end: new RegExp(`^[ \\t]*${heredoc[2] ?? ""}\\r?$`), interpolates: heredoc[1] !== "'" });
      return undefined;
    }
    return rubyLiteral(rest);
  }

  private scanLiteral({ close, open, interpolates, isCode }: Literal): boolean {
    for (let depth = 0; this.at < this.source.length;) {
      if (depth === 0 && this.source.startsWith(close, this.at)) {
        this.at += close.length;
        return true;
      }
      const char = this.source.charAt(this.at);
      if (char === open) depth++;
      if (char === close) depth--;
      if (!this.scanCharacter(interpolates, isCode === true)) return false;
    }
    return false;
  }

  /** From the end of a line over the here-documents that it began. */
  private scanHeredocs(): boolean {
    for (let next = this.heredocs.shift(); next !== undefined;) {
      const [line = ""] = this.rest().slice(1).split("\n", 1);
      this.at++;
      if (next.end.test(line)) {
        this.at += line.length;
        next = this.heredocs.shift();
        continue;
      }
      while (this.at < this.source.length && this.source.charAt(this.at) !== "\n")
        if (!this.scanCharacter(next.interpolates, false)) return false;
      if (this.at >= this.source.length) return false;
    }
    return true;
  }

  /** One character of a literal, or what is interpolated there. */
  private scanCharacter(interpolates: boolean, isCode: boolean): boolean {
    if (interpolates && this.source.startsWith("#{", this.at)) {
      this.at += 2;
      if (!this.scanCode("}")) return false;
      this.at++;
      return true;
    }
    for (let left = this.source.charAt(this.at) === "\\" ? 2 : 1; left > 0; left--) {
      if (!isCode) this.blank(this.code);
      this.at++;
    }
    return true;
  }

  private blank(characters: string[]): void {
    if (this.at < characters.length && characters[this.at] !== "\n") characters[this.at] = " ";
  }

  private readonly atLineStart = (): boolean => this.at === 0 || this.source.charAt(this.at - 1) === "\n";

  private readonly rest = (length = this.source.length): string => this.source.slice(this.at, this.at + length);
}

function rubyLiteral(rest: string): Literal | undefined {
  const [first = ""] = rest;
  if (first === '"' || first === "'") return { length: 1, close: first, interpolates: first === '"' };
  if (first === "`") return { length: 1, close: "`", interpolates: true, isCode: true };
  const percent = /^%([wWiIqQrsx])([[({<|!/])/.exec(rest);
  if (percent === null) return undefined;
  const [whole, kind = "", open = ""] = percent;
  return {
    length: whole.length,
    close: CLOSING[open] ?? open,
    ...(open in CLOSING ? { open } : {}),
    interpolates: /[WIQrx]/.test(kind),
    ...(kind === "x" ? { isCode: true } : {}),
  };
}

function elixirLiteral(rest: string): Literal | undefined {
  // A character: `?"`.
  const character = /^\?(?:\\.|["'#~])/.exec(rest);
  if (character !== null) return { length: character[0].length, close: "", interpolates: false };
  const sigil = /^~([a-z]|[A-Z]+)("""|'''|[[({<|"'/])/.exec(rest);
  const quote = sigil?.[2] ?? /^(?:"""|'''|"|')/.exec(rest)?.[0];
  if (quote === undefined) return undefined;
  const raw = sigil !== null && /[A-Z]/.test(sigil[1] ?? "");
  return {
    length: (sigil?.[0] ?? quote).length,
    close: CLOSING[quote] ?? quote,
    ...(quote in CLOSING ? { open: quote } : {}),
    interpolates: !raw,
  };
}

import type { Heredoc, JoinedText, Segment, Span } from "./nodes.js";
import { canHoldHeredoc, heredocMarkers } from "./heredoc.js";
import { trimStart } from "./space.js";

/** One instruction's lines, boundaries drawn as BuildKit's parser draws them (frontend/dockerfile/parser, v0.26.3). */
export interface ScannedInstruction extends Span {
  /** 1-based; heredoc terminators included. */
  readonly startLine: number;
  readonly endLine: number;
  /** End of the header: where heredoc bodies begin, or `end`. */
  readonly headerEnd: number;
  /** Keyword to end of header, continuations joined, comment lines and blank continuation lines dropped. */
  readonly joined: JoinedText;
  readonly innerComments: readonly Span[];
  readonly heredocs: readonly Heredoc[];
}

export interface ScanProblem {
  readonly offset: number;
  readonly message: string;
}

export interface Scan {
  readonly directives: ReadonlyMap<string, { readonly value: string; readonly line: Span }>;
  readonly escape: "\\" | "`";
  readonly instructions: readonly ScannedInstruction[];
  /** Comment lines between instructions (directive lines not included). */
  readonly comments: readonly Span[];
  readonly problems: readonly ScanProblem[];
}

/** Go's bufio.Scanner, with which BuildKit reads, takes no longer line. */
const MAXIMUM_LINE_BYTES = 65_535;

interface Line {
  /** Offsets of the text without its line end, and of what follows it. */
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

export function scan(source: string): Scan {
  return new Scanner(source).run();
}

class Scanner {
  private offset: number;
  private lineNumber = 0;
  private escape: "\\" | "`" = "\\";
  private readonly directives = new Map<string, { value: string; line: Span }>();
  private readonly instructions: ScannedInstruction[] = [];
  private readonly comments: Span[] = [];
  private readonly problems: ScanProblem[] = [];

  constructor(private readonly source: string) {
    this.offset = source.startsWith("\uFEFF") ? 1 : 0;
  }

  run(): Scan {
    let directivesAllowed = true;
    for (let line = this.nextLine(); line !== undefined; line = this.nextLine()) {
      if (directivesAllowed) directivesAllowed = this.readDirective(line);
      const start = trimStart(this.source, line.start, line.end);
      if (start === line.end) continue;
      if (this.source.charAt(start) === "#") {
        if (!directivesAllowed) this.comments.push({ start, end: line.end });
        continue;
      }
      this.readInstruction(line, start);
    }
    const { directives, escape, instructions, comments, problems } = this;
    if (instructions.length === 0 && problems.length === 0) {
      problems.push({ offset: 0, message: "the file has no instructions. Start it with FROM." });
    }
    return { directives, escape, instructions, comments, problems };
  }

  private nextLine(): Line | undefined {
    const { source, offset } = this;
    if (offset >= source.length) return undefined;
    const newline = source.indexOf("\n", offset);
    const next = newline < 0 ? source.length : newline + 1;
    let end = newline < 0 ? source.length : newline;
    while (end > offset && source.charAt(end - 1) === "\r") end--;
    this.offset = next;
    this.lineNumber++;
    if (
      next - offset > MAXIMUM_LINE_BYTES / 3 &&
      utf8Length(source, offset, newline < 0 ? next : newline) > MAXIMUM_LINE_BYTES
    ) {
      this.problems.push({
        offset,
        message: `the line is longer than ${MAXIMUM_LINE_BYTES} bytes, which BuildKit refuses. Break it.`,
      });
    }
    return { start: offset, end, next };
  }

  /** Returns whether the next line may be a directive, too. */
  private readDirective(line: Line): boolean {
    const match = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=([^]+)$/.exec(
      this.source.slice(trimStart(this.source, line.start, line.end), line.end),
    );
    const name = match?.[1]?.toLowerCase() ?? "";
    // Blanks alone are one.
    const value = match?.[2]?.trim() || " ";
    if (!["syntax", "escape", "check"].includes(name)) return false;
    if (this.directives.has(name)) {
      this.problems.push({ offset: line.start, message: `the directive \`${name}\` is given twice. Keep one.` });
    }
    this.directives.set(name, { value, line: { start: line.start, end: line.end } });
    if (name === "escape") {
      if (value === "\\" || value === "`") this.escape = value;
      else
        this.problems.push({
          offset: line.start,
          message: `the escape character \`${value}\` is neither \\ nor \`. Use one of them.`,
        });
    }
    return true;
  }

  private readInstruction(first: Line, start: number): void {
    const startLine = this.lineNumber;
    const segments: Segment[] = [];
    const innerComments: Span[] = [];
    let text = "";
    let end = first.end;
    const append = (from: number, to: number): void => {
      if (to > from) segments.push({ joined: text.length, source: from, length: to - from });
      text += this.source.slice(from, to);
    };
    let cut = this.continuation(start, first.end);
    append(start, cut ?? first.end);
    while (cut !== undefined) {
      const line = this.nextLine();
      if (line === undefined) break;
      const content = trimStart(this.source, line.start, line.end);
      if (content === line.end) {
        end = line.end;
        continue;
      }
      if (this.source.charAt(content) === "#") {
        innerComments.push({ start: content, end: line.end });
        end = line.end;
        continue;
      }
      cut = this.continuation(line.start, line.end);
      append(line.start, cut ?? line.end);
      end = line.end;
    }
    const headerEnd = end;
    const joined = { text, segments };
    const heredocs = canHoldHeredoc(text) ? this.readHeredocs(joined, start) : [];
    if (heredocs.length > 0) end = this.lastLineEnd;
    this.instructions.push({
      start,
      end,
      startLine,
      endLine: this.lineNumber,
      headerEnd,
      joined,
      innerComments,
      heredocs,
    });
  }

  private lastLineEnd = 0;

  private readHeredocs(joined: JoinedText, start: number): Heredoc[] {
    return heredocMarkers(joined).map((marker) => {
      const bodyStart = this.offset;
      let content = "";
      for (let line = this.nextLine(); line !== undefined; line = this.nextLine()) {
        this.lastLineEnd = line.end;
        const from = marker.chomp ? afterTabs(this.source, line) : line.start;
        if (this.source.slice(from, line.end) === marker.name) {
          return { ...marker, body: { start: bodyStart, end: line.start }, content };
        }
        content += this.source.slice(line.start, line.next);
      }
      this.problems.push({
        offset: start,
        message: `the heredoc <<${marker.name} has no end. Add a line with only ${marker.name}.`,
      });
      return { ...marker, body: { start: bodyStart, end: this.source.length }, content };
    });
  }

  /** Where the escape character stands that continues the line, if one does: alone, or after anything but itself. */
  private continuation(start: number, end: number): number | undefined {
    const { source, escape } = this;
    let at = end;
    while (at > start && (source.charAt(at - 1) === " " || source.charAt(at - 1) === "\t")) at--;
    if (at === start || source.charAt(at - 1) !== escape) return undefined;
    return at - 1 === start || source.charAt(at - 2) !== escape ? at - 1 : undefined;
  }
}

function afterTabs(source: string, line: Line): number {
  let from = line.start;
  while (from < line.end && source.charAt(from) === "\t") from++;
  return from;
}

function utf8Length(source: string, start: number, end: number): number {
  let bytes = 0;
  for (let i = start; i < end && bytes <= MAXIMUM_LINE_BYTES; i++) {
    const code = source.charCodeAt(i);
    bytes += code < 0x80 ? 1 : code < 0x800 || (code >= 0xd800 && code < 0xe000) ? 2 : 3;
  }
  return bytes;
}

import type { Instruction as AstInstruction } from "dockerfile-ast";

/** Half-open range of UTF-16 offsets into `Document.source`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * A word of an instruction. `text` is the word as BuildKit sees it (line continuations joined, quotes and escapes
 * kept); the span covers its bytes in the source, which may run over a continuation.
 */
export interface Word extends Span {
  readonly text: string;
}

/** `--name=value` or `--name` before the arguments. `value` is undefined for the form without `=`. */
export interface Flag extends Word {
  readonly name: string;
  readonly value: string | undefined;
}

/** `<<[-]NAME` and its body. BuildKit: parser.Heredoc. */
export interface Heredoc {
  readonly name: string;
  /** `<<-`: leading tabs of the body are removed. */
  readonly chomp: boolean;
  /** The delimiter was unquoted: variables in the body of a COPY/ADD heredoc are expanded. */
  readonly expand: boolean;
  readonly fileDescriptor: number;
  /** The `<<NAME` word in the header. */
  readonly marker: Span;
  /** Lines between the header and the terminator (with their line ends; tabs not yet removed). */
  readonly body: Span;
  readonly content: string;
}

/** One piece of joined text: `length` characters at `joined` in the joined text stand at `source` in the file. */
export interface Segment {
  readonly joined: number;
  readonly source: number;
  readonly length: number;
}

/** Text of several physical lines joined as BuildKit joins them, and the way back to the file. */
export interface JoinedText {
  readonly text: string;
  readonly segments: readonly Segment[];
}

interface InstructionBase extends Span {
  readonly keyword: Word;
  readonly flags: readonly Flag[];
  /** Position in `Document.instructions`. An ONBUILD's inner instruction has its parent's index. */
  readonly index: number;
  /** Position in `Document.stages`; -1 before the first FROM. */
  readonly stage: number;
  /** 1-based first and last physical line, heredoc bodies and terminators included (BuildKit's StartLine, EndLine). */
  readonly startLine: number;
  readonly endLine: number;
  /** All bytes since the previous slot's end up to and including this instruction's line end: slots (and the document's tail) tile the source. */
  readonly slot: Span;
  /** Comment lines glued to the instruction (no blank line between) + text + line end: what a move carries. */
  readonly block: Span;
  /** Everything after keyword and flags, joined as BuildKit does (without heredoc bodies). */
  readonly body: JoinedText;
  readonly heredocs: readonly Heredoc[];
  /** The words of the exec (JSON array) form with their decoded strings in `text`; undefined for every other form. */
  readonly json: readonly Word[] | undefined;
  /** Comment lines between the physical lines of this instruction. A rewrite of the instruction keeps them or is refused. */
  readonly innerComments: readonly Span[];
  /** dockerfile-ast's typed node of the header; its positions count from the keyword. undefined: it reads the header differently, or cannot run (a browser). */
  readonly node: () => AstInstruction | undefined;
}

/** A name and its value in ENV, LABEL and ARG; `value` undefined is `ARG NAME`. Both as written, quotes kept. */
export interface Pair extends Span {
  readonly name: Word;
  readonly value: Word | undefined;
}

export interface FromInstruction extends InstructionBase {
  readonly kind: "FROM";
  readonly image: Word;
  readonly alias: Word | undefined;
}
export interface RunInstruction extends InstructionBase {
  readonly kind: "RUN";
}
export interface CopyInstruction extends InstructionBase {
  readonly kind: "COPY" | "ADD";
  /** Sources in order; heredoc sources are in `heredocs`, not here. In JSON form `text` is the decoded string. */
  readonly sources: readonly Word[];
  readonly dest: Word;
  /** Value of `--from`, undefined when the build context is the source. */
  readonly from: string | undefined;
}
export interface PairsInstruction extends InstructionBase {
  readonly kind: "ENV" | "LABEL" | "ARG";
  readonly pairs: readonly Pair[];
  /** `ENV name rest of the line`. */
  readonly legacy: boolean;
}
export interface OnbuildInstruction extends InstructionBase {
  readonly kind: "ONBUILD";
  /** undefined: it is not valid, which only a build that inherits it would notice. */
  readonly inner: Instruction | undefined;
}
export interface OtherInstruction extends InstructionBase {
  readonly kind:
    | "CMD"
    | "ENTRYPOINT"
    | "EXPOSE"
    | "HEALTHCHECK"
    | "MAINTAINER"
    | "SHELL"
    | "STOPSIGNAL"
    | "USER"
    | "VOLUME"
    | "WORKDIR";
  readonly words: readonly Word[];
}
export type Instruction =
  FromInstruction | RunInstruction | CopyInstruction | PairsInstruction | OnbuildInstruction | OtherInstruction;

export interface Stage {
  readonly index: number;
  readonly from: FromInstruction;
  /** Lower-cased, as BuildKit compares them. */
  readonly name: string | undefined;
  /** The stage named by FROM, when its image is an earlier stage's name. */
  readonly base: Stage | undefined;
  /** FROM included. */
  readonly instructions: readonly Instruction[];
}

export interface Comment extends Span {
  /** Text after `#`, trimmed. */
  readonly text: string;
}

export interface Directives {
  readonly syntax: string | undefined;
  readonly escape: "\\" | "`";
  readonly check: string | undefined;
}

export interface Document {
  readonly source: string;
  readonly directives: Directives;
  /** Line end of the first line; "\n" when there is none. New text uses it. */
  readonly eol: "\n" | "\r\n";
  readonly instructions: readonly Instruction[];
  readonly stages: readonly Stage[];
  /** Comment lines outside instructions and directives. */
  readonly comments: readonly Comment[];
  /** Bytes after the last slot. */
  readonly tail: Span;
}

/** Why BuildKit would reject the file. `line` and `column` are 1-based, `column` counts UTF-16 units. */
export interface SyntaxProblem {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export type ParseResult =
  | { readonly ok: true; readonly document: Document }
  | { readonly ok: false; readonly problems: readonly SyntaxProblem[] };

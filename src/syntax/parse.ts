import { DockerfileParser, type Instruction as AstInstruction } from "dockerfile-ast";
import { toSource } from "./heredoc.js";
import type {
  Comment,
  Document,
  Flag,
  Instruction,
  JoinedText,
  OtherInstruction,
  Pair,
  ParseResult,
  Segment,
  Span,
  Stage,
  SyntaxProblem,
  Word,
} from "./nodes.js";
import { scan, type Scan, type ScannedInstruction } from "./scan.js";
import { problemOf, validate, type Draft, type DraftProblem } from "./validate.js";
import { trimStart } from "./space.js";
import { blankWords, quotedWords, readJson, splitCommand, type TextWord } from "./words.js";

/** Reads a Dockerfile as BuildKit would; what BuildKit rejects comes back as problems, never half understood. */
export function parse(source: string): ParseResult {
  const scanned = scan(source);
  const drafts = scanned.instructions.map((instruction) => draft(instruction, scanned.escape));
  const problems = [...scanned.problems, ...validate(drafts)];
  if (problems.length > 0) return { ok: false, problems: locate(source, problems) };
  return { ok: true, document: build(source, scanned, drafts) };
}

function locate(source: string, problems: readonly DraftProblem[]): SyntaxProblem[] {
  return [...problems]
    .sort((a, b) => a.offset - b.offset)
    .map(({ offset, message }) => {
      const before = source.slice(0, offset);
      const line = before.split("\n").length;
      return { offset, line, column: offset - before.lastIndexOf("\n"), message };
    });
}

/** Cuts a header into keyword, flags and words, as its kind demands. */
function draft(scanned: ScannedInstruction, escape: string, range?: Span): Draft {
  const { text } = scanned.joined;
  const { keyword, flags, rest } = splitCommand(text, range);
  const name = keyword.text.toUpperCase();
  const base = { scanned, keyword, flags, rest, name, words: [], json: undefined, inner: undefined, legacy: false };
  switch (name) {
    case "FROM":
    case "EXPOSE":
      return { ...base, words: blankWords(text, rest) };
    case "ADD":
    case "COPY":
    case "VOLUME": {
      const json = readJson(text, rest);
      return { ...base, json, words: json?.strings ?? blankWords(text, rest) };
    }
    case "CMD":
    case "ENTRYPOINT":
    case "RUN":
    case "SHELL": {
      const json = readJson(text, rest);
      return { ...base, json, words: json?.strings ?? whole(text, rest) };
    }
    case "ENV":
    case "LABEL": {
      const words = quotedWords(text, rest, escape);
      const legacy = words[0] !== undefined && !words[0].text.includes("=");
      return { ...base, legacy, words: legacy ? legacyWords(text, rest) : words };
    }
    case "ARG":
      return { ...base, words: quotedWords(text, rest, escape) };
    case "HEALTHCHECK": {
      const [type] = blankWords(text, rest);
      if (type === undefined) return base;
      const after = { start: trimStart(text, type.end, rest.end), end: rest.end };
      const json = readJson(text, after);
      return { ...base, json, words: [type, ...(json?.strings ?? whole(text, after))] };
    }
    case "ONBUILD":
      return { ...base, inner: rest.end > rest.start ? draft(scanned, escape, rest) : undefined };
    default:
      return { ...base, words: whole(text, rest) };
  }
}

const whole = (text: string, rest: Span): TextWord[] =>
  rest.end > rest.start ? [{ ...rest, text: text.slice(rest.start, rest.end) }] : [];

/** `ENV name rest of the line`: two words, or one where BuildKit misses the second. */
function legacyWords(text: string, rest: Span): TextWord[] {
  const [name] = blankWords(text, rest);
  if (name === undefined) return [];
  const value = { start: trimStart(text, name.end, rest.end), end: rest.end };
  return value.end > value.start ? [name, { ...value, text: text.slice(value.start, value.end) }] : [name];
}

function build(source: string, scanned: Scan, drafts: readonly Draft[]): Document {
  const eol = /\r\n|\n/.exec(source.slice(0, 100_000))?.[0] === "\r\n" ? "\r\n" : "\n";
  const lineEnds = (offset: number): number => {
    const newline = source.indexOf("\n", offset);
    return newline < 0 ? source.length : newline + 1;
  };
  const instructions: Instruction[] = [];
  let slotStart = 0;
  let stage = -1;
  for (const [index, one] of drafts.entries()) {
    if (one.name === "FROM") stage++;
    const end = lineEnds(one.scanned.end);
    const slot = { start: slotStart, end };
    const block = { start: blockStart(source, one.scanned.start, slotStart, scanned.directives), end };
    instructions.push(node(one, { source, index, stage, slot, block }));
    slotStart = end;
  }
  const comments = scanned.comments.map((span): Comment => ({
    ...span,
    text: source.slice(span.start, span.end).replace(/^\s*#/, "").trim(),
  }));
  const directive = (name: string): string | undefined => scanned.directives.get(name)?.value;
  return {
    source,
    directives: { syntax: directive("syntax"), escape: scanned.escape, check: directive("check") },
    eol,
    instructions,
    stages: findStages(instructions),
    comments,
    tail: { start: slotStart, end: source.length },
  };
}

/** Walks up over comment lines directly above; directives and a byte order mark stay where they are. */
function blockStart(source: string, instructionStart: number, limit: number, directives: Scan["directives"]): number {
  const fixed = Math.max(
    limit,
    source.startsWith("\uFEFF") ? 1 : 0,
    ...[...directives.values()].map((one) => one.line.end + 1),
  );
  let start = source.lastIndexOf("\n", instructionStart - 1) + 1;
  if (start < fixed) return Math.min(fixed, instructionStart);
  for (;;) {
    const above = start < 2 ? 0 : source.lastIndexOf("\n", start - 2) + 1;
    if (start === 0 || above < fixed || !/^\s*#/.test(source.slice(above, start))) return start;
    start = above;
  }
}

interface Place {
  readonly source: string;
  readonly index: number;
  readonly stage: number;
  readonly slot: Span;
  readonly block: Span;
}

function node(one: Draft, place: Place): Instruction {
  const { scanned, keyword } = one;
  const { joined } = scanned;
  const word = (text: TextWord): Word => {
    const { start, end } = toSource(joined, text);
    return { start, end, text: text.text };
  };
  const words = one.words.map(word);
  const { source, index, stage, slot, block } = place;
  const base = {
    start: toSource(joined, keyword).start,
    end: scanned.end,
    keyword: word(keyword),
    flags: one.flags.map((flag) => readFlag(word(flag))),
    index,
    stage,
    startLine: scanned.startLine,
    endLine: scanned.endLine,
    slot,
    block,
    body: sliceJoined(joined, one.rest),
    heredocs: scanned.heredocs,
    json: one.json?.strings?.map(word),
    innerComments: scanned.innerComments,
    node: headerNode(source, scanned, keyword),
  };
  switch (one.name) {
    case "FROM":
      return Object.assign(base, { kind: one.name, image: words[0] ?? base.keyword, alias: words[2] });
    case "RUN":
      return Object.assign(base, { kind: one.name });
    case "ADD":
    case "COPY": {
      const isHeredoc = (text: Word): boolean =>
        scanned.heredocs.some((heredoc) => heredoc.marker.start === text.start);
      const sources = words.slice(0, -1).filter((text) => !isHeredoc(text));
      const from = base.flags.find((flag) => flag.name === "from")?.value;
      return Object.assign(base, { kind: one.name, sources, dest: words.at(-1) ?? base.keyword, from });
    }
    case "ARG":
    case "ENV":
    case "LABEL":
      return Object.assign(base, {
        kind: one.name,
        legacy: one.legacy,
        pairs: one.legacy ? legacyPair(words) : words.map(readPair),
      });
    case "ONBUILD":
      return Object.assign(base, {
        kind: one.name,
        inner: one.inner === undefined || problemOf(one.inner) !== undefined ? undefined : node(one.inner, place),
      });
    default:
      if (!isPlain(one.name)) throw new RangeError(`unknown instruction ${one.name}`);
      return Object.assign(base, { kind: one.name, words });
  }
}

const PLAIN: readonly string[] = [
  "CMD",
  "ENTRYPOINT",
  "EXPOSE",
  "HEALTHCHECK",
  "MAINTAINER",
  "SHELL",
  "STOPSIGNAL",
  "USER",
  "VOLUME",
  "WORKDIR",
];

const isPlain = (name: string): name is OtherInstruction["kind"] => PLAIN.includes(name);

function readFlag(word: Word): Flag {
  const equals = word.text.indexOf("=");
  const name = word.text.slice(2, equals < 0 ? undefined : equals).toLowerCase();
  return { ...word, name, value: equals < 0 ? undefined : word.text.slice(equals + 1) };
}

/** `NAME=value` in ENV, LABEL, ARG. Only a pair on one physical line has exact inner spans; over a continuation they are the pair's. */
function readPair(word: Word): Pair {
  const equals = word.text.indexOf("=");
  const { start, end, text } = word;
  if (equals < 0) return { start, end, name: word, value: undefined };
  const middle = end - start === text.length ? start + equals : undefined;
  const name = { start, end: middle ?? end, text: text.slice(0, equals) };
  const value = { start: middle === undefined ? start : middle + 1, end, text: text.slice(equals + 1) };
  return { start, end, name, value };
}

function legacyPair([name, value]: readonly Word[]): Pair[] {
  return name === undefined ? [] : [{ start: name.start, end: value?.end ?? name.end, name, value }];
}

/** The part of joined text in a range, with its own segments. */
function sliceJoined(joined: JoinedText, range: Span): JoinedText {
  const segments: Segment[] = [];
  for (const segment of joined.segments) {
    const start = Math.max(segment.joined, range.start);
    const end = Math.min(segment.joined + segment.length, range.end);
    if (end > start)
      segments.push({
        joined: start - range.start,
        source: segment.source + (start - segment.joined),
        length: end - start,
      });
  }
  return { text: joined.text.slice(range.start, range.end), segments };
}

/**
 * dockerfile-ast's node of the header, when asked. Characters that it takes for line ends or blanks and BuildKit does not are
 * masked one for one, so that its ranges hold. undefined: it does not see exactly one instruction there, or there is no Buffer (a
 * browser), by which it looks for a byte order mark.
 */
function headerNode(source: string, scanned: ScannedInstruction, keyword: TextWord): () => AstInstruction | undefined {
  let known: { readonly node: AstInstruction | undefined } | undefined;
  return () => {
    if (known === undefined) {
      const start = toSource(scanned.joined, keyword).start;
      const header = source.slice(start, scanned.headerEnd).replace(/\r(?!\n)|[\v\f\u0085\u00a0\u2028\u2029]/g, "_");
      const nodes = typeof Buffer === "undefined" ? [] : DockerfileParser.parse(header).getInstructions();
      known = { node: nodes.length === 1 ? nodes[0] : undefined };
    }
    return known.node;
  };
}

function findStages(instructions: readonly Instruction[]): Stage[] {
  const stages: Stage[] = [];
  const byName = new Map<string, Stage>();
  let members: Instruction[] = [];
  for (const instruction of instructions) {
    if (instruction.kind === "FROM") {
      members = [];
      const name = instruction.alias?.text.toLowerCase();
      const stage = {
        index: stages.length,
        from: instruction,
        name,
        base: byName.get(instruction.image.text.toLowerCase()),
        instructions: members,
      };
      stages.push(stage);
      if (name !== undefined) byName.set(name, stage);
    }
    members.push(instruction);
  }
  return stages;
}

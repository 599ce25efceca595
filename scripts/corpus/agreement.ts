import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { Document, Instruction } from "../../src/syntax/nodes.js";
import { parse } from "../../src/syntax/parse.js";
import { print } from "../../src/syntax/print.js";

/** The shared material lies beside the checkout; npm runs its scripts from the top. */
export const SHARED = new URL("../shared/", `${pathToFileURL(process.cwd()).href}/`);

/** BuildKit's reading of one file, as recorded in the shared corpus. */
export interface Reading {
  readonly path?: string;
  readonly ok: boolean;
  readonly instrOk?: boolean;
  readonly instrErr?: string;
  readonly content_b64?: string;
  readonly escape?: string;
  readonly insts?: readonly {
    readonly cmd: string;
    readonly flags: readonly string[];
    readonly args: readonly string[];
    readonly json: boolean;
    readonly start: number;
    readonly end: number;
    readonly original: string;
    readonly heredocs?: readonly {
      readonly name: string;
      readonly content: string;
      readonly chomp: boolean;
      readonly expand: boolean;
      readonly fd: number;
    }[];
  }[];
  readonly stages?: readonly { readonly base: string; readonly alias: string; readonly n: number }[];
}

export interface Agreement {
  readonly files: number;
  readonly roundTrip: number;
  readonly agree: number;
  /** "path: what differs", the first difference of each file. */
  readonly differences: readonly string[];
}

export function readRecords(path: string): readonly Reading[] | undefined {
  const url = new URL(path, SHARED);
  if (!existsSync(url)) return undefined;
  const text = gunzipSync(readFileSync(url)).toString("utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Reading);
}

export function compareAll(records: readonly Reading[]): Agreement {
  const differences: string[] = [];
  let roundTrip = 0;
  for (const [index, record] of records.entries()) {
    const bytes =
      record.content_b64 === undefined
        ? readFileSync(join(fileURLToPath(SHARED), "corpus", record.path ?? ""))
        : Buffer.from(record.content_b64, "base64");
    const source = bytes.toString("utf8");
    const name = record.path ?? `#${index}`;
    const result = parse(source);
    if (!result.ok || print(result.document) === source) roundTrip++;
    const difference = compare(record, source);
    if (difference !== undefined) differences.push(`${name}: ${difference}`);
  }
  return { files: records.length, roundTrip, agree: records.length - differences.length, differences };
}

function compare(record: Reading, source: string): string | undefined {
  const result = parse(source);
  const valid = record.ok && record.instrOk === true;
  if (!result.ok) return valid ? `rejected: ${JSON.stringify(result.problems[0])}` : undefined;
  if (!valid) return `accepted, BuildKit: ${record.instrErr ?? "does not parse"}`;
  return compareDocument(record, result.document);
}

function compareDocument(record: Reading, document: Document): string | undefined {
  const theirs = record.insts ?? [];
  if (document.directives.escape !== record.escape) return "escape";
  if (theirs.length !== document.instructions.length)
    return `${document.instructions.length} instructions, not ${theirs.length}`;
  for (const [index, their] of theirs.entries()) {
    const ours = document.instructions[index];
    const difference = ours === undefined ? "missing" : compareInstruction(their, ours);
    if (difference !== undefined) return `line ${their.start}: ${difference}`;
  }
  const stages = document.stages.map((stage) => `${stage.from.image.text}|${stage.name ?? ""}`).join();
  const expected = (record.stages ?? []).map((stage) => `${stage.base}|${stage.alias.toLowerCase()}`).join();
  return stages === expected ? undefined : `stages ${stages}, not ${expected}`;
}

type Theirs = NonNullable<Reading["insts"]>[number];

function compareInstruction(their: Theirs, ours: Instruction): string | undefined {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ["keyword", ours.keyword.text, their.cmd],
    ["start", ours.startLine, their.start],
    ["end", ours.endLine, their.end],
    ["flags", ours.flags.map((flag) => flag.text), their.flags],
    ["json", ours.json !== undefined, their.json],
    ["text", tail(their.original, ours.body.text), ours.body.text],
    ["args", args(ours, their), their.args],
    [
      "heredocs",
      ours.heredocs.map((one) => [one.name, one.content, one.chomp, one.expand, one.fileDescriptor]),
      (their.heredocs ?? []).map((one) => [one.name, one.content, one.chomp, one.expand, one.fd]),
    ],
  ];
  for (const [name, mine, expected] of pairs) {
    if (JSON.stringify(mine) !== JSON.stringify(expected))
      return `${name} ${JSON.stringify(mine)}, not ${JSON.stringify(expected)}`.slice(0, 300);
  }
  return undefined;
}

/** The end of BuildKit's joined line, as long as our body. */
function tail(original: string, body: string): string {
  const trimmed = original.replace(/[\s\u0085]+$/u, "");
  return trimmed.slice(trimmed.length - body.length);
}

function args(ours: Instruction, their: Theirs): readonly string[] {
  switch (ours.kind) {
    case "ENV":
    case "LABEL":
      return ours.pairs.flatMap((pair) => [pair.name.text, pair.value?.text ?? "", ours.legacy ? "" : "="]);
    case "ARG":
      return ours.pairs.map((pair) =>
        pair.value === undefined ? pair.name.text : `${pair.name.text}=${pair.value.text}`,
      );
    case "COPY":
    case "ADD":
      return ours.heredocs.length > 0 ? their.args : [...ours.sources.map((word) => word.text), ours.dest.text];
    case "FROM":
      return ours.alias === undefined ? [ours.image.text] : [ours.image.text, their.args[1] ?? "", ours.alias.text];
    case "ONBUILD":
      return their.args;
    case "RUN":
      return ours.json?.map((word) => word.text) ?? (ours.body.text === "" ? [] : [ours.body.text]);
    default:
      return ours.words.map((word) => word.text);
  }
}

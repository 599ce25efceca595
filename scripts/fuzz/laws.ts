import { applyPatch } from "diff";
import type { Context } from "../../src/context/context.js";
import { contextFromList } from "../../src/context/load-list.js";
import { ignores, parseIgnore } from "../../src/context/dockerignore.js";
import { isRefused } from "../../src/ecosystems/ecosystem.js";
import { builderNamed, type Evidence } from "../../src/facts/cost/evidence.js";
import { createFacts } from "../../src/facts/facts.js";
import { optimizeFile } from "../../src/project/optimize.js";
import type { FileChange } from "../../src/project/result.js";
import { unifiedDiff } from "../../src/report/diff.js";
import { tell } from "../../src/report/findings.js";
import { jsonReporter } from "../../src/report/json.js";
import { readScript } from "../../src/shell/parse.js";
import type { Document, Instruction, RunInstruction, Span } from "../../src/syntax/nodes.js";
import { apply } from "../../src/syntax/edit.js";
import { parse } from "../../src/syntax/parse.js";
import { print } from "../../src/syntax/print.js";
import { checkLaws, type Report } from "../../src/testing.js";
import type { Transform } from "../../src/transform.js";
import type { Input } from "./inputs.js";

/** What came of an input that broke no law. */
export interface Outcome {
  /** Names of the transforms that changed it. */
  readonly fired: readonly string[];
  /** Scripts that bash has to be able to read: those that we read ourselves, or made of ones that bash could read. */
  readonly scripts: readonly Script[];
  /** Files that it changed. */
  readonly changes: readonly FileChange[];
}

export interface Script {
  readonly text: string;
  /** Scripts it was made of; where bash rejects one of them, it may reject this one. */
  readonly madeOf: readonly string[];
}

const NOTHING: Outcome = { fired: [], scripts: [], changes: [] };

/** Holds an input against every law of its kind. @throws Error that names the broken law, or whatever the code throws */
export function check(input: Input, transforms: readonly Transform[]): Outcome {
  switch (input.kind) {
    case "syntax":
      checkSyntax(input.text);
      return NOTHING;
    case "shell":
      return { ...NOTHING, scripts: checkShell(input.text) };
    case "ignore":
      checkIgnore(input);
      return NOTHING;
    case "manifest":
      checkManifests(input);
      return NOTHING;
    case "engine":
      return checkEngine(input, transforms);
  }
}

function holds(law: string, held: boolean): asserts held {
  if (!held) throw new Error(`broken law: ${law}`);
}

const within = (inner: Span, outer: Span): boolean =>
  outer.start <= inner.start && inner.start <= inner.end && inner.end <= outer.end;

/** The tree's spans tile the source and lie in each other; joined text is the source's. */
function checkSyntax(source: string): Document | undefined {
  const result = parse(source);
  if (!result.ok) {
    holds("what does not parse is told", result.problems.length > 0);
    for (const { offset, line, column, message } of result.problems)
      holds(
        "a problem has a place and a message",
        offset >= 0 && offset <= source.length && line > 0 && column > 0 && message !== "",
      );
    return undefined;
  }
  const { document } = result;
  holds("the tree prints as the text it was read from", print(document) === source);
  let at = 0;
  for (const instruction of document.instructions) {
    holds("slots tile the source", instruction.slot.start === at && instruction.slot.end > at);
    at = instruction.slot.end;
    checkInstruction(instruction, instruction, source);
  }
  holds("the tail ends the source", document.tail.start === at && document.tail.end === source.length);
  holds(
    "stages part the instructions",
    document.stages.every((stage) => stage.instructions.every((one) => one.stage === stage.index)),
  );
  return document;
}

function checkInstruction(instruction: Instruction, outer: Instruction, source: string): void {
  const { body, slot, block, startLine, endLine, index } = instruction;
  holds("an instruction lies in its slot", within(instruction, outer.slot) && within(block, slot));
  holds("lines go forward", startLine <= endLine && index === outer.index);
  holds(
    "words lie in their instruction",
    [instruction.keyword, ...instruction.flags, ...(instruction.json ?? [])].every((one) => within(one, instruction)),
  );
  holds(
    "comments lie in their block",
    instruction.innerComments.every((one) => within(one, outer.block)),
  );
  holds(
    "heredocs lie in their instruction",
    instruction.heredocs.every((one) => within(one.marker, instruction) && within(one.body, outer.slot)),
  );
  holds(
    "joined text is the source's",
    body.segments.every(
      (one) =>
        body.text.slice(one.joined, one.joined + one.length) === source.slice(one.source, one.source + one.length),
    ),
  );
  if (source.length % 4 === 0) instruction.node();
  if (instruction.kind === "ONBUILD" && instruction.inner !== undefined)
    checkInstruction(instruction.inner, outer, source);
}

/** What is read of a RUN lies in it, in order and nested; what is read for certain, bash reads as well. */
function checkShell(source: string): readonly Script[] {
  const document = checkSyntax(source);
  if (document === undefined) return [];
  return runsOf(document).flatMap((run) => {
    const script = readScript(run, ["bash"], document);
    holds("what cannot be read has no commands", script.problem === undefined || script.commands.length === 0);
    let at = run.start;
    for (const item of script.items) {
      holds("items follow each other in their RUN", item.start >= at && within(item, run.slot));
      at = item.end;
      // The body of a heredoc in a heredoc stands behind its command.
      const outer = script.form === "heredoc" && script.joined.text.includes("<<") ? run.slot : item;
      for (const command of item.commands) {
        holds("commands lie in their item", within(command, outer));
        holds(
          "words lie in their command",
          [...command.args, ...command.redirects].every((word) => within(word, command)),
        );
      }
    }
    holds(
      "a flat chain has && only",
      !script.flatChain || script.items.every((one, index) => one.operator === (index === 0 ? undefined : "&&")),
    );
    return script.problem === undefined ? scriptOf(run) : [];
  });
}

const runsOf = ({ instructions }: Document): readonly RunInstruction[] =>
  instructions.filter((one) => one.kind === "RUN");

/** What the shell is given. */
const scriptOf = (run: RunInstruction): readonly Script[] =>
  run.json !== undefined || run.heredocs.length > 0 ? [] : [{ text: run.body.text, madeOf: [] }];

/** Comments, blanks and a last word do as the builder says; the context and the patterns agree. */
function checkIgnore(input: Input): void {
  const given = Object.keys(input.files ?? {}).filter((path) => !path.endsWith(".dockerignore"));
  const paths = [...given, "a", "a/b", "src", "src/a/b.md", ".git", "é"];
  const parsed = parseIgnore(input.text);
  const ignored = (text: string, path: string): boolean => ignores(parseIgnore(text), path);
  for (const path of paths) {
    const is = ignores(parsed, path);
    const noisy = input.text.replaceAll("\n", "\n# !**\n\n   \n");
    holds("comments and blank lines leave out nothing", ignored(noisy, path) === is);
    if (parsed.problems.length > 0) continue;
    holds("a last ** leaves out everything", ignored(`${input.text}\n**`, path));
    holds("a last !** leaves out nothing", !ignored(`${input.text}\n!**`, path));
  }
  const context = contextOf({ ...input, files: { ...input.files, "Dockerfile.dockerignore": input.text } });
  const all = [...(context?.files() ?? [])];
  for (const path of given)
    if (context?.rawKind(path) === "file")
      holds("the context has what is not left out", all.includes(path) === !ignores(parsed, path));
}

/** Readers of manifests never throw, and name what is there. */
function checkManifests(input: Input): void {
  const document = checkSyntax(input.text);
  const context = contextOf(input);
  if (document === undefined || context === undefined) return;
  const facts = createFacts(document, context, evidenceOf(input));
  for (const { install, site } of runsOf(document).flatMap((run) => facts.commands(run))) {
    if (install === undefined) continue;
    const { ecosystem, call } = install;
    const inputs = ecosystem.inputs(call, site, context);
    if (isRefused(inputs)) holds("a refusal has a reason", inputs.reason !== "");
    else
      holds(
        "an install reads what the context has",
        inputs.paths.every((path) => context.kind(path) !== undefined),
      );
    for (const { path } of ecosystem.outputs(call, site, context)) holds("an install writes somewhere", path !== "");
  }
}

/** All that holds for every rewrite, and what is told of it. */
function checkEngine(input: Input, transforms: readonly Transform[]): Outcome {
  checkSyntax(input.text);
  const context = contextOf(input);
  const settings = { transforms, safety: input.safety, builder: input.builder };
  const report = checkLaws(input.text, context, settings);
  if (report.applied.length === 0) return NOTHING;
  const { before, after, companions } = report;
  const changes = [{ path: "Dockerfile", before, after }, ...companions].filter((one) => one.before !== one.after);
  for (const change of changes) holds("the diff gives the text after", patched(change) === change.after);
  if (input.text.length % 32 === 0) checkJson(input, context, report, transforms);
  return { fired: [...new Set(report.applied.map((one) => one.transform))], scripts: newScripts(report), changes };
}

function patched(change: FileChange): string | false {
  const diff = unifiedDiff(change);
  const hunks = diff.slice(diff.indexOf("\n@@ ") + 1);
  return diff === ""
    ? (change.before ?? "")
    : applyPatch(change.before ?? "", hunks, { autoConvertLineEndings: false });
}

interface JsonReport {
  readonly files: readonly {
    readonly diff: string;
    readonly fixes: readonly {
      readonly edits: readonly {
        readonly start: { readonly offset: number };
        readonly end: { readonly offset: number };
        readonly text: string;
      }[];
    }[];
  }[];
}

/** The report says the same when it is read again, and its fixes together are the rewrite. */
function checkJson(input: Input, context: Context | undefined, report: Report, transforms: readonly Transform[]): void {
  const contexts = context && [{ context, folder: "/x", why: "", missing: [], history: () => undefined }];
  const { result } = optimizeFile(
    { shown: "Dockerfile", text: input.text, opened: contexts && { builds: [], contexts } },
    { transforms, safety: input.safety, evidence: evidenceOf(input) },
    "/x",
    new Map(),
  );
  const reporter = jsonReporter();
  const text = reporter.add(tell(result, false)) + reporter.end();
  const read = JSON.parse(text) as JsonReport;
  holds("a JSON report prints as it was read", JSON.stringify(read, null, 2) + "\n" === text);
  const edits = (read.files[0]?.fixes ?? []).flatMap((fix) =>
    fix.edits.map((edit) => ({ start: edit.start.offset, end: edit.end.offset, text: edit.text })),
  );
  holds("the fixes of a report make the result", apply(input.text, edits) === report.after);
}

/** Scripts in shell form that a rewrite made; bash can read them if it could read all that were there. */
function newScripts({ before, after }: Report): readonly Script[] {
  const [old, now] = [before, after].map((text) => {
    const result = parse(text);
    const runs = result.ok && result.document.directives.escape === "\\" ? runsOf(result.document) : [];
    return runs.flatMap(scriptOf).map((one) => one.text);
  });
  return (now ?? []).flatMap((text) => (old?.includes(text) === true ? [] : { text, madeOf: old ?? [] }));
}

function evidenceOf({ builder }: Input): Evidence {
  const named = builderNamed(builder);
  if (named === undefined) throw new RangeError(`there is no builder ${builder}`);
  return named;
}

export function contextOf({ files }: Pick<Input, "files">): Context | undefined {
  if (files === undefined) return undefined;
  const entries = Object.entries(files).map(([path, text]) => ({ path, ...(text === null ? {} : { text }) }));
  return contextFromList(entries, "fuzz", "Dockerfile");
}

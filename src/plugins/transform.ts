import { createFacts, type Facts } from "../facts/facts.js";
import { apply, type Edit } from "../syntax/edit.js";
import type { Document, Span } from "../syntax/nodes.js";
import { parse } from "../syntax/parse.js";
import {
  isRefusal,
  type CompanionEdit,
  type Proposal,
  type Refusal,
  type Safety,
  type Transform,
} from "../transform.js";
import { oneLine, says } from "./words.js";

/** Nobody has more to say of one text; a generator may never end. */
const MAXIMUM_OUTCOMES = 1000;

/** Nobody has more to add at once; a text that doubles with every pass would. */
const MAXIMUM_ADDED = 100_000;

/**
 * A plug-in's transform that cannot break what others rely on: it reads a document and facts of its own, so that whatever it does to
 * them, the engine judges by its own; what it throws and what makes no sense becomes a refusal that names it. What it proposes is
 * judged as everything is. A `propose` that never comes back cannot be stopped.
 */
export function guardTransform(transform: Transform, plugin: string): Transform {
  const { name, summary, docs, safety, optIn, requires, hadolint } = transform;
  return {
    name,
    summary,
    docs,
    safety,
    ...(optIn === undefined ? {} : { optIn }),
    ...(requires === undefined ? {} : { requires: [...requires] }),
    ...(hadolint === undefined ? {} : { hadolint: [...hadolint] }),
    plugin,
    *propose(document, facts) {
      const failed = (what: string): Refusal => ({
        at: document.stages[0]?.from ?? { start: 0, end: 0 },
        code: "plugin-failed",
        reason: `plug-in ${plugin}: ${name} ${what}`,
      });
      const parsed = parse(document.source);
      if (!parsed.ok) return;
      let count = 0;
      try {
        for (const outcome of transform.propose(
          parsed.document,
          createFacts(parsed.document, facts.context, facts.evidence),
        )) {
          if (++count > MAXIMUM_OUTCOMES) {
            yield failed(`has more than ${MAXIMUM_OUTCOMES} things to say; the rest was not heard`);
            return;
          }
          const read = readOutcome(outcome, document, facts);
          yield typeof read === "string" ? failed(read) : read;
        }
      } catch (error) {
        yield failed(says(error));
      }
    },
  };
}

/** What a transform came out with, copied; or what is wrong with it. */
function readOutcome(outcome: unknown, document: Document, facts: Facts): Proposal | Refusal | string {
  if (typeof outcome !== "object" || outcome === null) return "gave something that is neither a proposal nor a refusal";
  const given = outcome as Proposal | Refusal;
  const at = readSpan(given.at, document);
  if (at === undefined) return "does not say where in the text (`at`)";
  if (!isRefusal(given)) return readProposal(given, at, document, facts);
  const { reason, code } = given;
  return typeof reason === "string" && typeof code === "string" && /^(?:[a-z][a-z0-9-]*\/)?[a-z][a-z0-9-]*$/.test(code)
    ? { at, code, reason: oneLine(reason) }
    : "refuses without a reason, or without a code in kebab-case";
}

function readProposal(given: Proposal, at: Span, document: Document, facts: Facts): Proposal | string {
  const { message, safety } = given;
  const [edits, notes, files]: unknown[] = [given.edits, given.notes ?? [], given.files ?? []];
  if (typeof message !== "string" || message.trim() === "") return "proposes something without a message";
  if (!Array.isArray(notes) || !notes.every((note) => typeof note === "string")) return "has notes that are no texts";
  if (safety !== undefined && !isSafety(safety)) return `calls a proposal ${String(safety)}, which is no safety`;
  const changes = readEdits(edits, document);
  if (typeof changes === "string") return changes;
  const companions = readFiles(files, facts);
  if (typeof companions === "string") return companions;
  if (companions.length === 0 && apply(document.source, changes) === document.source)
    return "proposes edits that change nothing";
  return {
    at,
    message: oneLine(message),
    edits: changes,
    notes: notes.map(oneLine),
    files: companions,
    ...(safety === undefined ? {} : { safety }),
  };
}

const isSafety = (value: unknown): value is Safety => value === "safe" || value === "suggested" || value === "unsafe";

function readSpan(value: unknown, { source }: Document): Span | undefined {
  const { start, end } = (value ?? {}) as Partial<Span>;
  return Number.isInteger(start) &&
    Number.isInteger(end) &&
    start !== undefined &&
    end !== undefined &&
    start >= 0 &&
    start <= end &&
    end <= source.length
    ? { start, end }
    : undefined;
}

function readEdits(given: unknown, document: Document): readonly Edit[] | string {
  if (!Array.isArray(given)) return "proposes edits that are no list";
  const edits: Edit[] = [];
  for (const one of given as readonly unknown[]) {
    const span = readSpan(one, document);
    const { text } = (one ?? {}) as Partial<Edit>;
    if (span === undefined || typeof text !== "string") return "proposes an edit outside of the text, or without one";
    edits.push({ ...span, text });
  }
  if (edits.reduce((sum, { text }) => sum + text.length, 0) > document.source.length + MAXIMUM_ADDED)
    return `adds more than ${MAXIMUM_ADDED} characters at once`;
  const ordered = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  if (ordered.some((one, index) => one.start < (ordered[index - 1]?.end ?? 0))) return "proposes edits that overlap";
  return edits;
}

/** Of other files only the ignore file can be judged. */
function readFiles(given: unknown, { context }: Facts): readonly CompanionEdit[] | string {
  if (!Array.isArray(given)) return "changes files that are no list";
  const ignoreFile = context?.ignoreFile ?? { path: ".dockerignore", text: undefined };
  const files: CompanionEdit[] = [];
  for (const one of given as readonly unknown[]) {
    const { path, before, after } = (one ?? {}) as Partial<CompanionEdit>;
    if (context === undefined || path !== ignoreFile.path || before !== ignoreFile.text || typeof after !== "string")
      return `changes a file other than ${ignoreFile.path}, or takes it for something else than it is`;
    if (after !== before) files.push({ path, before, after });
  }
  return files.length > 1 ? `changes ${ignoreFile.path} twice at once` : files;
}

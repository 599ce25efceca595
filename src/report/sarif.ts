import { resolve } from "node:path";
import type { FileChange } from "../project/result.js";
import type { Safety, Transform } from "../transform.js";
import { sentences, type Findings, type LocatedEdit, type Proposal, type Refusal, type Told } from "./findings.js";
import { fingerprinter } from "./fingerprint.js";
import { lineChange, locator } from "./positions.js";
import { gathered, type Reporter, type Setting } from "./reporter.js";
import { plainJson } from "./terminal.js";

const SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
const BASE = "SRCROOT";

/** The rule that the builder's own rules stand for. */
const SYNTAX = "syntax";

const LEVELS: Readonly<Record<Safety, "warning" | "note">> = { safe: "warning", suggested: "note", unsafe: "note" };

type Fingerprint = ReturnType<typeof fingerprinter>;

/**
 * SARIF 2.1.0. Proposals and what the builder would reject are results; what a comment forbids is a suppressed one. Other refusals
 * are notifications of the run: nobody can act on them, so that they must not become alerts.
 */
export function sarifReporter({ version, cwd, transforms, problems }: Setting): Reporter {
  const rules = [...transforms.map(ruleOf), syntaxRule];
  const ids = rules.map(({ id }) => id);
  const fingerprint = fingerprinter();
  return gathered(
    (told) => partOf(told, cwd, ids, fingerprint),
    (parts) => {
      const unread = problems.map((problem) => ({ level: "error", message: text(problem) }));
      const run = {
        tool: { driver: { name: "dockopt", semanticVersion: version, rules } },
        columnKind: "utf16CodeUnits",
        defaultEncoding: "utf-8",
        originalUriBaseIds: { [BASE]: { description: text("The folder that dockopt was run in.") } },
        invocations: [
          {
            executionSuccessful: unread.length === 0 && parts.every(({ read }) => read),
            toolExecutionNotifications: [...unread, ...parts.flatMap(({ notifications }) => notifications)],
          },
        ],
        results: parts.flatMap(({ results }) => results),
      };
      return plainJson(JSON.stringify({ $schema: SCHEMA, version: "2.1.0", runs: [run] }, null, 2)) + "\n";
    },
  );
}

/** What a file brings to the run. */
function partOf({ result, findings }: Told, cwd: string, ids: readonly string[], fingerprint: Fingerprint) {
  const found = findings();
  const artifact = artifactOf(result.path, cwd);
  const at = (region: object) => ({ physicalLocation: { artifactLocation: artifact, region } });
  const resultOf = (ruleId: string, key: string, rest: object) => ({
    ruleId,
    ruleIndex: ids.indexOf(ruleId),
    ...rest,
    partialFingerprints: { "dockopt/v1": fingerprint(ruleId, key) },
  });
  const proposed = found.proposals.map((one) =>
    resultOf(one.rules[0], one.key, {
      level: LEVELS[one.safety],
      message: text([sentences(one), ...one.notes.map((note) => `Note: ${note}.`)].join(" ")),
      locations: [at(regionOf(one))],
      fixes: [fixOf(one, result.path, cwd)],
      properties: { safety: one.safety, savesSeconds: Math.round(one.saves * 1000) / 1000 },
    }),
  );
  const suppressed = found.refusals.flatMap(({ rule = "", key, reason, line, comment }) =>
    comment === undefined
      ? []
      : resultOf(rule, key, {
          level: "note",
          message: text(`${reason}.`),
          locations: [at({ startLine: line })],
          suppressions: [
            { kind: "inSource", justification: comment.reason, location: at({ startLine: comment.line }) },
          ],
        }),
  );
  const rejected = found.problems.map(({ line, column, message }) =>
    resultOf(SYNTAX, message, {
      level: "error",
      message: text(message),
      locations: [at({ startLine: line, startColumn: column })],
    }),
  );
  return {
    results: [...proposed, ...suppressed, ...rejected],
    notifications: notificationsOf(found, artifact, at, ids),
    read: found.error === undefined,
  };
}

function notificationsOf(
  { refusals, error }: Findings,
  artifact: object,
  at: (region: object) => object,
  ids: readonly string[],
): readonly object[] {
  const refused = refusals
    .filter((one) => one.comment === undefined)
    .map((one: Refusal) => ({
      level: "note",
      descriptor: { id: one.code },
      ...(one.rule === undefined ? {} : { associatedRule: { id: one.rule, index: ids.indexOf(one.rule) } }),
      message: text(`Left alone: ${one.reason}.`),
      locations: [at({ startLine: one.line })],
    }));
  const locations = [{ physicalLocation: { artifactLocation: artifact } }];
  return error === undefined ? refused : [{ level: "error", message: text(error), locations }];
}

const text = (message: string) => ({ text: message });

function ruleOf({ name, summary, docs, safety }: Transform) {
  return {
    id: name,
    shortDescription: text(`${summary}.`),
    fullDescription: text(`${summary}.`),
    help: { text: docs.trim(), markdown: docs.trim() },
    defaultConfiguration: { level: LEVELS[safety] },
    properties: { tags: ["docker", "performance"], safety },
  };
}

const syntaxRule = {
  id: SYNTAX,
  shortDescription: text("The Dockerfile can be built."),
  fullDescription: text("The Dockerfile is one that BuildKit takes; others are left alone."),
  help: text("BuildKit would reject the file as it stands. The message tells what to do."),
  defaultConfiguration: { level: "error" },
};

/** A path below the folder is relative to it; another stands for itself. */
function artifactOf(path: string, cwd: string) {
  const encoded = (name: string): string => name.split("/").map(encodeURIComponent).join("/");
  return path === ".." || path.startsWith("../") || path.startsWith("/")
    ? { uri: `file://${encoded(resolve(cwd, path))}` }
    : { uri: encoded(path), uriBaseId: BASE };
}

const regionOf = ({ start, end }: Pick<LocatedEdit, "start" | "end">) => ({
  startLine: start.line,
  startColumn: start.column,
  endLine: end.line,
  endColumn: end.column,
});

function fixOf({ message, edits, files }: Proposal, path: string, cwd: string) {
  const changes = [
    ...(edits.length === 0 ? [] : [changeOf(path, cwd, edits)]),
    ...files.map((file) => changeOf(file.path, cwd, [wholeLines(file)])),
  ];
  return { description: text(message), artifactChanges: changes };
}

const changeOf = (path: string, cwd: string, edits: readonly LocatedEdit[]) => ({
  artifactLocation: artifactOf(path, cwd),
  replacements: edits.map((edit) => ({ deletedRegion: regionOf(edit), insertedContent: text(edit.text) })),
});

function wholeLines({ before = "", after }: FileChange): LocatedEdit {
  const place = locator(before);
  const change = lineChange(before, after);
  return { start: place(change.start), end: place(change.end), text: change.text };
}

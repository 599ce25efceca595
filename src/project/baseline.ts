import { getNodeValue, parseTree, printParseErrorCode, type Node, type ParseError } from "jsonc-parser";
import type { Applied, Options } from "../engine/run.js";
import { LEVELS, type Safety } from "../transform.js";

/**
 * A rewrite that people know of and leave. It is known again by the transform and the instruction's text: lines move, dockopt's
 * sentences are reworded, stages come and go.
 */
export interface Finding {
  /** Of the Dockerfile, relative to the baseline's folder, with slashes. */
  readonly path: string;
  readonly transform: string;
  /** Who asks for less does not ask for it. */
  readonly safety: Safety;
  /** On one line, without comments and mounts. */
  readonly instruction: string;
  /** How often a file has it: from 1. */
  readonly count: number;
}

const VERSION = 1;

/** Two findings of a file with equal identities cannot be told apart. */
export const identityOf = ({ transform, instruction }: Pick<Finding, "transform" | "instruction">): string =>
  `${transform} ${instruction}`;

/** The findings of one file, those that look alike counted. */
export function findingsOf(path: string, rewrites: readonly Applied[]): readonly Finding[] {
  const findings = new Map<string, Finding>();
  for (const rewrite of rewrites) {
    const about = aboutOf(rewrite);
    const key = identityOf(about);
    const { safety, count } = findings.get(key) ?? { safety: rewrite.safety, count: 0 };
    findings.set(key, { path, ...about, safety, count: count + 1 });
  }
  return [...findings.values()];
}

/** Would a run with these options come across it? */
export const asksFor = ({ transforms, safety }: Options, finding: Finding): boolean =>
  transforms.some(({ name }) => name === finding.transform) && LEVELS.indexOf(finding.safety) <= LEVELS.indexOf(safety);

export const aboutOf = ({ transform, instruction }: Applied): Pick<Finding, "transform" | "instruction"> => ({
  transform,
  instruction: oneLine(instruction),
});

/** A mount that another rewrite adds, a line broken elsewhere or a comment makes no other finding of it. */
function oneLine(instruction: string): string {
  return instruction
    .split(/\r?\n/)
    .filter((line) => !/^\s*#/.test(line))
    .map((line) => line.replace(/[\\`]\s*$/, ""))
    .join(" ")
    .replace(/\s--mount=\S+/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

/** Sorted, one finding a line: made for git. */
export function printBaseline(findings: readonly Finding[]): string {
  const lines = findings
    .map(({ path, transform, safety, instruction, count }) =>
      JSON.stringify({ path, transform, safety, instruction, count }),
    )
    .sort();
  return `{\n"version": ${VERSION},\n"findings": [${lines.length === 0 ? "" : `\n${lines.join(",\n")}\n`}]\n}\n`;
}

/** What is wrong with a baseline; line and column are 1-based. */
export interface BaselineProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Reads what `printBaseline` wrote and git merged; a comma too many is forgiven. */
export function parseBaseline(text: string): { readonly findings: readonly Finding[] } | BaselineProblem {
  const problem = (offset: number, message: string): BaselineProblem => {
    const lines = text.slice(0, offset).split("\n");
    return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1, message };
  };
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, disallowComments: true });
  const conflict = /^(?:<<<<<<<|=======|>>>>>>>)/m.exec(text);
  if (conflict !== null) return problem(conflict.index, "git has left a conflict here");
  const [error] = errors;
  if (error !== undefined || root === undefined)
    return problem(
      error?.offset ?? 0,
      `it is not JSON (${error === undefined ? "empty" : printParseErrorCode(error.error)})`,
    );
  const version = valueOf(root, "version");
  if (version?.value !== VERSION)
    return problem(
      version?.offset ?? root.offset,
      `its version is ${version === undefined ? "not told" : JSON.stringify(version.value)}; this dockopt knows ${VERSION}`,
    );
  const list = valueOf(root, "findings");
  if (list?.type !== "array") return problem(list?.offset ?? root.offset, "`findings` is no list");
  for (const node of list.children ?? []) {
    const wrong = wrongField(node);
    if (wrong !== undefined) return problem(node.offset, wrong);
  }
  return { findings: withoutTwins(getNodeValue(list) as readonly Finding[]) };
}

/** Two branches may have brought the same finding. */
function withoutTwins(findings: readonly Finding[]): readonly Finding[] {
  const kept = new Map<string, Finding>();
  for (const one of findings) {
    const key = JSON.stringify([one.path, identityOf(one)]);
    kept.set(key, { ...one, count: Math.max(one.count, kept.get(key)?.count ?? 0) });
  }
  return [...kept.values()];
}

const valueOf = (node: Node, name: string): Node | undefined =>
  node.type !== "object"
    ? undefined
    : node.children?.find((property) => property.children?.[0]?.value === name)?.children?.[1];

function wrongField(node: Node): string | undefined {
  for (const name of ["path", "transform", "instruction"])
    if (valueOf(node, name)?.type !== "string") return `a finding needs \`${name}\`, a text`;
  if (!LEVELS.some((level) => level === valueOf(node, "safety")?.value))
    return `a finding needs \`safety\`: ${LEVELS.join(", ")}`;
  const count: unknown = valueOf(node, "count")?.value;
  return Number.isInteger(count) && Number(count) > 0 ? undefined : "a finding needs `count`, a number from 1 on";
}

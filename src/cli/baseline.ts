import { existsSync, readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Applied, Options } from "../engine/run.js";
import {
  aboutOf,
  asksFor,
  findingsOf,
  identityOf,
  parseBaseline,
  printBaseline,
  type Finding,
} from "../project/baseline.js";
import { display } from "../project/optimize.js";
import type { FileResult } from "../project/result.js";
import { UsageError } from "./exit.js";
import { writeAll } from "./write.js";

/** A baseline file, and what a run of dockopt finds in comparison. */
export interface Baseline {
  /** What becomes of an input when the rewrites that the baseline holds are left. `engine`: what it is asked for; `run` tries it. */
  judge(path: string, engine: Options, run: (options: Options) => FileResult): Judged;
  /** What is to be said of findings that it holds and that are no more, if there are any. */
  remark(): string | undefined;
  /** Makes the file hold what was found; inputs that were not asked for keep theirs. Says what became of it. @throws WriteError */
  update(): string;
}

export interface Judged {
  readonly result: FileResult;
  /** What the baseline does not hold; lines are those of the file. */
  readonly fresh: readonly Applied[];
}

/** `create`: it need not be there. @throws UsageError when it cannot be read. */
export function openBaseline(file: string, create: boolean, cwd: string): Baseline {
  const full = resolve(cwd, file);
  const folder = dirname(full);
  const before = create && !existsSync(full) ? undefined : readText(file, full);
  const known = before === undefined ? [] : readFindings(file, before);
  /** Of the inputs that could be read, by path. */
  const seen = new Map<string, { readonly engine: Options; readonly findings: readonly Finding[] }>();
  const found = (one: Finding): number => countIn(seen.get(one.path)?.findings ?? [], one);
  const asked = (one: Finding): boolean => {
    const engine = seen.get(one.path)?.engine;
    return engine === undefined ? !existsSync(resolve(folder, one.path)) : asksFor(engine, one);
  };
  const gone = (): number => sum(known.filter(asked).map((one) => Math.max(0, one.count - found(one))));
  return {
    judge: (path, engine, run) => {
      const all = run({ ...engine, wanted: () => false });
      if (all.report === undefined || all.report.problems.length > 0) return { result: all, fresh: [] };
      const shown = display(resolve(cwd, path), folder);
      const findings = findingsOf(shown, all.report.left);
      seen.set(shown, { engine, findings });
      // Which of several that look alike is the new one cannot be told: then all of them are.
      const held = known.filter((one) => one.path === shown && countIn(findings, one) <= one.count).map(identityOf);
      const wanted = (rewrite: Applied): boolean => !held.includes(identityOf(aboutOf(rewrite)));
      const fresh = all.report.left.filter(wanted);
      return { result: fresh.length === 0 ? all : run({ ...engine, wanted }), fresh };
    },
    remark: () => {
      const lost = gone();
      return lost === 0
        ? undefined
        : `${findingsText(lost)} of ${file} ${lost === 1 ? "is" : "are"} gone; --update-baseline removes ${lost === 1 ? "it" : "them"}.`;
    },
    update: () => {
      const kept = known.filter((one) => !asked(one) && found(one) === 0);
      const findings = [...kept, ...[...seen.values()].flatMap((one) => one.findings)];
      const after = printBaseline(findings);
      if (after !== before) writeAll([{ path: full, before, after }]);
      const total = sum(findings.map((one) => one.count));
      const fresh = total - sum(known.map((one) => one.count)) + gone();
      return `${file}: ${findingsText(total)} accepted (${fresh} new, ${gone()} gone)`;
    },
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

const findingsText = (count: number): string => `${count} finding${count === 1 ? "" : "s"}`;

const countIn = (findings: readonly Finding[], wanted: Finding): number =>
  findings.find((one) => identityOf(one) === identityOf(wanted))?.count ?? 0;

function readText(file: string, full: string): string {
  try {
    return readFileSync(full, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      throw new UsageError(`--baseline ${file}: there is no such file. Make it with --update-baseline.`);
    throw new UsageError(
      `--baseline ${file}: it cannot be read (${error instanceof Error ? error.message : String(error)})`,
    );
  }
}

function readFindings(file: string, text: string): readonly Finding[] {
  const read = parseBaseline(text);
  if ("findings" in read) return read.findings;
  throw new UsageError(
    `${file}:${read.line}:${read.column}: ${read.message}. Correct it, or remove the file and make it again with --update-baseline.`,
  );
}

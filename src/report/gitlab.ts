import { sentences, type Told } from "./findings.js";
import { fingerprinter } from "./fingerprint.js";
import { gathered, type Reporter } from "./reporter.js";
import { plainJson } from "./terminal.js";

/** An entry of GitLab's Code Quality report. */
interface Issue {
  readonly type: "issue";
  readonly check_name: string;
  readonly description: string;
  readonly categories: readonly string[];
  readonly severity: "info" | "minor" | "major";
  /** Unique in the report, the same as long as the finding is. */
  readonly fingerprint: string;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number; readonly end: number } };
}

/** Refusals are left out: nobody can act on them. */
export function gitlabReporter(): Reporter {
  const fingerprint = fingerprinter();
  return gathered(
    (told) => issuesOf(told, fingerprint),
    (files) => plainJson(JSON.stringify(files.flat(), null, 2)) + "\n",
  );
}

function issuesOf(
  { result: { path }, findings }: Told,
  fingerprint: ReturnType<typeof fingerprinter>,
): readonly Issue[] {
  const { proposals, problems, error } = findings();
  const broken = (check: string, description: string, line: number): Issue => ({
    type: "issue",
    check_name: check,
    description,
    categories: ["Bug Risk"],
    severity: "major",
    fingerprint: fingerprint(path, check, description),
    location: { path, lines: { begin: line, end: line } },
  });
  if (error !== undefined) return [broken("unreadable", error, 1)];
  return [
    ...proposals.map((one): Issue => ({
      type: "issue",
      check_name: one.rules.join(", "),
      description: sentences(one),
      categories: ["Performance"],
      severity: one.safety === "safe" ? "minor" : "info",
      fingerprint: fingerprint(path, one.key),
      location: { path, lines: { begin: one.start.line, end: one.lastLine } },
    })),
    ...problems.map(({ line, message }) => broken("syntax", message, line)),
  ];
}

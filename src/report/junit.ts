import { unifiedDiff } from "./diff.js";
import { sentences, type Findings, type Told } from "./findings.js";
import { counted } from "./figures.js";
import { gathered, type Reporter } from "./reporter.js";
import { element, xmlDocument, xmlText } from "./xml.js";

interface Case {
  readonly outcome: "passed" | "failure" | "error";
  readonly xml: string;
}

/** JUnit's XML: a test for each Dockerfile, which fails when it would change. Why something was left alone is its output. */
export function junitReporter(): Reporter {
  return gathered(caseOf, (cases) => {
    const number = (outcome: Case["outcome"]): number => cases.filter((one) => one.outcome === outcome).length;
    const totals = { name: "dockopt", tests: cases.length, failures: number("failure"), errors: number("error") };
    const lines = ["\n", ...cases.map(({ xml }) => `${xml}\n`)];
    const suite = element("testsuite", { ...totals, skipped: 0, time: 0 }, lines);
    return xmlDocument(element("testsuites", { ...totals, time: 0 }, [suite]));
  });
}

function caseOf(told: Told): Case {
  const found = told.findings();
  const broken = brokenBy(found);
  const changes = told.written ? [] : told.result.changes;
  const outcome = broken !== undefined ? "error" : changes.length > 0 ? "failure" : "passed";
  const refusals = found.refusals.map(({ line, code, reason }) => `line ${line} (${code}): ${reason}`);
  const what = found.proposals.map((one) => `line ${one.start.line} (${one.rules.join(", ")}): ${sentences(one)}`);
  const content = [
    ...(outcome === "error" ? [element("error", { message: broken, type: "unreadable" })] : []),
    ...(outcome === "failure"
      ? [
          element("failure", { message: `${counted(what.length, "rewrite")} would change it`, type: "rewrite" }, [
            xmlText([...what, "", changes.map(unifiedDiff).join("")].join("\n")),
          ]),
        ]
      : []),
    ...(refusals.length > 0 ? [element("system-out", {}, [xmlText(["Left alone:", ...refusals].join("\n"))])] : []),
  ];
  return { outcome, xml: element("testcase", { name: told.result.path, classname: "dockopt", time: 0 }, content) };
}

function brokenBy({ error, problems }: Findings): string | undefined {
  const lines = problems.map(({ line, column, message }) => `${line}:${column}: ${message}`);
  return error ?? (lines.length === 0 ? undefined : lines.join("\n"));
}

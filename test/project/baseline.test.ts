import { describe, expect, test } from "vitest";
import { contextFromList } from "../../src/context/load-list.js";
import { optimize, type Applied } from "../../src/engine/run.js";
import { findingsOf, parseBaseline, printBaseline, type Finding } from "../../src/project/baseline.js";
import { defaultTransforms } from "../../transforms/index.js";

const FILES = [
  ["package.json", '{"name":"a"}'],
  ["package-lock.json", '{"name":"a","lockfileVersion":3,"packages":{"":{"name":"a"}}}'],
  ["src/index.js", "1\n"],
].map(([path = "", text = ""]) => ({ path, executable: false, size: 2, tracked: true, text: () => text }));

function run(text: string, accepted: (rewrite: Applied) => boolean = () => true) {
  const context = contextFromList(FILES, "/project", "Dockerfile");
  return optimize(text, context, {
    transforms: defaultTransforms,
    safety: "suggested",
    wanted: (one) => !accepted(one),
  });
}

const findings = (text: string): readonly Finding[] => findingsOf("Dockerfile", run(text).left);

const NPM = "FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm ci\n";

describe("a finding is the same", () => {
  test.each([
    ["when lines move and other instructions come", NPM.replace("WORKDIR", "# the app\nENV A=1\nWORKDIR")],
    ["when stages come before it", `FROM alpine:3.20 AS tools\nRUN apk add --no-cache git\n${NPM}`],
    ["with other line ends", NPM.replaceAll("\n", "\r\n")],
    ["when the line is broken, or has a comment", NPM.replace("RUN npm ci", "RUN \\\n# installs\n  npm \\\n  ci")],
    ["when the package cache is mounted", NPM.replace("RUN", "RUN --mount=type=cache,target=/root/.npm")],
  ])("%s", (_, text) => {
    expect(findings(text)).toContainEqual(findings(NPM).find((one) => one.transform === "split-manifest-copy"));
  });

  test("and another when its instruction is another", () => {
    expect(findings(NPM.replace("npm ci", "npm ci --omit=dev"))[0]).not.toEqual(findings(NPM)[0]);
  });

  test("those that look alike are counted", () => {
    const twice = findings(`${NPM}${NPM.replace("/app", "/api")}`);
    expect(twice.map(({ transform, count }) => [transform, count])).toContainEqual(["split-manifest-copy", 2]);
  });
});

test("what is accepted is left, what is not is rewritten beside it", () => {
  const { left, applied, after } = run(NPM, (one) => one.transform === "split-manifest-copy");
  expect([...new Set(left.map((one) => one.transform))]).toEqual(["split-manifest-copy"]);
  expect(applied.map((one) => one.transform)).toEqual(["mount-package-caches"]);
  expect(after).toBe(NPM.replace("RUN", "RUN --mount=type=cache,target=/root/.npm"));
});

describe("the file", () => {
  const ONE: Finding = { path: "b", transform: "t", safety: "safe", instruction: "RUN b", count: 1 };
  const HEAD = '{\n"version": 1,\n"findings": [\n';

  test("is sorted, a finding a line, and read as it was written", () => {
    const text = printBaseline([ONE, { ...ONE, path: "a", instruction: 'RUN echo "ü"' }]);
    expect(text.split("\n").slice(3, 5)).toEqual([
      '{"path":"a","transform":"t","safety":"safe","instruction":"RUN echo \\"ü\\"","count":1},',
      '{"path":"b","transform":"t","safety":"safe","instruction":"RUN b","count":1}',
    ]);
    expect(parseBaseline(text)).toEqual({ findings: [{ ...ONE, path: "a", instruction: 'RUN echo "ü"' }, ONE] });
    expect(parseBaseline(printBaseline([]))).toEqual({ findings: [] });
  });

  test("may come out of a merge with a line twice, a comma too many, other line ends", () => {
    const line = JSON.stringify(ONE);
    const twice = `${HEAD}${line},\n${line.replace('"count":1', '"count":2')},\n]\n}\n`;
    expect(parseBaseline(twice.replaceAll("\n", "\r\n"))).toEqual({ findings: [{ ...ONE, count: 2 }] });
  });

  test.each([
    ["", 1, "it is not JSON"],
    ["{\n", 2, "it is not JSON"],
    ["[]\n", 1, "its version is not told"],
    ['{\n"version": 2, "findings": [] }', 2, "its version is 2; this dockopt knows 1"],
    ['{"version": 1,\n"findings": {} }', 2, "`findings` is no list"],
    [`${HEAD}<<<<<<< ours\n`, 4, "git has left a conflict here"],
    [`${HEAD}{"path":"a"}]}`, 4, "a finding needs `transform`, a text"],
    [`${HEAD}${JSON.stringify(ONE)},\n7]}`, 5, "a finding needs `path`, a text"],
    [`${HEAD}${JSON.stringify({ ...ONE, safety: "brave" })}]}`, 4, "a finding needs `safety`: safe, suggested, unsafe"],
    [`${HEAD}${JSON.stringify({ ...ONE, count: 0.5 })}]}`, 4, "a finding needs `count`, a number from 1 on"],
  ])("%j is refused with its line", (text, line, message) => {
    const problem = parseBaseline(text);
    expect(problem).toMatchObject({ line });
    expect("message" in problem && problem.message).toContain(message);
  });
});

import { describe, expect, test } from "vitest";
import { contextFromList } from "../../src/context/load-list.js";
import { changesOf, DEFAULT_RATES, probability, union } from "../../src/facts/cost/changes.js";
import type { Evidence } from "../../src/facts/cost/evidence.js";
import { createFacts } from "../../src/facts/facts.js";
import { instructionSeconds } from "../../src/facts/cost/seconds.js";
import { readTimings } from "../../src/facts/cost/timings.js";
import { parse } from "../../src/syntax/parse.js";

function last(source: string, evidence: Evidence = { builder: "buildkit" }, withContext = true) {
  const result = parse(source);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const context = contextFromList(
    ["package.json", "src/a.js", "docs/x.md", "note.txt"].map((path) => ({ path, text: "" })),
  );
  const facts = createFacts(result.document, withContext ? context : undefined, evidence);
  const instruction = result.document.instructions.at(-1);
  if (instruction === undefined) throw new Error("empty");
  return { facts, instruction };
}

describe("how often a step changes", () => {
  test.each([
    ["COPY . .", DEFAULT_RATES.source],
    ["COPY src /src", DEFAULT_RATES.source],
    ["COPY package.json ./", DEFAULT_RATES.manifest],
    ["COPY note.txt /", DEFAULT_RATES.file],
    ["COPY --from=nginx /x /x", DEFAULT_RATES.edit],
    ["COPY --from=build /x /x", 1 - 0.05 * 0.98],
    ["COPY .yarn/releases ./.yarn/releases", DEFAULT_RATES.manifest],
    ["RUN make", DEFAULT_RATES.edit],
    ["ARG GIT_SHA", DEFAULT_RATES.metadata],
    ["ARG VERSION", DEFAULT_RATES.version],
    ["ARG OTHER=1", DEFAULT_RATES.edit],
    ["LABEL a=b", 0],
  ])("%s, by default", (text, rate) => {
    const { facts, instruction } = last(`FROM a AS build\nCOPY . .\nFROM b\n${text}\n`);
    expect(probability(changesOf(instruction, facts), 0)).toBeCloseTo(rate);
  });

  test("a label of build metadata counts for linear builders", () => {
    const { facts, instruction } = last("FROM a\nARG GIT_SHA\nLABEL a=$GIT_SHA\n", { builder: "linear" });
    expect(changesOf(instruction, facts).rate).toBe(1);
  });

  test("manifests change together, however many copies bring them", () => {
    const { facts } = last("FROM a\nCOPY package.json ./\nCOPY a/package.json ./a/\nCOPY b/package.json ./b/\n");
    const all = union((facts.document.stages[0]?.instructions ?? []).slice(1).map((one) => changesOf(one, facts)));
    expect(probability(all, 0)).toBeCloseTo(DEFAULT_RATES.manifest);
  });

  test("history tells, through what the copy takes", () => {
    const history = { commits: [["src/a.js"], ["docs/x.md"], ["src/gone.js", "package.json"], ["package.json"]] };
    const share = (text: string): number => {
      const { facts, instruction } = last(`FROM a\n${text}\n`, { builder: "buildkit", history });
      return probability(changesOf(instruction, facts), 4);
    };
    expect(share("COPY . .")).toBe(1);
    expect(share("COPY src /src")).toBe(0.5);
    expect(share("COPY package.json ./")).toBe(0.5);
  });
});

describe("seconds", () => {
  const seconds = (text: string, log?: string): number => {
    const timings = log === undefined ? undefined : readTimings(log);
    const { facts, instruction } = last(`FROM a\n${text}\n`, { builder: "buildkit", timings });
    return instructionSeconds(instruction, facts);
  };

  test.each([
    ["RUN apt-get update && apt-get install -y a b", 16],
    ["RUN npm i -g a", 18],
    ["RUN mkdir /x", 0.1],
    ["RUN unknown", 3],
    ["ENV A=1", 0],
  ])("%s, by the table", (text, expected) => {
    expect(seconds(text)).toBeCloseTo(expected);
  });

  test("a plain log", () => {
    const log =
      "#1 [internal] load build definition\n#1 DONE 0.1s\n\n#7 [build 3/5] RUN a &&     b\n#7 0.5 out\n#7 DONE 12.3s\n#8 [build 4/5] RUN c\n#8 CACHED\n";
    expect(seconds("RUN a && \\\n    b", log)).toBe(12.3);
    expect(seconds("RUN c", log)).toBe(3);
  });

  test("a rawjson log", () => {
    const vertex = { name: "[2/2] RUN x", started: "2026-01-01T00:00:00Z", completed: "2026-01-01T00:00:09.5Z" };
    expect(seconds("RUN x", `{"vertexes":[${JSON.stringify(vertex)}]}\n{"statuses":[]}\n`)).toBe(9.5);
    expect(readTimings("nothing of the kind")).toBeUndefined();
    expect(readTimings("{broken")).toBeUndefined();
  });
});

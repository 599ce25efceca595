import { describe, expect, test } from "vitest";
import type { Evidence } from "../../src/facts/cost/evidence.js";
import { createFacts } from "../../src/facts/facts.js";
import { runsBehind, stageNamed } from "../../src/facts/stages.js";
import { computeStates, destinationOf, likelyPath } from "../../src/facts/state.js";
import type { Document } from "../../src/syntax/nodes.js";
import { parse } from "../../src/syntax/parse.js";

function read(source: string): Document {
  const result = parse(source);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.document;
}

/** What the last instruction finds. */
function last(source: string, evidence?: Partial<Evidence>) {
  const document = read(source);
  const all = evidence === undefined ? undefined : { ...createFacts(document, undefined).evidence, ...evidence };
  const state = computeStates(document, all).states.get(document.instructions.length - 1);
  if (state === undefined) throw new Error("no state");
  return { ...state, env: new Map(state.env), args: new Map(state.args) };
}

describe("settings in force", () => {
  test("at the start", () => {
    expect(last("FROM team/x:1\nRUN y")).toEqual({
      cwd: "/${WORKDIR of team:x:1}",
      env: new Map(),
      args: new Map(),
      user: undefined,
      shell: undefined,
      image: "team/x:1",
    });
  });

  test.each([
    ["WORKDIR /a\nWORKDIR b/../c", "/a/c"],
    ["ENV D=/x\nWORKDIR $D/y", "/x/y"],
    ["ARG D\nWORKDIR /a/$D\nWORKDIR ..", "/${/a/${ARG D}/..}"],
    ["WORKDIR a", "/${WORKDIR of x}/a"],
    ['WORKDIR "/a b"', "/a b"],
  ])("%j: the directory is %s", (lines, cwd) => {
    expect(last(`FROM x\n${lines}\nRUN y`).cwd).toBe(cwd);
  });

  test.each([
    ["USER root", "root"],
    ["USER 0", "root"],
    ["USER 0:0", "root"],
    ["USER root:root", "root"],
    ["USER 0:1", "0:1"],
    ["USER 00", "00"],
    ["USER a:root", "a:root"],
    ["ENV U=v\nUSER $U", "v"],
    ["USER  v  ", "v"],
  ])("%j: the user is %s", (lines, user) => {
    expect(last(`FROM x\n${lines}\nRUN y`).user).toBe(user);
  });

  test.each([
    ["RUN apt-get install -y a", "root"],
    ["RUN apt-get -qq update", "root"],
    ["RUN A=1 B=2 apk add a", "root"],
    ["RUN set -ex && yum makecache", "root"],
    ["RUN set -e; dnf upgrade", "root"],
    ["RUN   apk add a", "root"],
    ["RUN sudo apt-get install a", undefined],
    ["RUN apt-get moo", undefined],
    ["RUN x && apt-get update", undefined],
    ['RUN ["apt-get", "update"]', undefined],
    ["USER v\nRUN apt-get update", "v"],
    ["CMD apt-get update", undefined],
  ])("%j: who begins", (lines, user) => {
    expect(last(`FROM x\n${lines}\nRUN y`).user).toBe(user);
  });

  test("packages that are installed behind a USER tell nothing of the start", () => {
    const { states } = computeStates(read("FROM x\nRUN a\nUSER v\nRUN apt-get update\n"));
    expect([states.get(1)?.user, states.get(3)?.user]).toEqual([undefined, "v"]);
    expect(computeStates(read("FROM x\nRUN apt-get update\nUSER v\n")).states.get(1)?.user).toBe("root");
  });

  test("ENV, ARG and SHELL", () => {
    expect(last('FROM x\nENV A=1 B=\nENV C d e\nSHELL ["s", "t"]\nRUN y')).toMatchObject({
      env: new Map([
        ["A", "1"],
        ["B", ""],
        ["C", "d e"],
      ]),
      shell: ["s", "t"],
    });
    const state = last(
      "ARG G=1\nARG H\nFROM x\nARG A=2\nARG B=$A\nARG G\nARG H\nARG I\nENV E=1\nARG E=2\nENV A=3\nARG B\nRUN y",
    );
    expect(state.env).toEqual(
      new Map([
        ["A", "3"],
        ["B", "${ARG B}"],
        ["G", "${ARG G}"],
        ["H", "${ARG H}"],
        ["I", "${ARG I}"],
        ["E", "1"],
      ]),
    );
    expect(state.args).toEqual(
      new Map([
        ["B", "${ARG A}"],
        ["G", "1"],
        ["H", ""],
        ["I", undefined],
      ]),
    );
  });
});

describe("arguments that builds pass", () => {
  const args = (...builds: readonly (readonly (readonly [string, string | null])[])[]) => ({
    buildArgs: builds.map((one) => new Map(one)),
  });

  test("take the place of defaults, where all pass the same", () => {
    const source = "ARG T=1\nFROM node:$T\nARG A=1\nRUN y";
    expect(
      last(
        source,
        args([
          ["T", "2"],
          ["A", "3"],
        ]),
      ),
    ).toMatchObject({ image: "node:2", args: new Map([["A", "3"]]) });
    expect(last(source, args([["T", "2"]], [["T", "2"]])).image).toBe("node:2");
    expect(last(source, args([["T", "2"]], [["T", "3"]])).image).toBe("node:${T}");
    expect(last(source, args([["T", "2"]], [])).image).toBe("node:${T}");
    expect(last(source, args([]))).toMatchObject({ image: "node:1", args: new Map([["A", "1"]]) });
    expect(last(source, args([["A", "2"]], [])).args).toEqual(new Map([["A", undefined]]));
  });

  test("a named context takes the image's place", () => {
    expect(last("FROM node:20\nRUN y", { namedContexts: new Map([["node:20", null]]) })).toMatchObject({
      image: "${context node:20}",
      user: undefined,
    });
  });
});

test("paths with arguments at their defaults", () => {
  const state = last("FROM x\nARG A=1\nARG AB=/q\nARG N\nRUN y");
  expect(likelyPath("/${ARG A}/${ARG AB}/x", state)).toBe("/1/q/x");
  expect(likelyPath("/${ARG N}", state)).toBeUndefined();
  expect(likelyPath("/${B}", state)).toBeUndefined();
});

test("where a COPY goes", () => {
  const to = (line: string) => {
    const document = read(`FROM x\nWORKDIR /w\nENV D=e R=/r\nARG A=/a\nARG B=b\nARG N\n${line}`);
    const copy = document.instructions.at(-1);
    if (copy?.kind !== "COPY") throw new Error("no COPY");
    const state = computeStates(document).states.get(copy.index);
    return state && destinationOf(copy, state, "\\");
  };
  expect(to("COPY a b")).toEqual({ path: "/w/b", likely: "/w/b", relative: true });
  expect(to("COPY a /b")).toEqual({ path: "/b", likely: "/b", relative: false });
  expect(to("COPY a $D/'f'")).toEqual({ path: "/w/e/f", likely: "/w/e/f", relative: true });
  expect(to("COPY a $R/f")).toEqual({ path: "/r/f", likely: "/r/f", relative: false });
  expect(to("COPY a $A/f")).toEqual({ path: "/${ARG A}/f", likely: "/a/f", relative: false });
  expect(to("COPY a $B/f")).toEqual({ path: "/${ARG B}/f", likely: "/w/b/f", relative: true });
  expect(to("COPY a $N")).toEqual({ path: "/${ARG N}", likely: undefined, relative: true });
  expect(to("COPY a $X")).toEqual({ path: "/${X}", likely: undefined, relative: true });
  expect(to('COPY ["a", "$R/\'f\'"]')).toEqual({ path: "/r/f", likely: "/r/f", relative: false });
});

describe("stages", () => {
  const document = read("FROM a AS x\nRUN 1\nRUN 2\nFROM x AS y\nCOPY . .\nRUN 3\nFROM b\nRUN 4\nFROM y\nRUN 5\n");

  test("RUNs that find what one has left", () => {
    const [, one, two, , , three, , four] = document.instructions;
    const behind = (run: unknown): string[] =>
      runsBehind(run as Parameters<typeof runsBehind>[0], document).map((found) => found.body.text);
    expect([behind(one), behind(two), behind(three), behind(four)]).toEqual([["2", "3", "5"], ["3", "5"], ["5"], []]);
  });

  test("by name or number, and only those before", () => {
    expect(stageNamed("X", 1, document)?.index).toBe(0);
    expect(stageNamed("0", 1, document)?.index).toBe(0);
    expect(stageNamed("y", 1, document)).toBeUndefined();
    expect(stageNamed("1", 2, document)?.index).toBe(1);
    expect(stageNamed("2", 2, document)).toBeUndefined();
    expect(stageNamed("b", 3, document)).toBeUndefined();
  });
});

import { describe, expect, test } from "vitest";
import type { Context } from "../../src/context/context.js";
import { contextFromList } from "../../src/context/load-list.js";
import { cacheKeys } from "../../src/facts/cost/cache-keys.js";
import type { Builder } from "../../src/facts/cost/evidence.js";
import { createFacts, type Facts } from "../../src/facts/facts.js";
import { layersOf, rebuildsAfter } from "../../src/facts/cost/layers.js";
import { parse } from "../../src/syntax/parse.js";

const PATHS = ["package.json", "src/a.js", "src/b.js", "docs/x.md"];
const contextOf = (paths: readonly string[]): Context =>
  contextFromList(paths.map((path) => ({ path, text: path.endsWith("ignore") ? "docs\n" : "" })));

function factsOf(source: string, builder: Builder = "buildkit", paths: readonly string[] = PATHS): Facts {
  const result = parse(source);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return createFacts(result.document, contextOf(paths), { builder });
}

/** Is the last step of the second text found in the cache that the first has filled? */
function isCached(first: string, second: string, builder: Builder = "buildkit", paths?: readonly string[]): boolean {
  const text = (body: string): string => `FROM base\n${body.split(" | ").join("\n")}\n`;
  const filled = new Set(cacheKeys(factsOf(text(first), builder)).values());
  const keys = [...cacheKeys(factsOf(text(second), builder, paths)).values()].filter((key) => key !== undefined);
  return filled.has(keys.at(-1));
}

describe("not in BuildKit's cache key (CACHE-AND-BUILDERS.md)", () => {
  test.each([
    ["comment lines", "RUN a", "# c | RUN a"],
    ["comment lines inside a continuation", "RUN a \\ | b", "RUN a \\ | # c | b"],
    ["line continuation, when the joined text is equal", "RUN a b", "RUN a \\\nb"],
    ["leading and trailing blanks", "RUN a", "  RUN   a  "],
    ["keyword case", "RUN a", "run a"],
    ["shell form against its exec form", "RUN a", 'RUN ["/bin/sh", "-c", "a"]'],
    ["SHELL equal to the default", "RUN a", 'SHELL ["/bin/sh", "-c"] | RUN a'],
    ["LABEL", "LABEL a=1 | RUN a", "LABEL a=2 | RUN a"],
    ["EXPOSE", "EXPOSE 1 | COPY src /src", "EXPOSE 2 | COPY src /src"],
    ["CMD", "CMD a | RUN a", "CMD b | RUN a"],
    ["ENTRYPOINT", 'ENTRYPOINT ["a"] | RUN a', "RUN a"],
    ["HEALTHCHECK", "HEALTHCHECK CMD a | RUN a", "RUN a"],
    ["STOPSIGNAL", "STOPSIGNAL SIGINT | RUN a", "RUN a"],
    ["VOLUME", "VOLUME /v | RUN a", "RUN a"],
    ["ONBUILD", "ONBUILD RUN x | RUN a", "RUN a"],
    ["MAINTAINER", "MAINTAINER a | RUN a", "MAINTAINER b | RUN a"],
    ["ARG with no value", "RUN a", "ARG V | RUN a"],
    ["ARG after the last RUN", "RUN a", "RUN a | ARG V=1"],
    ["ARG behind an ENV of the same name", "ENV V=1 | RUN a", "ENV V=1 | ARG V=2 | RUN a"],
    ["./ against the absolute path", "WORKDIR /app | COPY src ./", "WORKDIR /app | COPY src /app/"],
    ["JSON form of COPY", "COPY src /src", 'COPY ["src", "/src"]'],
    ["ENV split or combined", "ENV A=1 B=2 | RUN a", "ENV A=1 | ENV B=2 | RUN a"],
    ["ENV over a COPY before the same RUN", "ENV A=1 | COPY src /src | RUN a", "COPY src /src | ENV A=1 | RUN a"],
    ["ENV before a COPY with no RUN before", "COPY src /src", "ENV A=1 | COPY src /src"],
  ])("%s", (_, first, second) => {
    expect(isCached(first, second)).toBe(true);
  });

  test("ARG before FROM, stage names, unused stages", () => {
    const keys = (source: string) => [...cacheKeys(factsOf(source)).values()].at(-1);
    expect(keys("ARG V=1\nFROM base\nRUN a\n")).toBe(keys("FROM base\nRUN a\n"));
    expect(keys("FROM base AS x\nRUN a\n")).toBe(keys("FROM base\nRUN a\n"));
    expect(keys("FROM base AS x\nRUN b\nFROM base\nRUN a\n")).toBe(keys("FROM base\nRUN a\n"));
  });

  test("a .dockerignore edit that does not change what is copied", () => {
    const keys = (paths: readonly string[], source: string) =>
      [...cacheKeys(factsOf(`FROM base\n${source}\n`, "buildkit", paths)).values()].at(-1);
    expect(keys([...PATHS, ".dockerignore"], "COPY src /src")).toBe(keys(PATHS, "COPY src /src"));
    expect(keys([...PATHS, ".dockerignore"], "COPY . /src")).not.toBe(keys(PATHS, "COPY . /src"));
  });
});

describe("in BuildKit's cache key", () => {
  test.each([
    ["COPY's destination", "COPY src /a", "COPY src /b"],
    ["source names", "COPY src/a.js /x/", "COPY src/b.js /x/"],
    ["order of the sources", "COPY src/a.js src/b.js /x/", "COPY src/b.js src/a.js /x/"],
    ["a pattern against a list", "COPY src/*.js /x/", "COPY src/a.js src/b.js /x/"],
    ["--chown, even 0:0", "COPY src /x", "COPY --chown=0:0 src /x"],
    ["--chmod", "COPY src /x", "COPY --chmod=755 src /x"],
    ["ADD against COPY", "COPY src /x", "ADD src /x"],
    ["RUN's text", "RUN a", "RUN b"],
    ["an inner double space", "RUN a b", "RUN a  b"],
    ["&& against ;", "RUN a && b", "RUN a; b"],
    ["an added cache mount", "RUN a", "RUN --mount=type=cache,target=/c a"],
    ["ENV's value", "ENV A=1 | RUN a", "ENV A=2 | RUN a"],
    ["USER", "USER a | RUN a", "USER b | RUN a"],
    ["SHELL", 'SHELL ["bash", "-c"] | RUN a', "RUN a"],
    ["ENV's order", "ENV A=1 | ENV B=2 | RUN a", "ENV B=2 | ENV A=1 | RUN a"],
    ["a COPY behind such a RUN", "ENV A=1 | RUN a | COPY src /x", "ENV A=2 | RUN a | COPY src /x"],
    ["WORKDIR's value", "WORKDIR /a | RUN a", "WORKDIR /b | RUN a"],
    ["WORKDIR's value, for COPY", "WORKDIR /a | COPY src .", "WORKDIR /b | COPY src ."],
    ["an ARG with a value, used or not", "RUN a", "ARG V=1 | RUN a"],
    ["an extra RUN", "RUN a", "RUN mkdir -p /x | RUN a"],
    ["a repeated WORKDIR", "WORKDIR /a | RUN a", "WORKDIR /a | WORKDIR /a | RUN a"],
  ])("%s", (_, first, second) => {
    expect(isCached(first, second)).toBe(false);
  });

  test("a heredoc's comments; a new file; an empty directory counts by name", () => {
    expect(isCached("RUN <<E | a | E", "RUN <<E | # c | a | E")).toBe(false);
    expect(isCached("COPY . /x", "COPY . /x", "buildkit", [...PATHS, "new"])).toBe(false);
  });
});

describe("what is built again", () => {
  const lines = (source: string, changed: readonly string[], builder?: Builder): readonly string[] =>
    rebuildsAfter(changed, factsOf(source, builder)).map(
      ({ instruction, certain }) => `${instruction.startLine}${certain ? "" : "?"}`,
    );

  test("file content, mode and link targets: the copy that takes the file, and all behind it", () => {
    const source = "FROM base\nCOPY package.json /\nRUN a\nCOPY src /src\nRUN b\nCMD c\n";
    expect(lines(source, ["package.json"])).toEqual(["2", "3", "4", "5"]);
    expect(lines(source, ["src/a.js"])).toEqual(["4", "5"]);
    expect(lines(source, ["docs/x.md"])).toEqual([]);
    expect(rebuildsAfter(["src/a.js"], factsOf(source))[1]?.why).toBe("line 4: src/a.js has changed");
  });

  test("a bind mount counts by content", () => {
    expect(lines("FROM base\nRUN --mount=type=bind,source=src,target=/src a\n", ["src/a.js"])).toEqual(["2"]);
    expect(lines("FROM base\nRUN --mount=type=bind,source=src,target=/src a\n", ["docs/x.md"])).toEqual([]);
    expect(lines("FROM base\nRUN --mount=type=cache,target=/src a\n", ["src/a.js"])).toEqual([]);
  });

  test("a stage that is built again leaves its copies cached when its files come out the same", () => {
    const source = "FROM base AS build\nCOPY src /src\nRUN a\nFROM base\nRUN b\nCOPY --from=build /src /src\nRUN c\n";
    expect(lines(source, ["src/a.js"])).toEqual(["2", "3", "6?", "7?"]);
  });

  test("BuildKit leaves out stages that the last one does not need", () => {
    const source = "FROM base AS tests\nCOPY src /src\nFROM base\nCOPY package.json /\n";
    expect(lines(source, ["src/a.js", "package.json"])).toEqual(["4"]);
    expect(lines(source, ["src/a.js", "package.json"], "linear")).toEqual(["2", "4"]);
  });

  test("an inherited stage", () => {
    expect(lines("FROM base AS a\nCOPY src /src\nFROM a\nRUN b\n", ["src/a.js"])).toEqual(["2", "4"]);
  });

  test("linear builders build everything behind a changed instruction, metadata too", () => {
    expect(lines("FROM base\nCOPY src /src\nLABEL a=b\nCMD c\n", ["src/a.js"], "linear")).toEqual(["2", "3", "4"]);
    expect(isCached("LABEL a=1 | RUN a", "LABEL a=2 | RUN a", "linear")).toBe(false);
    expect(isCached("EXPOSE 1 | RUN a", "EXPOSE 2 | RUN a", "linear")).toBe(false);
    expect(isCached("RUN a", "CMD x | RUN a", "linear")).toBe(false);
  });
});

test("layers tell what they are made from, and what they cost", () => {
  const source =
    "FROM base AS build\nARG V=1\nCOPY src /src\nRUN make\nFROM base\nCOPY --from=build /x /x\nLABEL a=b\n";
  const [build, last] = layersOf(factsOf(source));
  expect(build?.layers.map(({ makes, dependsOn }) => `${makes} ${dependsOn.join(", ")}`)).toEqual([
    "base image base",
    "metadata ",
    "layer context src",
    "layer ARG V",
  ]);
  expect(last?.layers[1]?.dependsOn).toEqual(["stage build"]);
  expect(build?.layers[3]?.expected).toBeGreaterThan(28);
  expect(build?.built).toBe(true);
});

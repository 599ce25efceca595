import { describe, expect, test } from "vitest";
import { contextFromList } from "../../src/context/load-list.js";
import type { Copy } from "../../src/facts/copies.js";
import { createFacts } from "../../src/facts/facts.js";
import { leftovers } from "../../src/facts/leftovers.js";
import {
  anchoredBy,
  bringsAlike,
  deliveries,
  destinationText,
  imagesOf,
  isCovered,
  isWide,
  manifestCopies,
} from "../../src/facts/manifest-copies.js";
import { parse } from "../../src/syntax/parse.js";

const files = (...paths: readonly string[]) => contextFromList(paths.map((path) => ({ path, text: "{}" })));
const CONTEXT = files("package.json", "web/package.json", "web/src/a.js", "lib/package.json", "only/package.json");

function read(lines: string, context = CONTEXT) {
  const result = parse(`FROM x\nWORKDIR /w\n${lines}\n`);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const facts = createFacts(result.document, context);
  return { facts, copies: result.document.stages.flatMap((stage) => facts.copies(stage)) };
}

function copyOf(line: string, context = CONTEXT): Copy {
  const copy = read(line, context).copies.at(-1);
  if (copy === undefined) throw new Error("no copy");
  return copy;
}

test.each([
  ["COPY . .", ["package.json"], true],
  ["COPY only /o", ["only/package.json"], false],
  ["COPY only /o", ["only"], false],
  ["COPY only package.json /o/", ["only/package.json"], false],
  ["COPY web /o", ["web/package.json"], true],
  ["COPY package.json /o/", [], false],
  ["COPY only /o", ["web/package.json"], true],
])("%s is wide beside %j: %s", (line, inputs, wide) => {
  expect(isWide(copyOf(line), inputs, CONTEXT)).toBe(wide);
});

describe("where an install may find its inputs", () => {
  test.each([
    ["COPY . .", "/w", ["/w/package.json", "/w/web/package.json"]],
    ["COPY . /", "/w", ["/package.json", "/web/package.json"]],
    ["COPY web /x", "/x", ["/x/package.json"]],
    ["COPY package.json /x", "/x", ["/x"]],
    ["COPY . /a\nCOPY . /b", "/b", ["/b/package.json", "/b/web/package.json"]],
    [
      "COPY . /a\nCOPY . /b",
      "/c",
      ["/a/package.json", "/b/package.json", "/a/web/package.json", "/b/web/package.json"],
    ],
    ["COPY lib /x", "/x", []],
  ])("%j, in %s: %j", (lines, directory, images) => {
    expect(imagesOf(["package.json", "web/package.json"], read(lines).copies, directory)).toEqual(images);
  });

  test("the last copy that brings it, near the install if there is a choice", () => {
    const chosen = (lines: string, directory: string) =>
      deliveries(["package.json"], read(lines).copies, directory).map((one) => [
        one.image,
        one.copy.instruction.startLine,
      ]);
    expect(chosen("COPY . /a\nCOPY package.json /a/", "/a")).toEqual([["/a/package.json", 4]]);
    expect(chosen("COPY . /a\nCOPY . /b", "/a")).toEqual([["/a/package.json", 3]]);
    expect(chosen("COPY . /a\nCOPY . /b", "/c")).toEqual([["/b/package.json", 4]]);
    expect(chosen("COPY lib /a", "/a")).toEqual([]);
  });

  test("by the first copy, where it brings the same", () => {
    const anchored = (first: string, second: string): number => {
      const { copies } = read(`${first}\n${second}`);
      const [one] = copies;
      const [delivery] = deliveries(["package.json"], copies.slice(-1), "/w");
      if (one === undefined || delivery === undefined) throw new Error("no copies");
      return anchoredBy(one, delivery).copy.instruction.startLine;
    };
    expect(anchored("COPY . .", "COPY package.json ./")).toBe(3);
    expect(anchored("COPY . /x", "COPY package.json ./")).toBe(4);
    expect(anchored("COPY web .", "COPY package.json ./")).toBe(4);
    expect(anchored("COPY --link . .", "COPY --link package.json ./")).toBe(3);
    expect(anchored("COPY --link . .", "COPY package.json ./")).toBe(4);
    expect(anchored("ADD . .", "COPY package.json ./")).toBe(3);
    expect(anchored("ADD --link . .", "COPY --link package.json ./")).toBe(4);
    expect(anchored("ADD . .", "COPY --link package.json ./")).toBe(4);
  });

  test.each([
    ["a.tar.gz", false],
    ["a.tgz", false],
    ["a.tbz", false],
    ["a.tbz2", false],
    ["a.zip", false],
    ["a.json", true],
    ["a.gzip", true],
  ])("ADD brings %s as COPY does: %s", (input, alike) => {
    expect(bringsAlike(copyOf("ADD . ."), { copy: copyOf("COPY . ."), input })).toBe(alike);
  });

  test("there already, and still what it was", () => {
    const delivery = { input: "package.json", image: "/w/package.json", copy: copyOf("COPY . .") };
    const narrow = read("COPY package.json ./\nCOPY web/package.json ./").copies;
    expect(isCovered(delivery, narrow, () => true)).toBe(true);
    expect(isCovered(delivery, narrow, () => false)).toBe(false);
    expect(isCovered(delivery, narrow.slice(1), () => true)).toBe(false);
  });
});

test("one COPY for each copy and directory, the manifest's own directory first", () => {
  const { copies } = read("COPY . .");
  const needed = deliveries(["web/package.json", "package.json", "lib/package.json", "only"], copies, "/w");
  expect(manifestCopies(needed, CONTEXT).map((one) => [one.directory, one.sources])).toEqual([
    ["/w/web", ["web/package.json"]],
    ["/w", ["package.json"]],
    ["/w/lib", ["lib/package.json"]],
    ["/w/only", ["only"]],
  ]);
  expect(manifestCopies([], CONTEXT)).toEqual([]);
  const root = deliveries(["package.json"], read("COPY . /").copies, "/");
  expect(manifestCopies(root, CONTEXT).map((one) => one.directory)).toEqual(["/"]);
});

describe("the destination, as the author writes it", () => {
  const written = (
    line: string,
    directory: string,
    absolute = false,
    sources: readonly string[] = ["package.json", "x"],
  ) => destinationText({ like: copyOf(line), directory, sources }, CONTEXT, absolute);
  test.each([
    ["COPY . .", "/w", false, "./"],
    ["COPY . ./", "/w/web", false, "./web/"],
    ["COPY . .", "/w/web", true, "/w/web/"],
    ["COPY . /app//", "/app", false, "/app/"],
    ["COPY . /app/", "/app/web", false, "/app/web/"],
    ["COPY . /", "/web", false, "/web/"],
    ["COPY . /", "/", false, "/"],
    ["COPY . app", "/w/app/x", false, "app/x/"],
    ["COPY . /app", "/other", false, undefined],
    ["COPY . /app", "/app/a b", false, undefined],
    ["COPY . /app", "/app/$x", false, undefined],
    ["ARG N\nCOPY . /$N", "/${ARG N}", true, undefined],
    ["ARG N\nCOPY . /$N", "/${ARG N}", false, "/$N/"],
    ["WORKDIR $N\nCOPY . ../..", "/x", false, undefined],
  ])("%j, %s, absolute %s: %s", (line, directory, absolute, text) => {
    expect(written(line, directory, absolute)).toBe(text);
  });

  test("of one file, by an absolute path, its own name", () => {
    expect(written("COPY . /app", "/app", false, ["web/package.json"])).toBe("/app/package.json");
    expect(written("COPY . /", "/", false, ["package.json"])).toBe("/");
    expect(written("COPY . .", "/w", false, ["package.json"])).toBe("./");
    expect(written("COPY . /app", "/app/web", false, ["web"])).toBe("/app/web/");
  });
});

describe("what an install makes, and a later copy would lie over", () => {
  const output = (path: string, more: object = {}) => ({ path, kind: "installed" as const, ...more });
  const LOCAL = contextFromList(
    ["package.json", "web/package.json", "web/src/a.js"].map((path) => ({ path, text: "", tracked: false })),
  );
  const left = (outputs: Parameters<typeof leftovers>[0], context = LOCAL, lines = "COPY . .") => {
    const { facts, copies } = read(lines, context);
    return leftovers(outputs, copies, facts);
  };
  const tracked = (path: string, is: boolean) => contextFromList([{ path, text: "", tracked: is }]);
  const nothing = { files: [], notes: [] };

  test("nothing, where no copy reaches it, or nothing can be there", () => {
    expect(left([output("/elsewhere")])).toEqual(nothing);
    expect(left([output("/w/new")])).toEqual(nothing);
    expect(left([])).toEqual(nothing);
  });

  test("what is there is refused, or kept out by its pattern", () => {
    expect(left([output("/w/web")])).toEqual({
      code: "copied-output",
      reason: "web would be copied over what the install makes",
    });
    expect(left([output("/w")])).toEqual({
      code: "committed-output",
      reason: "the folder of the project is committed and would be copied over what the install makes",
    });
    expect(
      left([output("/w/node_modules", { ignorePattern: "node_modules" }), output("/w/bin", { ignorePattern: "bin" })]),
    ).toEqual({
      files: [{ path: ".dockerignore", before: undefined, after: "bin\nnode_modules\n" }],
      notes: [".dockerignore gets bin, node_modules: a local one is not copied over what the install makes"],
    });
    expect(left([output("/w/out", { ignorePattern: "out" })], tracked("out/x", true))).toEqual({
      code: "committed-output",
      reason: "out is committed and would be copied over what the install makes",
    });
    expect(left([output("/w/out", { ignorePattern: "out" })], tracked("out/x", false))).toMatchObject({
      reason: "line 3 copies out, which .dockerignore would have to keep out",
    });
  });

  test("what is kept out already is no matter, but for an exception", () => {
    const ignoring = (text: string) =>
      contextFromList([
        { path: ".dockerignore", text },
        { path: "out/x", text: "", tracked: false },
        { path: "a", text: "" },
      ]);
    expect(left([output("/w/out", { ignorePattern: "out" })], ignoring("out\n"))).toEqual(nothing);
    expect(left([output("/w/out", { ignorePattern: "out" })], ignoring("out\n!out/x\n"))).toEqual({
      code: "copied-output",
      reason: "an exception in .dockerignore lets a part of out be copied over what the install makes",
    });
  });

  test("what another line copies cannot be kept out", () => {
    expect(left([output("/w/web", { ignorePattern: "web" })], LOCAL, "COPY . .\nCOPY web /x")).toEqual({
      code: "copied-output",
      reason: "line 3 copies web, which .dockerignore would have to keep out",
    });
  });

  test("a lockfile is the context's one afterwards, and that is said", () => {
    const rewritten = { path: "/w/package.json", kind: "rewritten" as const };
    expect(left([rewritten])).toEqual({
      files: [],
      notes: ["package.json in the image is the one from the context, even where the install would have rewritten it"],
    });
    expect(left([{ ...rewritten, path: "/w/new.json" }])).toEqual(nothing);
  });
});

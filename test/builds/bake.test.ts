import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isBakeFile, parseBake, readBake } from "../../src/builds/bake.js";
import type { Reading } from "../../src/builds/build.js";

/** The last file is read, over those before it. */
function read(...texts: readonly string[]): Reading {
  const files = texts.map((text, index) => parseBake(`/p/${index}${text.startsWith("{") ? ".json" : ".hcl"}`, text));
  const last = files.at(-1);
  if (last === undefined) throw new Error("no file");
  return readBake(last, files.slice(0, -1), "/p");
}

function shown({ builds }: Reading): readonly string[] {
  return builds.map(({ from, dockerfile, context, target, args, namedContexts }) =>
    [
      `${from.name}: ${dockerfile} in ${context}`,
      ...(target === undefined ? [] : [`target ${target ?? "?"}`]),
      ...[...args].map(([name, value]) => `${name}=${value ?? "?"}`),
      ...[...namedContexts].map(([name, value]) => `${name} is ${value ?? "?"}`),
    ].join(", "),
  );
}

const target = (body: string, before = ""): readonly string[] => shown(read(`${before}\ntarget "a" {\n${body}\n}\n`));

describe("a target's attributes", () => {
  test.each([
    ["", ["a: /p/Dockerfile in /p"]],
    ['context = "api"', ["a: /p/api/Dockerfile in /p/api"]],
    ['context = "../.."\ndockerfile = "x/D"', ["a: /x/D in /"]],
    ['context = "cwd://api"', ["a: /p/api/Dockerfile in /p/api"]],
    [
      'dockerfile = "./d/Dockerfile.lint" // why\ntarget = "lint" # yes',
      ["a: /p/d/Dockerfile.lint in /p, target lint"],
    ],
    ['args = {\n A = "1"\n B = 2, "C" : true\n D = null /* not */\n}', ["a: /p/Dockerfile in /p, A=1, B=2, C=true"]],
    ['args = { A = f("x"), B = X == "1" ? "x" : "y" }', ["a: /p/Dockerfile in /p, A=?, B=?"]],
    [
      'contexts = { src = "../src", base = "target:b", alpine = "docker-image://alpine:3" }',
      ["a: /p/Dockerfile in /p, src is ../src, base is target:b, alpine is docker-image://alpine:3"],
    ],
    ["args = merge({}, {})", []],
    ["contexts = f()", []],
    ["context = f()", []],
    ['context = "${f()}"', []],
    ["context = NOPE", []],
    ['dockerfile = "${NOPE}"', []],
    ['target = upper("x")', ["a: /p/Dockerfile in /p, target ?"]],
    ['target = ("x")', ["a: /p/Dockerfile in /p, target x"]],
    ["context = null", ["a: /p/Dockerfile in /p"]],
    ['context = "a\\u0041"', []],
    ['context = "$${x}"', ["a: /p/${x}/Dockerfile in /p/${x}"]],
    ['context = "%{ if true }x%{ endif }"', []],
    ["context = <<EOT\nx\nEOT", ["a: /p/x\n/Dockerfile in /p/x\n"]],
    [
      'labels = [for k in ["a"] : k]\nplatforms = [\n "x", # c\n "y",\n]\ncontext = "api"',
      ["a: /p/api/Dockerfile in /p/api"],
    ],
  ])("%s", (body, expected) => {
    expect(target(body)).toEqual(expected);
  });

  test.each([
    ['variable "X" { default = "api" }', ["a: /p/api/Dockerfile in /p/api"]],
    ['variable "Y" {\n default = "a"\n}\nvariable "X" { default = "${Y}pi" }', ["a: /p/api/Dockerfile in /p/api"]],
    ['X = "api"', ["a: /p/api/Dockerfile in /p/api"]],
    ['variable "X" { default = null }', ["a: /p/Dockerfile in /p"]],
    ['variable "X" {}', []],
    ['variable "X" { default = X }', []],
    ['variable "X" { default = "${Y}" }\nvariable "Y" { default = X }', []],
    ['variable "X" { default = ["api"] }', []],
  ])("context = X, %s", (variable, expected) => {
    expect(target("context = X", variable)).toEqual(expected);
  });

  test.each([
    ['context = "https://github.com/a/b.git"', "target a is built from https://github.com/a/b.git, which is not here"],
    ['dockerfile-inline = "FROM x"', "target a has its Dockerfile inline, which is not rewritten"],
    ["dockerfile-inline = <<EOT\nFROM x\nEOT", "target a has its Dockerfile inline, which is not rewritten"],
  ])("%s leads to no Dockerfile here, and is said", (body, message) => {
    const { builds, notes } = read(`# c\ntarget "a" {\n${body}\n}\n`);
    expect(builds).toEqual([]);
    expect(notes).toEqual([{ path: "/p/0.hcl", line: 2, column: 1, message }]);
  });
});

describe("inherits, groups, matrix", () => {
  test.each([
    [
      "attributes over those of the parents, the last one first",
      'target "x" { context = "x"\n args = { A = "1", B = "1" } }\ntarget "y" { target = "t"\n args = { B = "2" } }\ntarget "a" { inherits = ["x", "y"]\n args = { C = "3" } }',
      [
        "x: /p/x/Dockerfile in /p/x, A=1, B=1",
        "y: /p/Dockerfile in /p, target t, B=2",
        "a: /p/x/Dockerfile in /p/x, target t, A=1, B=2, C=3",
      ],
    ],
    [
      "a target that is only inherited is no build",
      'target "_c" { args = { A = "1" } }\ntarget "a" { inherits = ["_c"] }',
      ["a: /p/Dockerfile in /p, A=1"],
    ],
    [
      "unless a group names it",
      'group "default" { targets = ["c"] }\ntarget "c" {}\ntarget "a" { inherits = ["c"] }',
      ["c: /p/Dockerfile in /p", "a: /p/Dockerfile in /p"],
    ],
    [
      "null takes an argument back",
      'target "c" { args = { A = "1" } }\ntarget "a" { inherits = ["c"]\n args = { A = null } }',
      ["a: /p/Dockerfile in /p"],
    ],
    [
      "what a parent says that is not here is not known",
      'target "a" { inherits = ["nope"] }\ntarget "b" { inherits = ["nope"]\n context = "."\n dockerfile = "D" }',
      ["b: /p/D in /p, target ?"],
    ],
    ["nor what a computed list names", 'target "a" { inherits = f() }', []],
    [
      "a circle ends",
      'target "a" { inherits = ["b"]\n context = "." }\ntarget "b" { inherits = ["a"]\n target = "t" }',
      ["a: /p/Dockerfile in /p, target t", "b: /p/Dockerfile in /p, target t"],
    ],
    [
      "a matrix is every choice",
      'target "a" {\n name = "a-${os}-${v}"\n matrix = { os = ["x", "y"], v = ["1", "2"] }\n dockerfile = "${os}.Dockerfile"\n args = { V = v }\n}',
      [
        "a-x-1: /p/x.Dockerfile in /p, V=1",
        "a-x-2: /p/x.Dockerfile in /p, V=2",
        "a-y-1: /p/y.Dockerfile in /p, V=1",
        "a-y-2: /p/y.Dockerfile in /p, V=2",
      ],
    ],
    [
      "of objects too",
      'target "a" {\n name = i.n\n matrix = { i = [{ n = "x", d = "X" }, { n = "y", d = "Y" }] }\n dockerfile = i.d\n}',
      ["x: /p/X in /p", "y: /p/Y in /p"],
    ],
    [
      "of what is not known, unknown",
      'target "a" {\n matrix = { v = f() }\n args = { V = v }\n}',
      ["a: /p/Dockerfile in /p, V=?"],
    ],
    [
      "too much of it, unknown",
      `target "a" {\n matrix = { v = [${Array(200).fill('"1"').join()}] }\n args = { V = v }\n}`,
      ["a: /p/Dockerfile in /p, V=?"],
    ],
  ])("%s", (_, text, expected) => {
    expect(shown(read(text))).toEqual(expected);
  });

  test("very many inherit from very many", () => {
    const text = Array.from(
      { length: 60 },
      (_, i) => `target "t${i + 1}" {\n inherits = ["t${i}", "t${i}", "t${i}"]\n}\n`,
    );
    expect(read(`target "t0" { context = "x" }\n${text.join("")}`).builds.at(-1)?.context).toBe("/p/x");
  });
});

test("JSON says the same, with templates in its texts", () => {
  const text = JSON.stringify({
    variable: { V: { default: "1" } },
    group: { default: { targets: ["a"] } },
    target: {
      a: { context: "api", dockerfile: "D.${V}", args: { A: "${V}", B: null, C: 2 }, target: "t\\n" },
      b: { inherits: ["a"] },
    },
  });
  expect(shown(read(text))).toEqual([
    "a: /p/api/D.1 in /p/api, target t\\n, A=1, C=2",
    "b: /p/api/D.1 in /p/api, target t\\n, A=1, C=2",
  ]);
});

test("files are laid over those before them; only what the last one mentions is its own", () => {
  const base = 'variable "D" { default = "api" }\ntarget "a" { context = D }\ntarget "b" { context = "b" }\n';
  expect(shown(read(base, 'target "a" { target = "t" }\ntarget "c" { inherits = ["b"] }'))).toEqual([
    "a: /p/api/Dockerfile in /p/api, target t",
    "c: /p/b/Dockerfile in /p/b",
  ]);
});

describe("what is broken is a problem with its place", () => {
  test.each([
    ['target "a" {\n context = "x\n}', 2, 12],
    ['target "a" {\n args = {\n', 2, 9],
    ['target "a" {\n', 1, 1],
    ['target "a"\n', 1, 1],
    ["}\n", 1, 1],
    ["= 1", 1, 1],
    ["a = <<EOT\nx\n", 1, 5],
    ["a {".repeat(1000), 1, 196],
    ['{"target": {"a": }}', 1, 18],
    [`{"a": ${"[".repeat(100_000)}`, 1, 1],
  ])("%#: %j", (text, line, column) => {
    const { builds, problems } = read(text);
    expect(builds).toEqual([]);
    expect(problems).toMatchObject([{ line, column }]);
  });

  test.each([
    `target "a" { context = ${"(".repeat(5000)}"x"${")".repeat(5000)} }`,
    `target "a" { context = "${'${"'.repeat(500)}x${'"}'.repeat(500)}" }`,
    `target "a" { args = { A = [${"1,".repeat(200_000)}] } }`,
    `target "a" { args = { A = [] ] } }`,
    'target "a" { context = "${"x}" }',
  ])("odd texts end: %#", (text) => {
    expect(read(text).builds.length).toBeLessThanOrEqual(1);
  });

  const SAMPLE =
    'variable "V" { default = "1" }\ngroup "default" { targets = ["a"] }\ntarget "_c" {\n args = { A = V, B = f("x") }\n}\ntarget "a" {\n inherits = ["_c"]\n name = "a-${x}"\n matrix = { x = ["1", "2"] }\n context = "c/${V}"\n contexts = { b = "target:b" }\n dockerfile-inline = <<EOT\nFROM a\nEOT\n}\n';
  const JSON_SAMPLE =
    '{"variable": {"V": {"default": "1"}}, "target": {"a": {"context": "${V}", "args": {"A": null}, "matrix": {"x": ["1"]}}}}';

  test.each([SAMPLE, JSON_SAMPLE])("whatever the text, nothing is thrown", (sample) => {
    const edit = fc.tuple(
      fc.nat(sample.length),
      fc.nat(8),
      fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom("{", "}", "[", "]", '"', "${", "\n", ",", "<<E\n", "%{")),
    );
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const text = edits.reduce((all, [at, gone, put]) => all.slice(0, at) + put + all.slice(at + gone), sample);
        expect(Array.isArray(read(text).builds)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

test.each([
  ["docker-bake.hcl", true],
  ["docker-bake.override.json", true],
  ["docker-bake.ci.hcl", true],
  ["bake.hcl", true],
  ["ci.docker-bake.json", true],
  ["bake.yml", false],
  ["bakery.json", false],
  ["main.hcl", false],
])("%s is a bake file: %s", (name, is) => {
  expect(isBakeFile(name)).toBe(is);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Reading } from "../../src/builds/build.js";
import { isComposeFile, parseCompose, readCompose, type ComposeFile } from "../../src/builds/compose.js";
import { interpolate, readVariables } from "../../src/builds/interpolate.js";

/** Files of /p by name; the first is read, laid over `base` when there is one. */
function read(files: Readonly<Record<string, string>>, base?: string, env = ""): Reading {
  const open = (path: string): ComposeFile | undefined => {
    const text = files[path.replace(/^\/p\//, "")];
    return text === undefined
      ? undefined
      : parseCompose(path, text, path.slice(0, path.lastIndexOf("/")), readVariables(env));
  };
  const [first = ""] = Object.keys(files);
  const file = open(`/p/${first}`);
  if (file === undefined) throw new Error("no file");
  return readCompose(file, base === undefined ? undefined : open(`/p/${base}`), open);
}

/** "web: /p/Dockerfile in /p", with what else is said. */
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

const one = (build: string, env = ""): readonly string[] =>
  shown(read({ "compose.yaml": `services:\n  web:\n    build: ${build}\n` }, undefined, env));

describe("a service's build", () => {
  test.each([
    [".", ["web: /p/Dockerfile in /p"]],
    ["./api/", ["web: /p/api/Dockerfile in /p/api"]],
    ["../x", ["web: /x/Dockerfile in /x"]],
    ["/abs", ["web: /abs/Dockerfile in /abs"]],
    ["{context: api, dockerfile: ../docker/api.build}", ["web: /p/docker/api.build in /p/api"]],
    ["{dockerfile: d/Dockerfile}", ["web: /p/d/Dockerfile in /p"]],
    ["{context: ., target: dev}", ["web: /p/Dockerfile in /p, target dev"]],
    ["{context: ., args: {A: 1, B: x, C: null, D: true}}", ["web: /p/Dockerfile in /p, A=1, B=x, D=true"]],
    ["{context: ., args: [A=1, B=x=y, C]}", ["web: /p/Dockerfile in /p, A=1, B=x=y"]],
    ["{context: ., args: {A: $V, B: '${V:-d}', C: '$$V'}}", ["web: /p/Dockerfile in /p, A=?, B=d, C=$V"]],
    ["{context: ., target: $V}", ["web: /p/Dockerfile in /p, target ?"]],
    [
      "{context: ., additional_contexts: {src: ../src, base: 'service:b'}}",
      ["web: /p/Dockerfile in /p, src is ../src, base is service:b"],
    ],
    ["{context: ., additional_contexts: [src=../src]}", ["web: /p/Dockerfile in /p, src is ../src"]],
    ["${DIR:-api}", ["web: /p/api/Dockerfile in /p/api"]],
    ["${DIR}", []],
    ["{context: ., dockerfile: '${FILE}'}", []],
    ["[a]", []],
    ["null", []],
    ["'~/x'", ["web: /p/~/x/Dockerfile in /p/~/x"]],
  ])("%s", (build, expected) => {
    expect(one(build)).toEqual(expected);
  });

  test("variables of .env count", () => {
    expect(one("${DIR}", "DIR=api\n")).toEqual(["web: /p/api/Dockerfile in /p/api"]);
    expect(one("${DIR:-web}", "DIR=api # here\n")).toEqual(["web: /p/api/Dockerfile in /p/api"]);
  });

  test.each([
    ["https://github.com/a/b.git", "web is built from https://github.com/a/b.git, which is not here"],
    ["git@github.com:a/b.git", "web is built from git@github.com:a/b.git, which is not here"],
    ["github.com/a/b", "web is built from github.com/a/b, which is not here"],
    ["{context: ., dockerfile_inline: 'FROM a'}", "web has its Dockerfile inline, which is not rewritten"],
  ])("%s leads to no Dockerfile here, and is said", (build, message) => {
    const { builds, notes } = read({ "compose.yaml": `services:\n  web:\n    build: ${build}\n` });
    expect(builds).toEqual([]);
    expect(notes).toEqual([{ path: "/p/compose.yaml", line: 2, column: 3, message: `service ${message}` }]);
  });

  test("the first format has no `services`, and `dockerfile` beside `build`", () => {
    expect(shown(read({ "docker-compose.yml": "web:\n  build: .\n  dockerfile: D\ndb:\n  image: x\n" }))).toEqual([
      "web: /p/D in /p",
    ]);
  });

  test("anchors, merge keys, several documents", () => {
    const text =
      "x-build: &b\n  context: .\n  args: {A: 1}\nservices:\n  a:\n    build: *b\n  b:\n    build:\n      <<: *b\n      target: t\n" +
      "---\nservices:\n  c:\n    build: c\n  a:\n    build: {dockerfile: D}\n";
    expect(shown(read({ "compose.yaml": text }))).toEqual([
      "a: /p/D in /p, A=1",
      "b: /p/Dockerfile in /p, target t, A=1",
      "c: /p/c/Dockerfile in /p/c",
    ]);
  });
});

describe("several files", () => {
  const BASE = "services:\n  web:\n    build: {context: api, dockerfile: D, args: {A: 1}}\n  db: {image: x}\n";

  test.each([
    [
      "what names no context is laid over the base",
      "build: {target: dev, args: {B: 2}}",
      ["web: /p/api/D in /p/api, target dev, A=1, B=2"],
    ],
    ["what names one stands alone", "build: {context: .}", ["web: /p/Dockerfile in /p"]],
    ["what is not built here is not read again", "ports: [1]", []],
  ])("%s", (_, web, expected) => {
    const files = { "docker-compose.override.yml": `services:\n  web:\n    ${web}\n`, "compose.yaml": BASE };
    expect(shown(read(files, "compose.yaml"))).toEqual(expected);
  });

  test.each([
    [
      "of this file",
      "a: {build: {context: api, args: {A: 1}}}\n  b: {extends: {service: a}, build: {target: t}}",
      ["a: /p/api/Dockerfile in /p/api, A=1", "b: /p/api/Dockerfile in /p/api, target t, A=1"],
    ],
    [
      "in the short form",
      "a: {build: api}\n  b: {extends: a}",
      ["a: /p/api/Dockerfile in /p/api", "b: /p/api/Dockerfile in /p/api"],
    ],
    [
      "of another file, whose paths start there",
      "b: {extends: {file: sub/common.yml, service: c}}",
      ["b: /p/sub/x/Dockerfile in /p/sub/x"],
    ],
    [
      "of another file that names no context",
      "b: {extends: {file: sub/common.yml, service: d}}",
      ["b: /p/sub/D in /p/sub"],
    ],
    ["of a file that is not there", "b: {extends: {file: nope.yml, service: c}, build: {target: t}}", []],
    ["of itself", "b: {extends: b, build: .}\n  c: {extends: d}\n  d: {extends: c}", ["b: /p/Dockerfile in /p"]],
  ])("extends: %s", (_, services, expected) => {
    const common = "services:\n  c: {build: x}\n  d: {build: {dockerfile: D}}\n";
    expect(shown(read({ "compose.yaml": `services:\n  ${services}\n`, "sub/common.yml": common }))).toEqual(expected);
  });

  test("include names files, and the folder they are read in", () => {
    const text =
      "include:\n  - a.yml\n  - path: [b.yml, sub/c.yml]\n    project_directory: sub\n  - oci://x/y\n  - ${NOPE}\n";
    expect(parseCompose("/p/compose.yaml", text, "/p", new Map()).includes).toEqual([
      { path: "/p/a.yml", folder: undefined },
      { path: "/p/b.yml", folder: "/p/sub" },
      { path: "/p/sub/c.yml", folder: "/p/sub" },
    ]);
  });
});

describe("what is broken is a problem with its place", () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefghi"
    .split("")
    .map(
      (c, i) =>
        `${c}: &${c} [${Array(9)
          .fill(`*${"abcdefgh".charAt(i)}`)
          .join()}]`,
    )
    .join("\n")}\n`;

  test.each([
    ["unclosed", "services:\n  web:\n    build: {context: .\n", 4],
    ["tabs", "services:\n\tweb:\n", 2],
    ["no such anchor", "services:\n  web: *nope\n", 1],
    ["a bomb of aliases", bomb, 1],
    ["nested deeper than the stack", `a: ${"[".repeat(100_000)}`, 1],
  ])("%s", (_, text, line) => {
    const { builds, problems } = read({ "compose.yaml": text });
    expect(builds).toEqual([]);
    expect(problems[0]).toMatchObject({ path: "/p/compose.yaml", line });
    expect(problems[0]?.message).not.toBe("");
  });

  test("a document that is none hides no other", () => {
    expect(shown(read({ "compose.yaml": "- 1\n---\nservices: {a: {build: .}, b: 1, c: null}\n" }))).toHaveLength(1);
  });

  test("a service extended by very many is read once", () => {
    const documents = "---\nservices:\n  a0: {build: .}\n" + "---\nservices:\n".repeat(1);
    const chain = Array.from({ length: 40 }, (_, i) => `  a${i + 1}: {extends: a${i}}\n`).join("");
    expect(read({ "compose.yaml": `${documents}${chain}---\nservices:\n${chain}` }).builds).toHaveLength(41);
  });

  test("whatever the text, nothing is thrown", () => {
    const sample =
      "x-b: &b {context: ., args: [A=1]}\nservices:\n  web:\n    build:\n      <<: *b\n      dockerfile: ${D:-Dockerfile}\n  two:\n    extends: {service: web, file: a.yml}\ninclude: [b.yml]\n";
    const edit = fc.tuple(fc.nat(sample.length), fc.nat(8), fc.string({ maxLength: 6 }));
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
        const text = edits.reduce((all, [at, gone, put]) => all.slice(0, at) + put + all.slice(at + gone), sample);
        expect(Array.isArray(read({ "compose.yaml": text, "a.yml": sample }).builds)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

test.each([
  ["$A", "a"],
  ["${A}", "a"],
  ["x${A}y$B", "xay"],
  ["$$A", "$A"],
  ["${A:-d}", "a"],
  ["${B:-d}", "d"],
  ["${B-d}", ""],
  ["${N-d}", "d"],
  ["${N:-}", ""],
  ["${N:-${A}}", "a"],
  ["${N:-${M:-e}}", "e"],
  ["${A:+x}", "x"],
  ["${B:+x}", null],
  ["${B+x}", "x"],
  ["${N+x}", null],
  ["${A:?why}", "a"],
  ["${N:?why}", null],
  ["${N?why}", null],
  ["$N", null],
  ["${A", null],
  ["${}", null],
  ["${A!x}", null],
  ["$1", null],
  ["100%", "100%"],
  ["a$", null],
  [`$A${"x".repeat(5000)}`, null],
])("%s", (text, expected) => {
  expect(
    interpolate(
      text,
      new Map([
        ["A", "a"],
        ["B", ""],
      ]),
    ),
  ).toBe(expected);
});

test(".env: quotes, comments, export; a value of other variables is not known", () => {
  const text = "A=1\nexport B = \"two words\"\nC='$x' # why\nD=$A\n# E=1\nF=\nnot a line\nG=x # y\nG2=x#y\r\nH=2\r\n";
  expect([...readVariables(text)]).toEqual([
    ["A", "1"],
    ["B", "two words"],
    ["C", "$x"],
    ["F", ""],
    ["G", "x"],
    ["H", "2"],
  ]);
});

test.each([
  ["compose.yaml", true],
  ["docker-compose.yml", true],
  ["docker-compose.prod.yml", true],
  ["docker-compose-dev.yaml", true],
  ["local.compose.yml", true],
  ["podman-compose.yml", true],
  ["compose.json", false],
  ["decompose.yml", false],
  ["composer.yml", false],
  ["docker-compose.yml.j2", false],
])("%s is a compose file: %s", (name, is) => {
  expect(isComposeFile(name)).toBe(is);
});

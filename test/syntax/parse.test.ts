import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Document, Instruction } from "../../src/syntax/nodes.js";
import { parse } from "../../src/syntax/parse.js";
import { print } from "../../src/syntax/print.js";

function read(source: string): Document {
  const result = parse(source);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.document;
}

const bodies = (source: string): string[] =>
  read(source).instructions.map((one) => `${one.keyword.text} ${one.body.text}`);

const problemsOf = (source: string): string[] => {
  const result = parse(source);
  return result.ok ? [] : result.problems.map((one) => `${one.line}:${one.column}: ${one.message}`);
};

describe("boundaries, as BuildKit draws them", () => {
  test.each([
    [
      "a doubled escape at the line's end is no continuation",
      "FROM a\nCOPY a c:\\\\\nRUN y",
      ["FROM a", "COPY a c:\\\\", "RUN y"],
    ],
    [
      "an escape behind a blank and an escape continues",
      "FROM a\nRUN a \\ \\\n b\nRUN y",
      ["FROM a", "RUN a \\  b", "RUN y"],
    ],
    [
      "comments and blank lines inside a continuation are dropped",
      "FROM a\nRUN a \\\n# c\n\n  b",
      ["FROM a", "RUN a   b"],
    ],
    ["blanks after the escape character are allowed", "FROM a\nRUN a \\  \n b", ["FROM a", "RUN a  b"]],
    ["an escape at the end of the file ends there", "FROM a\nRUN a \\\n", ["FROM a", "RUN a"]],
    ["the escape directive changes the character", "# escape=`\nFROM a\nCOPY a `\n c:\\", ["FROM a", "COPY a  c:\\"]],
    [
      "a line that is no known directive ends directives",
      "# foo=bar\n# escape=`\nFROM a\nRUN a \\\n b",
      ["FROM a", "RUN a  b"],
    ],
    [
      "a heredoc with a file descriptor",
      "FROM a\nRUN cat 3<<EOF\nhi\nEOF\nRUN y",
      ["FROM a", "RUN cat 3<<EOF", "RUN y"],
    ],
    [
      "no heredoc inside quotes",
      'FROM a\nRUN echo "see <<EOF for"\nRUN y',
      ["FROM a", 'RUN echo "see <<EOF for"', "RUN y"],
    ],
    [
      "no heredoc in JSON form",
      'FROM a\nRUN ["sh","-c","cat <<EOF x"]\nRUN y',
      ["FROM a", 'RUN ["sh","-c","cat <<EOF x"]', "RUN y"],
    ],
    ["no heredoc behind an escape", "FROM a\nRUN echo \\<<EOF\nRUN y", ["FROM a", "RUN echo \\<<EOF", "RUN y"]],
    [
      "tabs are stripped per heredoc",
      "FROM a\nRUN <<-A cat <<B\n1\n\tA\n\tB\nB\nRUN y",
      ["FROM a", "RUN <<-A cat <<B", "RUN y"],
    ],
  ])("%s", (_, source, expected) => {
    expect(bodies(source)).toEqual(expected);
  });

  test.each([
    ['RUN <<E"O"F\nx\nEOF', "EOF"],
    ['RUN <<"E F"\nx\nE F', "E F"],
  ])("the name of %j", (run, name) => {
    expect(read(`FROM a\n${run}\n`).instructions[1]?.heredocs[0]).toMatchObject({
      name,
      expand: false,
      content: "x\n",
    });
  });
});

describe("typed nodes with exact spans", () => {
  const find = (source: string, kind: Instruction["kind"]): Instruction => {
    const found = read(source).instructions.find((one) => one.kind === kind);
    if (found === undefined) throw new Error(kind);
    return found;
  };

  test("COPY: flags, sources, destination", () => {
    const source = "FROM a\nCOPY --chown=a:b --link \\\n  x y \\\n  /z/\n";
    const copy = find(source, "COPY");
    expect(copy).toMatchObject({ from: undefined, sources: [{ text: "x" }, { text: "y" }], dest: { text: "/z/" } });
    expect(copy.flags.map((flag) => [flag.name, flag.value])).toEqual([
      ["chown", "a:b"],
      ["link", undefined],
    ]);
    if (copy.kind === "COPY")
      expect([...copy.sources, copy.dest, ...copy.flags].map((word) => source.slice(word.start, word.end))).toEqual([
        "x",
        "y",
        "/z/",
        "--chown=a:b",
        "--link",
      ]);
  });

  test("COPY in JSON form: decoded words, spans of the quoted ones", () => {
    const source = 'FROM a\nCOPY ["a b", "c\\"d", "/e"]\n';
    const copy = find(source, "COPY");
    expect(copy).toMatchObject({ sources: [{ text: "a b" }, { text: 'c"d' }], dest: { text: "/e" } });
    if (copy.kind === "COPY") expect(source.slice(copy.dest.start, copy.dest.end)).toBe('"/e"');
  });

  test("COPY of heredocs: their markers are no sources", () => {
    expect(find("FROM a\nCOPY <<A b /c/\nx\nA\n", "COPY")).toMatchObject({
      sources: [{ text: "b" }],
      heredocs: [{ name: "A", content: "x\n" }],
    });
  });

  test("FROM: platform, image, alias; the stage it is based on", () => {
    const document = read("FROM --platform=$P a:1 AS One\nFROM one\n");
    expect(document.stages).toMatchObject([{ name: "one" }, { name: undefined, base: { index: 0 } }]);
    expect(document.instructions[0]?.flags[0]).toMatchObject({ name: "platform", value: "$P" });
  });

  test("ENV: pairs, and the legacy form, whose value is the rest of the line", () => {
    expect(find("FROM a\nENV A=1 B='x y'\n", "ENV")).toMatchObject({
      legacy: false,
      pairs: [
        { name: { text: "A" }, value: { text: "1" } },
        { name: { text: "B" }, value: { text: "'x y'" } },
      ],
    });
    expect(find("FROM a\nENV A b  c\n", "ENV")).toMatchObject({
      legacy: true,
      pairs: [{ name: { text: "A" }, value: { text: "b  c" } }],
    });
  });

  test("ONBUILD: its inner instruction", () => {
    expect(find("FROM a\nONBUILD COPY . /x\n", "ONBUILD")).toMatchObject({
      inner: { kind: "COPY", dest: { text: "/x" } },
    });
  });

  test("dockerfile-ast supplies the node of each header", () => {
    const node = find("FROM a\nRUN <<EOF cat\nx\nEOF\n", "RUN").node();
    expect(node?.getInstruction()).toBe("RUN");
  });

  test("a block holds the comments glued to it, not those above a blank line, nor directives", () => {
    const source = "# syntax=docker/dockerfile:1\nFROM a\n# far\n\n# near\n# nearer\nRUN x\n";
    const document = read(source);
    const text = (one: Instruction | undefined): string => source.slice(one?.block.start, one?.block.end);
    expect(text(document.instructions[1])).toBe("# near\n# nearer\nRUN x\n");
    expect(text(document.instructions[0])).toBe("FROM a\n");
  });
});

describe("what BuildKit rejects", () => {
  test.each([
    ["", "1:1: the file has no instructions. Start it with FROM."],
    ["FROM a\nRNU x\n", "2:1: `RNU` is no instruction. Did you mean RUN?"],
    ["FROM a\n{{ if x }}\n", "2:1: `{{` belongs to a template, not to a Dockerfile. Give the rendered file."],
    ["RUN x\nFROM a\n", "1:1: RUN stands before the first FROM. Begin the stage with FROM."],
    ["FROM a b\n", "1:1: FROM takes an image, or an image AS a name."],
    ["FROM a\nCOPY x\n", "2:1: COPY needs a source and a destination."],
    ["FROM a\nCOPY --form=b x y\n", "2:6: COPY has no flag --form. Did you mean --from?"],
    ["FROM a\nENV A\n", "2:1: ENV A has no value. Write ENV A=value."],
    ["FROM a\nENV A=1 B\n", "2:9: `B` has no =. Write name=value, and quote values with blanks."],
    ['FROM a\nRUN ["a", 1]\n', "2:5: the JSON array of RUN holds more than strings. Quote every item."],
    ["FROM a\nRUN <<EOF\nx\n", "2:1: the heredoc <<EOF has no end. Add a line with only EOF."],
    ["# escape=`\n# escape=`\nFROM a\n", "2:1: the directive `escape` is given twice. Keep one."],
    [
      `FROM a\nRUN ${"x".repeat(70_000)}\n`,
      "2:1: the line is longer than 65535 bytes, which BuildKit refuses. Break it.",
    ],
  ])("%j", (source, problem) => {
    expect(problemsOf(source)).toContain(problem);
  });
});

const piece = fc.constantFrom(
  "FROM a",
  "RUN x \\",
  'RUN ["a"]',
  "COPY . .",
  "ENV A=b \\",
  "# c",
  "# escape=`",
  "\n",
  "\r\n",
  "\r",
  "  ",
  "\t",
  "\\",
  "`",
  "<<EOF",
  "EOF",
  "é",
  "\u00a0",
  "\u2028",
  "\v",
  "'",
  '"',
  "=",
  "$x",
  "{{",
  "ONBUILD ",
  "--from=b",
);

test("every valid text is printed back, and parsing never throws", () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const source = `FROM a\n${pieces.join("")}`;
      const result = parse(source);
      if (result.ok) expect(print(result.document)).toBe(source);
    }),
    { numRuns: 3000 },
  );
});

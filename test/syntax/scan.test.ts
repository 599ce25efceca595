import { describe, expect, test } from "vitest";
import { lastIndexAtMost, lineAt } from "../../src/syntax/lines.js";
import type { Document, Instruction, Span } from "../../src/syntax/nodes.js";
import { parse } from "../../src/syntax/parse.js";
import { scan } from "../../src/syntax/scan.js";

function read(source: string): Document {
  const result = parse(source);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.document;
}

const problemsOf = (source: string): string[] => {
  const result = parse(source);
  return result.ok ? [] : result.problems.map((one) => `${one.line}:${one.column}: ${one.message}`);
};

const texts = (source: string, spans: readonly Span[]): string[] =>
  spans.map((span) => source.slice(span.start, span.end));

describe("directives", () => {
  test.each([
    ["# syntax=a\n# escape=`\n#check = skip=all \nFROM a\n", { syntax: "a", escape: "`", check: "skip=all" }],
    ["#\tSYNTAX\t=\ta b\t\r\nFROM a\n", { syntax: "a b", escape: "\\", check: undefined }],
    ["\uFEFF# syntax=a\nFROM a\n", { syntax: "a", escape: "\\", check: undefined }],
    ["  # syntax=a\nFROM a\n", { syntax: "a", escape: "\\", check: undefined }],
    ["# escape=\\\nFROM a\n", { syntax: undefined, escape: "\\", check: undefined }],
    ["\n# syntax=a\nFROM a\n", { syntax: undefined, escape: "\\", check: undefined }],
    ["# x\n# syntax=a\nFROM a\n", { syntax: undefined, escape: "\\", check: undefined }],
    ["FROM a\n# syntax=a\n", { syntax: undefined, escape: "\\", check: undefined }],
    ["# syntax=\nFROM a\n", { syntax: undefined, escape: "\\", check: undefined }],
    ["# x syntax=a\nFROM a\n", { syntax: undefined, escape: "\\", check: undefined }],
    ["# syntax1=a\nFROM a\n", { syntax: undefined, escape: "\\", check: undefined }],
    ["# 1syntax=a\nFROM a\n", { syntax: undefined, escape: "\\", check: undefined }],
  ])("%j", (source, directives) => {
    expect(read(source).directives).toEqual(directives);
  });

  test("their lines are no comments; those of others are", () => {
    const source = "# syntax=a\n  # one \n\n#two\nFROM a\n # three\r\nRUN x \\\n# inner\n y\n#";
    const { comments, instructions } = read(source);
    expect(comments.map((one) => one.text)).toEqual(["one", "two", "three", ""]);
    expect(texts(source, comments)).toEqual(["# one ", "#two", "# three", "#"]);
    expect(texts(source, instructions[1]?.innerComments ?? [])).toEqual(["# inner"]);
  });

  test.each([
    ["# escape=x\nFROM a\n", "1:1: the escape character `x` is neither \\ nor `. Use one of them."],
    ["# escape=\\\\\nFROM a\n", "1:1: the escape character `\\\\` is neither \\ nor `. Use one of them."],
    ["# syntax=a\n# Syntax=b\nFROM a\n", "2:1: the directive `syntax` is given twice. Keep one."],
    ["# check=a\nFROM a\n# check=b\n", undefined],
  ])("%j", (source, problem) => {
    expect(problemsOf(source)).toEqual(problem === undefined ? [] : [problem]);
  });
});

describe("lines", () => {
  const [FROM, LIMIT] = ["FROM a\n", 65_535];
  const problem = "2:1: the line is longer than 65535 bytes, which BuildKit refuses. Break it.";
  test.each([
    [`#${"x".repeat(LIMIT - 1)}\n`, false],
    [`#${"x".repeat(LIMIT)}\n`, true],
    [`#${"x".repeat(LIMIT)}`, true],
    [`#${"x".repeat(LIMIT - 1)}`, false],
    [`#${"é".repeat((LIMIT - 1) / 2)}\n`, false],
    [`#x${"é".repeat((LIMIT - 1) / 2)}\n`, true],
    [`#${"€".repeat(LIMIT / 3 - 1)}xx\n`, false],
    [`#${"€".repeat(LIMIT / 3 - 1)}xxx\n`, true],
    [`#${"\u{1F600}".repeat(LIMIT / 4 - 0.75)}xx\n`, false],
    [`#${"\u{1F600}".repeat(LIMIT / 4 - 0.75)}xxx\n`, true],
    [`#${"\u007f".repeat(LIMIT - 1)}\n`, false],
    [`#${"\u0080".repeat(LIMIT / 2)}\n`, false],
    [`#${"\u0800".repeat(22_000)}\n`, true],
    [`#${"\u07ff".repeat(22_000)}\n`, false],
  ])("longer than Go's scanner takes: case %#", (line, refused) => {
    expect(problemsOf(`${FROM}${line}`)).toEqual(refused ? [problem] : []);
  });

  test("a file of comments and blanks has no instructions, one with another problem is told only of that", () => {
    expect(problemsOf("# a\n\n  \n")).toEqual(["1:1: the file has no instructions. Start it with FROM."]);
    expect(problemsOf("# escape=x\n")).toHaveLength(1);
  });

  test("problems are told in the order of the file, whoever found them", () => {
    expect(problemsOf("FROM a\nRNU x\nRUN <<E\nx\n").map((one) => one.split(":")[0])).toEqual(["2", "3"]);
    expect(problemsOf("# escape=x\nRUN y\nFROM a\nCOPY b\n").map((one) => one.split(":")[0])).toEqual(["1", "2", "4"]);
  });

  test("the line of an offset", () => {
    const document = read("FROM a\n\nRUN x\n");
    expect([0, 6, 7, 8, 13, 14].map((offset) => lineAt(document, offset))).toEqual([1, 1, 2, 3, 3, 4]);
  });

  test("the last item that is not after an offset", () => {
    const at = (offset: number): number => lastIndexAtMost([2, 4, 4, 9], offset, (item) => item);
    expect([0, 1, 2, 3, 4, 8, 9, 10].map(at)).toEqual([-1, -1, 0, 0, 2, 2, 3, 3]);
    expect(lastIndexAtMost([], 1, () => 0)).toBe(-1);
  });
});

describe("instructions", () => {
  const of = (source: string, index: number): Instruction => {
    const one = read(source).instructions[index];
    if (one === undefined) throw new Error("no instruction");
    return one;
  };

  test("lines, and the range from the keyword to the last character", () => {
    const source = "FROM a\n\n  RUN x \\  \n\n# c\n  y\r\nCMD z";
    const document = read(source);
    expect(document.instructions.map((one) => [one.startLine, one.endLine])).toEqual([
      [1, 1],
      [3, 6],
      [7, 7],
    ]);
    expect(texts(source, document.instructions)).toEqual(["FROM a", "RUN x \\  \n\n# c\n  y", "CMD z"]);
    expect(document.instructions[1]?.body.text).toBe("x   y");
  });

  test("slots tile the file, blocks hold the comments glued to an instruction", () => {
    const source = "\uFEFF# syntax=a\n# b\nFROM a\n\n# c\n\n\t# d\n# e\n RUN x\n# f\nRUN y\n# tail\n";
    const { instructions, tail } = read(source);
    expect(
      texts(
        source,
        instructions.map((one) => one.slot),
      ),
    ).toEqual(["\uFEFF# syntax=a\n# b\nFROM a\n", "\n# c\n\n\t# d\n# e\n RUN x\n", "# f\nRUN y\n"]);
    expect(
      texts(
        source,
        instructions.map((one) => one.block),
      ),
    ).toEqual(["# b\nFROM a\n", "\t# d\n# e\n RUN x\n", "# f\nRUN y\n"]);
    expect(texts(source, [tail])).toEqual(["# tail\n"]);
  });

  test.each([
    ["FROM a", "FROM a"],
    ["\uFEFFFROM a\n", "FROM a\n"],
    ["# a\nFROM a", "# a\nFROM a"],
    ["\n# a\nFROM a", "# a\nFROM a"],
    ["#\n\nFROM a", "FROM a"],
    ["\uFEFF# a\nFROM a", "FROM a"],
    ["# escape=`\n# a\nFROM a", "# a\nFROM a"],
    ["# escape=`\nFROM a", "FROM a"],
    ["# a\n# b\n FROM a\n", "# a\n# b\n FROM a\n"],
  ])("the first block of %j", (source, block) => {
    expect(texts(source, [of(source, 0).block])).toEqual([block]);
  });

  test("a heredoc: its body, its lines, where it ends", () => {
    const source = "FROM a\nRUN <<-A cat <<B\n\tx\n\tA\ny\n\tB\nB\nRUN z\n";
    const run = of(source, 1);
    expect([run.startLine, run.endLine]).toEqual([2, 7]);
    expect(texts(source, [run])).toEqual(["RUN <<-A cat <<B\n\tx\n\tA\ny\n\tB\nB"]);
    expect(
      texts(
        source,
        run.heredocs.map((one) => one.body),
      ),
    ).toEqual(["\tx\n", "y\n\tB\n"]);
    expect(run.heredocs.map((one) => one.content)).toEqual(["\tx\n", "y\n\tB\n"]);
    expect(
      texts(
        source,
        run.heredocs.map((one) => one.marker),
      ),
    ).toEqual(["<<-A", "<<B"]);
    expect(run.body.text).toBe("<<-A cat <<B");
    expect(run.node()?.getRange().end.line).toBe(0);
    expect(problemsOf("FROM a\nRUN <<-A\n\tx\n \tA")).toHaveLength(1);
    expect(read("FROM a\nRUN <<A\nA").instructions[1]?.heredocs[0]?.content).toBe("");
    expect(read("FROM a\nRUN <<-A\n\t\t\n\tA\r\nRUN y").instructions).toHaveLength(3);
  });

  test("a heredoc that does not end holds the rest of the file", () => {
    const [, run] = scan("FROM a\nRUN <<A\nx\ny").instructions;
    expect(run?.heredocs[0]).toMatchObject({ content: "x\ny", body: { start: 15, end: 18 } });
  });

  test.each([
    ["RUN a \\", "RUN a "],
    ["RUN a \\\n\\\nb", "RUN a b"],
    ["RUN a \\\n \\\n b", "RUN a   b"],
    ["RUN a \\\t\nb", "RUN a b"],
    ["RUN a\\\nb", "RUN ab"],
    ["RUN a \\\r\n b", "RUN a  b"],
    ["\\\nRUN x", "RUN x"],
    ["RUN a \\\n\t# c\n#d\n\n \n b", "RUN a  b"],
  ])("joined: %j", (text, joined) => {
    expect(scan(`FROM a\n${text}`).instructions[1]?.joined.text).toBe(joined);
  });

  test("joined text and the way back", () => {
    const source = "FROM a\nRUN a \\\n\\\n  b\\\nc\n";
    const run = of(source, 1);
    expect(run.body).toEqual({
      text: "a   bc",
      segments: [
        { joined: 0, source: 11, length: 2 },
        { joined: 2, source: 17, length: 3 },
        { joined: 5, source: 22, length: 1 },
      ],
    });
  });
});

describe("words of each instruction", () => {
  test.each([
    ["EXPOSE 1 2", ["1", "2"]],
    ["VOLUME /a /b", ["/a", "/b"]],
    ['VOLUME ["/a", "/b"]', ["/a", "/b"]],
    ["CMD a  b", ["a  b"]],
    ['CMD ["a", "b"]', ["a", "b"]],
    ['ENTRYPOINT ["a"]', ["a"]],
    ['SHELL ["a"]', ["a"]],
    ["HEALTHCHECK cmd  a  b", ["cmd", "a  b"]],
    ['HEALTHCHECK CMD ["a", "b"]', ["CMD", "a", "b"]],
    ["HEALTHCHECK NONE", ["NONE"]],
    ["USER a b", ["a b"]],
    ["WORKDIR /a b", ["/a b"]],
    ["CMD", []],
    ["STOPSIGNAL x", ["x"]],
    ["MAINTAINER a b", ["a b"]],
  ])("%s", (line, words) => {
    const source = `FROM a\n${line}\n`;
    const one = read(source).instructions[1];
    expect(one !== undefined && "words" in one ? one.words.map((word) => word.text) : undefined).toEqual(words);
    expect(one?.json?.map((word) => word.text)).toEqual(
      line.includes("[") ? words.filter((word) => word !== "CMD") : undefined,
    );
    expect(source.slice(one?.keyword.start, one?.keyword.end)).toBe(line.split(" ")[0]);
  });

  test("pairs and where their parts stand, over a continuation those of the whole", () => {
    const source = "FROM a\nENV A=1 B='x y' C= D=\\\n2\nARG E F=3\nLABEL g  h i \nENV j k";
    const pairs = read(source).instructions.flatMap((one) => ("pairs" in one ? [one] : []));
    expect(
      pairs.map((one) => [
        one.kind,
        one.legacy,
        one.pairs.map((pair) => [
          pair.name.text,
          pair.value?.text,
          ...texts(source, [pair, pair.name, ...(pair.value === undefined ? [] : [pair.value])]),
        ]),
      ]),
    ).toEqual([
      [
        "ENV",
        false,
        [
          ["A", "1", "A=1", "A", "1"],
          ["B", "'x y'", "B='x y'", "B", "'x y'"],
          ["C", "", "C=", "C", ""],
          ["D", "2", "D=\\\n2", "D=\\\n2", "D=\\\n2"],
        ],
      ],
      [
        "ARG",
        false,
        [
          ["E", undefined, "E", "E"],
          ["F", "3", "F=3", "F", "3"],
        ],
      ],
      ["LABEL", true, [["g", "h i", "g  h i", "g", "h i"]]],
      ["ENV", true, [["j", "k", "j k", "j", "k"]]],
    ]);
  });

  test("flags: name in lower case, value, range", () => {
    const source = "FROM --platform=a=b c\nHEALTHCHECK --interval=1s --retries='2' NONE\nCOPY --link --from=x y z";
    const flags = read(source).instructions.flatMap((one) => one.flags);
    expect(flags.map((flag) => [flag.name, flag.value, ...texts(source, [flag])])).toEqual([
      ["platform", "a=b", "--platform=a=b"],
      ["interval", "1s", "--interval=1s"],
      ["retries", "2", "--retries='2'"],
      ["link", undefined, "--link"],
      ["from", "x", "--from=x"],
    ]);
    const copy = read(source).instructions[2];
    expect(copy).toMatchObject({ kind: "COPY", from: "x", sources: [{ text: "y" }], dest: { text: "z" } });
  });

  test("stages: names in lower case, bases by name, members", () => {
    const { stages, instructions } = read("ARG v\nFROM a AS X\nRUN x\nFROM x as y\nFROM X\nFROM y\nFROM z AS z\n");
    expect(stages.map((one) => [one.index, one.name, one.base?.index, one.instructions.length])).toEqual([
      [0, "x", undefined, 2],
      [1, "y", 0, 1],
      [2, undefined, 0, 1],
      [3, undefined, 1, 1],
      [4, "z", undefined, 1],
    ]);
    expect(instructions.map((one) => [one.index, one.stage])).toEqual([
      [0, -1],
      [1, 0],
      [2, 0],
      [3, 1],
      [4, 2],
      [5, 3],
      [6, 4],
    ]);
    const last = read("FROM a AS x\nFROM b AS x\nFROM x\n").stages[2];
    expect(last?.base?.index).toBe(1);
  });

  test("ONBUILD: what it holds, or that it is not valid", () => {
    const source = "FROM a\nONBUILD COPY <<A --x b /c\ny\nA\nONBUILD COPY x\nONBUILD env A=1\n";
    const inner = read(source).instructions.flatMap((one) => (one.kind === "ONBUILD" ? [one.inner] : []));
    expect(inner[0]).toMatchObject({
      kind: "COPY",
      index: 1,
      sources: [{ text: "--x" }, { text: "b" }],
      heredocs: [{ name: "A" }],
    });
    expect(inner[1]).toBeUndefined();
    expect(inner[2]).toMatchObject({
      kind: "ENV",
      index: 3,
      pairs: [{ name: { text: "A" } }],
      keyword: { text: "env" },
    });
  });

  test("the line end is the first line's", () => {
    expect([read("FROM a\r\nRUN x\n").eol, read("FROM a\nRUN x\r\n").eol, read("FROM a").eol]).toEqual([
      "\r\n",
      "\n",
      "\n",
    ]);
  });

  test("dockerfile-ast's node, also over characters that it takes for line ends; undefined where it sees more", () => {
    const node = (line: string) => read(`FROM a\n  ${line}\n`).instructions[1]?.node();
    expect(node("RUN x\u2028y\rz")?.getInstruction()).toBe("RUN");
    expect(node("RUN x\u2028y\rz")?.getRange().start.character).toBe(0);
    const run = read("FROM a\nRUN x \\\n y\n").instructions[1];
    expect(run?.node()).toBe(run?.node());
    expect(run?.node()?.getRange().end.line).toBe(1);
  });
});

import { describe, expect, test } from "vitest";
import {
  arrange,
  blankLines,
  blockText,
  detachedComments,
  gluedComments,
  inNewOrder,
  leadOf,
  ownLines,
} from "../../src/syntax/arrange.js";
import { apply, move } from "../../src/syntax/edit.js";
import { addFlags, withFlags } from "../../src/syntax/flags.js";
import { chainJoint, habitOf } from "../../src/syntax/habit.js";
import type { Document, Instruction, RunInstruction } from "../../src/syntax/nodes.js";
import { parse } from "../../src/syntax/parse.js";
import { layout, type NewInstruction } from "../../src/syntax/print.js";

function read(source: string): Document {
  const result = parse(source);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.document;
}

function at(document: Document, index: number): Instruction {
  const one = document.instructions[index];
  if (one === undefined) throw new Error("no instruction");
  return one;
}

describe("a new instruction", () => {
  const lay = (source: string, instruction: NewInstruction): string =>
    layout(read(source), instruction, at(read(source), 1));
  const copy = (
    words: readonly string[],
    more: Partial<{ flags: string[]; globs: string[]; keyword: "ADD" }> = {},
  ): NewInstruction => ({
    keyword: "COPY",
    flags: [],
    words,
    dest: "/d/",
    ...more,
  });

  test.each([
    ["COPY . .", copy(["a"]), "COPY a /d/\n"],
    ["copy . .", copy(["a"]), "copy a /d/\n"],
    ["Copy . .", copy(["a"]), "COPY a /d/\n"],
    ["RUN x", copy(["a"], { flags: ["--link", "--from=b"] }), "COPY --link --from=b a /d/\n"],
    ["RUN x", copy(["a"], { globs: ["*.x"], keyword: "ADD" }), "ADD a *.x /d/\n"],
    ["RUN x", copy([], { globs: ["[a]"] }), "COPY [a] /d/\n"],
    ["RUN x", copy(["a b"]), 'COPY ["a b", "/d/"]\n'],
    ["RUN x", copy(['a b"']), 'COPY ["a b\\\\\\"", "/d/"]\n'],
    ['RUN ["x"]', copy(["a"]), 'COPY ["a", "/d/"]\n'],
    ["\t  RUN x", copy(["a"]), "\t  COPY a /d/\n"],
    ["RUN x", copy(["a*b?c[d$e'f\"g\\h`i"]), "COPY a[*]b[?]c[[]d\\$e\\'f\\\"g\\\\\\\\h`i /d/\n"],
    ["RUN x", { keyword: "RUN", flags: ["--network=none"], raw: "a  b" }, "RUN --network=none a  b\n"],
    ["run x", { keyword: "RUN", flags: [], raw: "a" }, "run a\n"],
  ] as const)("beside %j: %j", (near, instruction, text) => {
    expect(lay(`FROM a\n${near}\n`, instruction)).toBe(text);
  });

  test("with another escape character, and with the line ends of the file", () => {
    expect(lay("# escape=`\r\nFROM a\r\n  RUN x\r\n", copy(["a$b\\c`d"]))).toBe("  COPY a`$b`\\`\\c``d /d/\r\n");
  });

  test("is broken where its line would be longer than 120 characters", () => {
    const words = Array.from({ length: 10 }, () => "x".repeat(11));
    const fits = `COPY ${words.slice(1).join(" ")} /d/`;
    expect(fits.length).toBeLessThan(120);
    expect(lay("FROM a\nRUN x\n", copy(words.slice(1)))).toBe(`${fits}\n`);
    expect(lay("FROM a\r\n  RUN x\r\n", copy(words))).toBe(
      `  COPY ${words.slice(1).join(" ")} \\\r\n      ${words[0] ?? ""} /d/\r\n`,
    );
    const exactly = (n: number): string =>
      lay("FROM a\nRUN x\n", { keyword: "RUN", flags: ["--a"], raw: "y".repeat(n) });
    expect(exactly(110)).toBe(`RUN --a ${"y".repeat(110)}\n`);
    expect(exactly(111)).toBe(`RUN --a \\\n    ${"y".repeat(111)}\n`);
    const indented = (n: number): string =>
      lay("FROM a\n    RUN x\n", { keyword: "RUN", flags: ["--a"], raw: "y".repeat(n) });
    expect(indented(106)).toBe(`    RUN --a ${"y".repeat(106)}\n`);
    expect(indented(107)).toBe(`    RUN --a \\\n        ${"y".repeat(107)}\n`);
  });
});

describe("how a file lays out its chains", () => {
  test.each([
    ["RUN a && b", false, "    "],
    ["RUN a && \\\n  b", false, "  "],
    ["RUN a \\\n\t&& b", true, "\t"],
    ["RUN a &&\\\n\tb \\\n  && c \\\n  && d", true, "  "],
    ["RUN a && \\\n  b && \\\n   c && \\\n   d", false, "   "],
    ["RUN a && \\ \t\r\n  b", false, "  "],
    ["RUN a \\ \r\n  && b", true, "  "],
    ["RUN a && \\\n # x\n    b", false, "    "],
    ["RUN a && \\\nb", false, "    "],
    ["RUN a \\\n&& b", true, "    "],
    ["RUN a && \\\n  b \\\n  && c", false, "  "],
    ["RUN echo '&&' x", false, "    "],
  ])("%j", (run, operatorFirst, indent) => {
    expect(habitOf(read(`FROM a\n${run}\n`))).toEqual({ operatorFirst, indent });
  });

  test("with another escape character", () => {
    expect(habitOf(read("# escape=`\nFROM a\nRUN a && `\n  b && `\n   c\n"))).toEqual({
      operatorFirst: false,
      indent: "  ",
    });
    expect(habitOf(read("# escape=`\nFROM a\nRUN a `\n  && b\n"))).toEqual({ operatorFirst: true, indent: "  " });
  });

  test.each([
    ["RUN a \\\n  && b", "a", " && "],
    ["RUN a \\\n  && b", "a\n", " \\\n  && "],
    ["RUN a && \\\n\tb", "a\n", " && \\\n\t"],
    ["RUN a", "a\n", " && \\\n    "],
  ])("commands joined as in %j: %j", (run, text, joint) => {
    expect(chainJoint(text, read(`FROM a\n${run}\n`))).toBe(joint);
  });

  test("commands joined with the line ends of the file", () => {
    expect(chainJoint("a\r\n", read("# escape=`\r\nFROM a\r\nRUN a `\r\n  && b\r\n"))).toBe(" `\r\n  && ");
  });
});

describe("flags added to a RUN", () => {
  function added(run: string, flags: readonly string[]): string {
    const source = `FROM a\n${run}\n`;
    const document = read(source);
    return apply(source, [addFlags(at(document, 1) as RunInstruction, flags, document)]).slice(7, -1);
  }

  test.each([
    ["RUN x", ["--a"], "RUN --a x"],
    ["RUN   x", ["--a"], "RUN --a x"],
    ["RUN x", ["--a", "--b"], "RUN --a \\\n    --b \\\n    x"],
    ["RUN --network=none x", ["--a"], "RUN --a \\\n    --network=none \\\n    x"],
    ["RUN x \\\n  y", ["--a"], "RUN --a \\\n    x \\\n  y"],
    ["RUN x && \\\n  y", ["--a"], "RUN --a \\\n  x && \\\n  y"],
    ["RUN x \\\n && y", ["--a"], "RUN --a \\\n    x \\\n && y"],
    ["RUN \\\n  x", ["--a"], "RUN --a \\\n  x"],
    ["RUN \\ \n  x", ["--a", "--b"], "RUN --a \\\n    --b \\ \n  x"],
    ["RUN \\x \\\n y", ["--a"], "RUN --a \\\n    \\x \\\n y"],
    ["RUN --network=none \\\n  x", ["--a"], "RUN --a \\\n    --network=none \\\n  x"],
    [
      "RUN --network=none \\\n  --security=sandbox x",
      ["--a"],
      "RUN --a \\\n    --network=none \\\n  --security=sandbox x",
    ],
    [
      "RUN  \t--network=none \\\n  --security=sandbox x",
      ["--a", "--b"],
      "RUN --a \\\n    --b \\\n    --network=none \\\n  --security=sandbox x",
    ],
    ["RUN \\\n  --network=none x", ["--a"], "RUN --a \\\n  --network=none x"],
    ["RUN \\\n  --network=none x", ["--a", "--b"], "RUN --a \\\n    --b \\\n  --network=none x"],
  ])("%j with %j", (run, flags, after) => {
    expect(added(run, flags)).toBe(after);
  });

  test("beside the command as long as both take fewer than 100 characters", () => {
    const [fits, long] = ["x".repeat(96), "x".repeat(97)];
    expect(added(`RUN ${fits}`, ["--a"])).toBe(`RUN --a ${fits}`);
    expect(added(`RUN ${long}`, ["--a"])).toBe(`RUN --a \\\n    ${long}`);
  });

  test("in the file's own escape character and line ends; its comments go along", () => {
    const source = "# escape=`\r\nFROM a\r\n\r\n# why\r\nRUN x\r\nRUN y\r\n";
    const document = read(source);
    expect(withFlags(at(document, 1) as RunInstruction, ["--a", "--b"], document)).toBe(
      "# why\r\nRUN --a `\r\n    --b `\r\n    x\r\n",
    );
  });
});

describe("instructions in a new order", () => {
  const source = "FROM a\n\n# section\n\n# glued\n  RUN x \\\n   y\n\n\n# other\n\nRUN z\nRUN w";
  const document = read(source);

  test("the parts of an instruction's lines", () => {
    const one = at(document, 1);
    expect(leadOf(document, one)).toBe("\n# section\n\n");
    expect(gluedComments(document, one)).toBe("# glued\n");
    expect(ownLines(document, one)).toBe("  RUN x \\\n   y\n");
    expect(ownLines(document, one, "RUN q")).toBe("  RUN q\n");
    expect(blockText(document, one)).toBe("# glued\n  RUN x \\\n   y\n");
    expect(gluedComments(document, at(document, 0))).toBe("");
    expect(ownLines(document, at(document, 0))).toBe("FROM a\n");
    expect(ownLines(document, at(document, 3))).toBe("RUN w");
  });

  test.each([
    ["", "", ""],
    ["\n \t\r\n", "\n \t\r\n", ""],
    ["\n# a\n\n", "\n", "# a\n\n"],
    ["# a\n", "", "# a\n"],
    ["\n  # a\n# b\n  \n", "  \n", "  # a\n# b\n  \n"],
  ])("of the lead %j, the blank lines at the end and the comments", (lead, blank, comments) => {
    expect([blankLines(lead), detachedComments(lead)]).toEqual([blank, comments]);
  });

  const reordered = (order: readonly number[]): string => {
    const stretch = [1, 2, 3].map((index) => at(document, index));
    const pieces = inNewOrder(
      document,
      stretch,
      order.map((index) => at(document, index)),
    );
    return apply(source, [arrange(document, at(document, 1), at(document, 3), pieces)]);
  };

  test.each([
    [[1, 2, 3], source],
    [[1, 3, 2], "FROM a\n\n# section\n\n# glued\n  RUN x \\\n   y\nRUN w\n\n\n# other\n\nRUN z"],
    [[2, 1, 3], "FROM a\n\n# other\n\nRUN z\n# section\n\n# glued\n  RUN x \\\n   y\nRUN w"],
    [[3, 1, 2], "FROM a\n\nRUN w\n# section\n\n# glued\n  RUN x \\\n   y\n\n\n# other\n\nRUN z"],
  ])("%j", (order, after) => {
    expect(reordered(order)).toBe(after);
  });

  test("without a section of its own, the first takes the blank lines of the one that takes its place", () => {
    const text = "FROM a\n\nRUN x\n\n\nRUN y\n";
    const own = read(text);
    const [, x, y] = own.instructions;
    if (x === undefined || y === undefined) throw new Error("no instruction");
    expect(apply(text, [arrange(own, x, y, inNewOrder(own, [x, y], [y, x]))])).toBe("FROM a\n\nRUN y\n\n\nRUN x\n");
    expect(inNewOrder(own, [], [x])).toEqual([]);
    expect(inNewOrder(own, [x], [])).toEqual([]);
  });

  test("with the line ends of the file, also where the last one is missing", () => {
    const text = "FROM a\r\nRUN x\r\nRUN y";
    const own = read(text);
    const [, x, y] = own.instructions;
    if (x === undefined || y === undefined) throw new Error("no instruction");
    expect(apply(text, [arrange(own, x, y, inNewOrder(own, [x, y], [y, x]))])).toBe("FROM a\r\nRUN y\r\nRUN x");
    expect(apply(text, move(x, text, 0))).toBe("RUN x\r\nFROM a\r\nRUN y");
  });
});

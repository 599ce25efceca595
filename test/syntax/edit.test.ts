import fc from "fast-check";
import { expect, test } from "vitest";
import { apply, insert, move, remove, replace } from "../../src/syntax/edit.js";
import { parse } from "../../src/syntax/parse.js";
import { layout, type NewInstruction } from "../../src/syntax/print.js";

function read(source: string) {
  const result = parse(source);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.document;
}

test("edits are applied in one pass; insertions at one place keep their order", () => {
  expect(
    apply("abcdef", [replace({ start: 1, end: 3 }, "X"), insert(4, "1"), insert(4, "2"), remove({ start: 5, end: 6 })]),
  ).toBe("aXd12e");
});

test("edits may be given in any order; what is inserted stands before what is replaced there", () => {
  const [first, second, third] = [
    replace({ start: 1, end: 2 }, "B"),
    insert(1, "+"),
    replace({ start: 3, end: 5 }, ""),
  ];
  for (const edits of [
    [first, second, third],
    [third, first, second],
    [second, third, first],
  ])
    expect(apply("abcdef", edits)).toBe("a+Bcf");
  expect(apply("abc", [])).toBe("abc");
  expect(apply("abc", [insert(3, "d"), insert(0, "_")])).toBe("_abcd");
});

test("overlapping edits are refused", () => {
  expect(() => apply("abc", [replace({ start: 2, end: 1 }, "x")])).toThrow(
    "edit 2..1 overlaps another or leaves the text",
  );
  expect(() => apply("abc", [replace({ start: 0, end: 2 }, "x"), replace({ start: 1, end: 3 }, "y")])).toThrow(
    RangeError,
  );
  expect(() => apply("abc", [insert(4, "x")])).toThrow(RangeError);
});

test("what lies outside of edits keeps its bytes", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 2 }), fc.nat(), fc.string(), (source, at, text) => {
      const start = at % source.length;
      const result = apply(source, [replace({ start, end: start + 1 }, text)]);
      expect(result).toBe(source.slice(0, start) + text + source.slice(start + 1));
    }),
  );
});

test("a moved instruction carries its comments and its bytes", () => {
  const source = "FROM a\n# why\nRUN  x \\\n # in\n  y\nRUN z\n";
  const { instructions } = read(source);
  const [, first, second] = instructions;
  if (first === undefined || second === undefined) throw new Error("instructions");
  expect(apply(source, move(first, source, second.block.end))).toBe("FROM a\nRUN z\n# why\nRUN  x \\\n # in\n  y\n");
});

/** Lays out a COPY as the one in the source is written. */
function layOut(source: string, words: readonly string[], dest = "./"): string {
  const document = read(source);
  const near = document.instructions[1];
  if (near === undefined) throw new Error("near");
  const instruction: NewInstruction = { keyword: "COPY", flags: [], words, dest };
  return layout(document, instruction, near);
}

test("new text follows its neighbour: case, indent, JSON form, line ends, escape character", () => {
  expect(layOut("FROM a\nCOPY . .\n", ["a", "b"])).toBe("COPY a b ./\n");
  expect(layOut("from a\r\n  copy . .\r\n", ["a"])).toBe("  copy a ./\r\n");
  expect(layOut('FROM a\nCOPY [".", "."]\n', ["a"])).toBe('COPY ["a", "./"]\n');
  const long = Array.from({ length: 12 }, (_, i) => `packages/number-${i}/package.json`);
  expect(layOut("# escape=`\nFROM a\nCOPY . .\n", long)).toMatch(
    /^COPY packages\/number-0\/package\.json [^\n]*`\n {4}packages/,
  );
});

const name = fc
  .string({ unit: fc.constantFrom(...Array.from("ab.-_ []*?$'\"\\")), minLength: 1, maxLength: 8 })
  .filter((text) => text.trim() === text && !/^-/.test(text));

test("whatever a file is called, the COPY parses, and names as many sources", () => {
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 3 }), (names) => {
      const copy = read(`FROM a\n${layOut("FROM a\nCOPY . .\n", names)}`).instructions[1];
      expect(copy).toMatchObject({ kind: "COPY", dest: { text: "./" } });
      if (copy?.kind === "COPY") expect(copy.sources).toHaveLength(names.length);
    }),
    { numRuns: 500 },
  );
});

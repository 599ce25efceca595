import { describe, expect, test } from "vitest";
import { canHoldHeredoc, heredocMarkers, toSource } from "../../src/syntax/heredoc.js";
import type { JoinedText } from "../../src/syntax/nodes.js";
import { isSpace, trimEnd, trimStart } from "../../src/syntax/space.js";
import { blankWords, quotedWords, readJson, splitCommand } from "../../src/syntax/words.js";

const all = (text: string) => ({ start: 0, end: text.length });
const joinedOf = (text: string): JoinedText => ({ text, segments: [{ joined: 0, source: 100, length: text.length }] });

describe("a command line cut into keyword, flags and the rest", () => {
  test.each([
    ["RUN x y", "RUN", [], "x y"],
    ["  RUN\t \f x  ", "RUN", [], "x"],
    ["RUN", "RUN", [], ""],
    ["", "", [], ""],
    ["RUN --a=b --c d", "RUN", ["--a=b", "--c"], "d"],
    ["RUN --a", "RUN", ["--a"], ""],
    ["RUN --a='b c'\"d e\"f g", "RUN", ["--a=b cd ef"], "g"],
    ['RUN --a="b\'c" d', "RUN", ["--a=b'c"], "d"],
    ["RUN --a=b\\ c\\\\d e", "RUN", ["--a=b c\\d"], "e"],
    ["RUN --a=b\\", "RUN", ["--a=b"], ""],
    ["RUN -- --a b", "RUN", [], "--a b"],
    ["RUN --a -- --b", "RUN", ["--a"], "--b"],
    ["RUN --", "RUN", [], ""],
    ["RUN -a", "RUN", [], "-a"],
    ["RUN -", "RUN", [], "-"],
    ["RUN\u00a0--a x", "RUN\u00a0--a", [], "x"],
    ["RUN --a\u00a0x", "RUN", ["--a"], "x"],
  ])("%j", (text, keyword, flags, rest) => {
    const split = splitCommand(text);
    expect([
      split.keyword.text,
      split.flags.map((flag) => flag.text),
      text.slice(split.rest.start, split.rest.end),
    ]).toEqual([keyword, flags, rest]);
    expect(text.slice(split.keyword.start, split.keyword.end)).toBe(keyword);
  });

  test("flags keep the range that they have in the text, and a range is kept to", () => {
    const text = "ONBUILD RUN --a='b c' --d x  ";
    const split = splitCommand(text, { start: 8, end: 26 });
    expect(split.keyword.text).toBe("RUN");
    expect(split.flags.map((flag) => text.slice(flag.start, flag.end))).toEqual(["--a='b c'", "--d"]);
    expect(split.rest).toEqual({ start: 25, end: 25 });
  });
});

describe("words", () => {
  test.each([
    ["a b", ["a", "b"]],
    [" a  'b c' ", ["a", "'b", "c'"]],
    ["a\u00a0b\vc", ["a\u00a0b", "c"]],
    ["", []],
    ["  ", []],
  ])("between blanks: %j", (text, words) => {
    const found = blankWords(text, all(text));
    expect(found.map((word) => word.text)).toEqual(words);
    expect(found.map((word) => text.slice(word.start, word.end))).toEqual(words);
  });

  test.each([
    ["a=b c=d", ["a=b", "c=d"]],
    ["  a='b c' d=\"e f\"  ", ["a='b c'", 'd="e f"']],
    ["a=b\\ c d", ["a=b\\ c", "d"]],
    ["a='b\\' c'd e", ["a='b\\'", "c'd e"]],
    ['a="b\\" c" d', ['a="b\\" c"', "d"]],
    ['a="b\'c" d', ['a="b\'c"', "d"]],
    ["a='b\"c' d", ["a='b\"c'", "d"]],
    ["a\u00a0b", ["a", "b"]],
    ["a='b c", ["a='b c"]],
    ["", []],
  ])("with quotes: %j", (text, words) => {
    const found = quotedWords(text, all(text), "\\");
    expect(found.map((word) => word.text)).toEqual(words);
    expect(found.map((word) => text.slice(word.start, word.end))).toEqual(words);
  });

  test("an escape character at the end is dropped, and is the one of the file", () => {
    expect(quotedWords("a b\\", all("a b\\"), "\\").map((word) => word.text)).toEqual(["a", "b"]);
    expect(quotedWords("a \\", all("a \\"), "\\").map((word) => word.text)).toEqual(["a"]);
    expect(quotedWords("a` b\\ c", all("a` b\\ c"), "`").map((word) => word.text)).toEqual(["a` b\\", "c"]);
    expect(quotedWords("xa b cx", { start: 1, end: 6 }, "\\").map((word) => [word.start, word.text])).toEqual([
      [1, "a"],
      [3, "b"],
      [5, "c"],
    ]);
  });

  test("a JSON array's strings, and where they stand", () => {
    const text = 'x ["a b", "c\\"d","\\u0041"] y';
    const range = { start: 2, end: text.length - 2 };
    const strings = readJson(text, range)?.strings ?? [];
    expect(strings.map((word) => word.text)).toEqual(["a b", 'c"d', "A"]);
    expect(strings.map((word) => text.slice(word.start, word.end))).toEqual(['"a b"', '"c\\"d"', '"\\u0041"']);
  });

  test.each([
    ["[]", []],
    ["[1]", undefined],
    ['["a", null]', undefined],
  ])("%s is an array, of strings or not", (text, strings) => {
    expect(readJson(text, all(text))).toEqual({ strings });
  });

  test.each(["['a']", '["a"', '"a"]', '["a"] x', 'x ["a"]', "[a]", '{"a":1}', ""])("%s is none", (text) => {
    expect(readJson(text, all(text))).toBeUndefined();
  });
});

describe("white space, as Go sees it", () => {
  test.each(["\t", "\n", "\v", "\f", "\r", " ", "\u0085", "\u00a0", "\u2003", "\u3000"])("%j is", (c) => {
    expect(isSpace(c)).toBe(true);
  });
  test.each(["a", "", "\uFEFF", "\u200b", "  ", "\b", "\u000e"])("%j is not", (c) => {
    expect(isSpace(c)).toBe(false);
  });
  test("trimmed within a range", () => {
    expect([trimStart("  a ", 0, 4), trimStart("    ", 1, 3), trimEnd(" a  ", 0, 4), trimEnd("    ", 1, 3)]).toEqual([
      2, 3, 2, 1,
    ]);
  });
});

describe("heredocs that a header announces", () => {
  test.each([
    ["RUN <<A", [["A", false, true, 0]]],
    ["RUN <<-A", [["A", true, true, 0]]],
    [
      "RUN 3<<A cat 12<<-B",
      [
        ["A", false, true, 3],
        ["B", true, true, 12],
      ],
    ],
    [
      "RUN <<'A B' <<\"C\" <<D'E'",
      [
        ["A B", false, false, 0],
        ["C", false, false, 0],
        ["DE", false, false, 0],
      ],
    ],
    ["RUN <<\\A", [["A", false, true, 0]]],
    ['RUN <<"a\\"b\\$c\\\\d\\e"', [['a"b$c\\d\\e', false, false, 0]]],
    ["RUN <<'a\\b'", [["a\\b", false, false, 0]]],
    ["RUN <<\"a'b\"'c\"d'", [["a'bc\"d", false, false, 0]]],
    ["RUN <<", [["", false, true, 0]]],
    ["RUN x<<A", []],
    ["RUN <<A<B", []],
    ["RUN <<<A", []],
    ["RUN '<<A'", []],
    ['RUN "x <<A"', []],
    ["RUN \\<<A", []],
    ["RUN 'x <<A", []],
    ['RUN "x <<A', []],
    ["RUN it's <<A", []],
    ['RUN "a\\" <<A" <<B', [["B", false, true, 0]]],
    ['RUN "a\\b" <<B', [["B", false, true, 0]]],
    ['RUN "$a" <<B', [["B", false, true, 0]]],
    ['RUN "${a}" <<B', [["B", false, true, 0]]],
    ['RUN "${a" <<B', []],
    ["RUN $a ${b} ${b:-c d} <<B", [["B", false, true, 0]]],
    ["RUN ${1} ${@} ${*} ${#} ${a#b} ${a%b} ${a/b/c} ${a:+b} ${a?b} ${a-b} <<B", [["B", false, true, 0]]],
    ["RUN ${a:-${b}} ${a:-'}'} ${a:-\"}\"} ${a:-\\}} <<B", [["B", false, true, 0]]],
    ["RUN ${a:- <<B", []],
    ["RUN ${a:-'x} <<B", []],
    ["RUN ${a:b} <<B", []],
    ["RUN ${a!} <<B", []],
    ["RUN ${!a} <<B", []],
    ["RUN ${} <<B", []],
    ["RUN $ <<B \\", [["B", false, true, 0]]],
  ])("%s", (text, expected) => {
    expect(heredocMarkers(joinedOf(text)).map((one) => [one.name, one.chomp, one.expand, one.fileDescriptor])).toEqual(
      expected,
    );
  });

  test("where the marker stands in the file", () => {
    expect(heredocMarkers(joinedOf("RUN a <<B c"))[0]?.marker).toEqual({ start: 106, end: 109 });
  });

  test.each([
    ["RUN <<A", true],
    ["run <<A", true],
    ["ADD <<A /x", true],
    ["COPY <<A /x", true],
    ["ONBUILD RUN <<A", true],
    ["onbuild COPY <<A x", true],
    ["CMD <<A", false],
    ["ONBUILD CMD <<A", false],
    ["RUN A", false],
    ['RUN ["<<A"]', false],
    ['RUN [1, "<<A"]', true],
    ["RUN [<<A]", true],
  ])("%s may have one: %s", (text, may) => {
    expect(canHoldHeredoc(text)).toBe(may);
  });
});

test("places in joined text are places in the file, over what lies between", () => {
  const joined = {
    text: "abcdef",
    segments: [
      { joined: 0, source: 10, length: 2 },
      { joined: 2, source: 20, length: 3 },
      { joined: 5, source: 30, length: 1 },
    ],
  };
  const at = (start: number, end: number): readonly number[] => {
    const span = toSource(joined, { start, end });
    return [span.start, span.end];
  };
  expect([at(0, 2), at(1, 3), at(2, 5), at(4, 6), at(5, 6), at(0, 6), at(3, 3), at(2, 2)]).toEqual([
    [10, 12],
    [11, 21],
    [20, 23],
    [22, 31],
    [30, 31],
    [10, 31],
    [21, 21],
    [20, 20],
  ]);
  expect(toSource({ text: "", segments: [] }, { start: 0, end: 0 })).toEqual({ start: 0, end: 0 });
});

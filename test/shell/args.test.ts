import { describe, expect, test } from "vitest";
import { hasOption, optionText, readArgs, type Args } from "../../src/shell/args.js";
import { readText } from "../../src/shell/parse.js";

const VALUED = "-o -C --file --prefix";

function args(line: string): Args {
  const text = `x ${line}`;
  const joined = { text, segments: [{ joined: 0, source: 0, length: text.length }] };
  return readArgs(readText(joined, "shell").commands[0]?.args ?? [], VALUED);
}

describe("words and options told apart", () => {
  test.each([
    ["a -q b", ["a", "b"], [["-q", undefined]]],
    ["-o out a", ["a"], [["-o", "out"]]],
    ["-oout a", ["a"], [["-o", "out"]]],
    [
      "-qo out a",
      ["a"],
      [
        ["-q", undefined],
        ["-o", "out"],
      ],
    ],
    [
      "-qoout a",
      ["a"],
      [
        ["-q", undefined],
        ["-o", "out"],
      ],
    ],
    [
      "-yq a",
      ["a"],
      [
        ["-y", undefined],
        ["-q", undefined],
      ],
    ],
    ["--file f a", ["a"], [["--file", "f"]]],
    ["--file=f a", ["a"], [["--file", "f"]]],
    ["--file= a", ["a"], [["--file", ""]]],
    ["--quiet a", ["a"], [["--quiet", undefined]]],
    ["--any=v=w a", ["a"], [["--any", "v=w"]]],
    [
      "-a=b c",
      ["c"],
      [
        ["-a", undefined],
        ["-=", undefined],
        ["-b", undefined],
      ],
    ],
    ["--=b c", ["c"], [["--", "b"]]],
    ["a -q -- -b --file c", ["a", "-b", "--file", "c"], [["-q", undefined]]],
    ["- a", ["-", "a"], []],
    ["'-o' 'a b'", [], [["-o", "a b"]]],
    ["--file=$f a", ["a"], [["--file", undefined]]],
    ["-o $f a", ["a"], [["-o", undefined]]],
    ["-o$f a", ["a"], [["-o", undefined]]],
    ["a -o", ["a"], [["-o", undefined]]],
    [
      "a -qo",
      ["a"],
      [
        ["-q", undefined],
        ["-o", undefined],
      ],
    ],
    ["a --file", ["a"], [["--file", undefined]]],
  ] as const)("%s", (line, words, options) => {
    const read = args(line);
    expect(read.words.map((word) => word.value ?? word.text)).toEqual(words);
    expect(read.options.map(({ name, text }) => [name, text])).toEqual(options);
  });

  test("an option's value is the word that holds it", () => {
    expect(args("-q -o out -Cdir --file=f --prefix p").options.map(({ value }) => value?.text)).toEqual([
      undefined,
      "out",
      "-Cdir",
      "--file=f",
      "p",
    ]);
  });
});

test("of an option that is given more than once, the last value counts", () => {
  const read = args("-o a --file b -o c -q");
  expect(optionText(read, "-o")).toBe("c");
  expect(optionText(read, "-o", "--file")).toBe("c");
  expect(optionText(read, "--file")).toBe("b");
  expect(optionText(read, "-q")).toBeUndefined();
  expect(optionText(read, "-C")).toBeUndefined();
  expect(hasOption(read, "-x", "-q")).toBe(true);
  expect(hasOption(read, "-x")).toBe(false);
});

import { describe, expect, test } from "vitest";
import { parseJson, parsePackage } from "../../src/config/json.js";
import { scriptTree } from "../../src/config/script.js";
import { parseToml } from "../../src/config/toml.js";
import { MOST_VALUES, plainOf, type Parsed } from "../../src/config/tree.js";
import { inOrder, unknownTransforms, validate } from "../../src/config/validate.js";
import { parseYaml } from "../../src/config/yaml.js";
import { transforms } from "../../transforms/index.js";

const names = transforms.map(({ name }) => name);

/** All that is wrong, as "line:column: message". */
function problemsOf(parsed: Parsed | undefined): readonly string[] {
  if (parsed === undefined) return [];
  const read = "problems" in parsed ? parsed : validate(parsed.tree, names);
  const unknown = "problems" in parsed ? [] : unknownTransforms(parsed.tree, names);
  return inOrder([...("problems" in read ? read.problems : []), ...unknown]).map(
    ({ line, column, message }) => `${line}:${column}: ${message}`,
  );
}

const SAFETY = '"save" is none of safe, suggested, unsafe. Did you mean safe?';
const NAME = "there is no transform `split-manifest-cpy`. Did you mean split-manifest-copy?";
const SHARE = "2 will not do. Give a number from 0 to 1.";

describe("every format tells the place of what is wrong, and all of it", () => {
  test("YAML", () => {
    const text = `# comment
safety: suggested
also: [use-npm-ci, split-manifest-cpy]
skipp: [a]
overrides:
  - files: ["*.dev"]
    safety: "save"
    thresholds: { share: 2 }
`;
    expect(problemsOf(parseYaml(text))).toEqual([
      `3:20: also: ${NAME}`,
      "4:1: skipp: there is no such setting. Did you mean skip?",
      `7:13: overrides[0].safety: ${SAFETY}`,
      `8:26: overrides[0].thresholds.share: ${SHARE}`,
    ]);
  });

  test("JSON with comments", () => {
    const text = `{
  // comment
  "safety": "save", "also": ["split-manifest-cpy"],
  "overrides": [{ "files": ["a"], "thresholds": { "share": 2, "x": 1 } }],
}`;
    expect(problemsOf(parseJson(text))).toEqual([
      `3:13: safety: ${SAFETY}`,
      `3:30: also: ${NAME}`,
      `4:60: overrides[0].thresholds.share: ${SHARE}`,
      "4:63: overrides[0].thresholds.x: there is no such setting. There are: seconds, share, minSeconds.",
    ]);
  });

  test("package.json: its own lines, its other keys are others'", () => {
    expect(problemsOf(parsePackage('{\n "name": "x",\n "dockopt": {\n  "safety": "save"\n }\n}'))).toEqual([
      `4:13: safety: ${SAFETY}`,
    ]);
    expect(parsePackage('{"devDependencies": {"dockopt": "1"}}')).toBeUndefined();
  });

  test("TOML: tables, lists of tables, inline ones, dotted and quoted keys, strings of several lines", () => {
    const text = `builder = """
x = [1"""  # safety = "no"
also = [
  "use-npm-ci", # "split-manifest-cpy"
  'split-manifest-cpy',
]
thresholds.share = 2
overrides = [{ files = ["a"], safety = "save" }, { files = ["b"], "thresholds" = { share = 2 } }]
`;
    expect(problemsOf(parseToml(text)).filter((line) => !line.includes("builder"))).toEqual([
      `5:3: also: ${NAME}`,
      `7:20: thresholds.share: ${SHARE}`,
      `8:40: overrides[0].safety: ${SAFETY}`,
      `8:92: overrides[1].thresholds.share: ${SHARE}`,
    ]);
    const tables = `[[overrides]]
files = ["a"]
[[overrides]]
files = ["b"]
safety = "save"
  [overrides.thresholds]
  share = 2
[thresholds]
second = 1
[[overrides]]
safety = "safe"
`;
    expect(problemsOf(parseToml(tables))).toEqual([
      `5:10: overrides[1].safety: ${SAFETY}`,
      `7:11: overrides[1].thresholds.share: ${SHARE}`,
      "9:1: thresholds.second: there is no such setting. Did you mean seconds?",
      "10:1: overrides[2].files: it is missing. Name the files that the override is for.",
    ]);
  });

  test("a program: where its keys are written out", () => {
    const text = 'const x = 1;\nexport default {\n  safety: "save",\n  "also": ["split-manifest-cpy"],\n};\n';
    expect(problemsOf(scriptTree({ safety: "save", also: ["split-manifest-cpy"], skip: undefined }, text))).toEqual([
      `3:3: safety: ${SAFETY}`,
      `4:3: also: ${NAME}`,
    ]);
  });
});

test.each([
  ["YAML", parseYaml("safety: [a\nx: }"), /^2:\d+: this is not YAML: /],
  ["YAML of several documents", parseYaml("safety: safe\n---\nsafety: safe\n"), /^2:1: this is not YAML: /],
  ["a tag of YAML", parseYaml("safety: !!js/function x"), /^1:9: this is not YAML: unresolved tag/],
  ["JSON", parseJson('{\n  "safety" "safe"\n}'), /^2:12: this is not JSON: colon expected\.$/],
  ["an empty JSON", parseJson(""), /^1:1: this is not JSON: value expected\.$/],
  ["TOML", parseToml("safety = \n"), /^1:10: this is not TOML: invalid value\.$/],
  ["a broken package.json", parsePackage('{\n "dockopt": {,}\n}'), /^2:14: this is not JSON/],
])("what breaks %s has a place", (_, parsed, message) => {
  expect(problemsOf(parsed)[0]).toMatch(message);
});

test.each([
  ["safety: 3", "1:9: safety: 3 is a number. Give one of safe, suggested, unsafe."],
  ["safety: [a]", "1:9: safety: [...] is a list. Give one of safe, suggested, unsafe."],
  ["only: merge-run-chains", '1:7: only: "merge-run-chains" is a text. Give a list of names of transforms.'],
  ["only: [1]", "1:8: only: 1 is a number. Give the name of a transform."],
  ["builder: bildkit", /^1:10: builder: "bildkit" will not do\. Give buildkit, /],
  ["timings: ''", '1:10: timings: "" is empty. Give a path, from this file\'s folder.'],
  ["thresholds: 3", "1:13: thresholds: 3 is a number. Give seconds, share, minSeconds, each with its value."],
  ["thresholds: {seconds: -1}", "1:23: thresholds.seconds: -1 will not do. Give a number from 0 on."],
  ["thresholds: {seconds: .nan}", "1:23: thresholds.seconds: NaN will not do. Give a number from 0 on."],
  ["ignore: ['!a']", '1:10: ignore: "!a": there is no `!`; name only what is meant.'],
  ["ignore: [../a]", '1:10: ignore: "../a": it leaves the folder of this file; name files below it.'],
  ["ignore: ['[a']", '1:10: ignore: "[a": it has a [ without its ].'],
  ["overrides: {}", "1:12: overrides: {} is a group of settings. Give a list of overrides, each with files."],
  ["overrides: [{}]", "1:13: overrides[0].files: it is missing. Name the files that the override is for."],
  ["overrides: [{files: []}]", "1:21: overrides[0].files: [] is empty. Give a list of patterns, such as legacy/**."],
  ["overrides: [{files: [a], ignore: [b]}]", /ignore: no override may have it\. It is for all files/],
  ["safety: safe\nsafety: safe", "2:1: safety: it is given twice. Keep one."],
  ["- a", "1:1: [...] is a list. Give settings, each by its name."],
  ["__proto__: {safety: unsafe}", /^1:1: __proto__: there is no such setting\. There are: safety, /],
  ["constructor: 1", /^1:1: constructor: there is no such setting\./],
  ["? [a]\n: 1", "1:3: a key is no plain word. Write the name of a setting."],
])("%j", (text, message) => {
  const [first, second] = problemsOf(parseYaml(text));
  expect(second).toBeUndefined();
  if (typeof message === "string") expect(first).toBe(message);
  else expect(first).toMatch(message);
});

describe("hostile files end calmly", () => {
  test("aliases that unfold to billions, and one that holds itself", () => {
    const bomb = Array.from(
      { length: 12 },
      (_, i) =>
        `a${i}: &a${i} [${
          i === 0
            ? "x"
            : Array(9)
                .fill(`*a${i - 1}`)
                .join(",")
        }]`,
    );
    expect(problemsOf(parseYaml(bomb.join("\n")))[0]).toContain(`unfold to more than ${MOST_VALUES} values`);
    expect(problemsOf(parseYaml("only: &a [*a]"))[0]).toContain("unfold to more than");
    expect(problemsOf(parseYaml("only: *a"))[0]).toContain("1:7: ");
  });

  test("an object that holds itself", () => {
    const value: Record<string, unknown> = {};
    value["only"] = value;
    expect(problemsOf(scriptTree(value, ""))[0]).toContain("only: {...} is a group of settings");
  });

  test("no key reaches a prototype", () => {
    for (const parsed of [
      parseYaml("__proto__: {polluted: 1}"),
      parseJson('{"__proto__": {"polluted": 1}}'),
      parseToml("[__proto__]\npolluted = 1"),
    ]) {
      if (!("tree" in parsed)) throw new Error("it does not parse");
      const plain = plainOf(parsed.tree) as { polluted?: unknown };
      expect(plain.polluted).toBeUndefined();
      expect(Object.keys(plain)).toEqual(["__proto__"]);
    }
  });

  test("an alias that is used as people do", () => {
    const parsed = parseYaml("only: &mine [merge-run-chains]\noverrides:\n  - {files: [a], skip: *mine}\n");
    expect(problemsOf(parsed)).toEqual([]);
    expect("tree" in parsed && plainOf(parsed.tree)).toMatchObject({ overrides: [{ skip: ["merge-run-chains"] }] });
  });
});

import { describe, expect, test } from "vitest";
import { matchesFile } from "../../src/config/globs.js";
import { inForce, nameOrigin, originOf, select, type Layer } from "../../src/config/resolve.js";
import { LEAVES, type Settings } from "../../src/config/settings.js";
import { configTemplate } from "../../src/config/template.js";
import { plainOf } from "../../src/config/tree.js";
import { validate } from "../../src/config/validate.js";
import { parseYaml } from "../../src/config/yaml.js";

const layer = (line: number, settings: Settings): Layer => ({
  settings,
  origin: () => ({ path: "dockopt.config.yaml", line, column: 1 }),
});

test("the last layer that says something has the word, setting by setting", () => {
  const layers = [
    layer(1, { safety: "unsafe", thresholds: { seconds: 9, share: 0.5 }, context: "/a" }),
    layer(2, { safety: "safe", thresholds: { seconds: 8 } }),
  ];
  expect(inForce(layers)).toMatchObject({
    safety: "safe",
    thresholds: { seconds: 8, share: 0.5, minSeconds: 1 },
    builder: "buildkit",
    context: "/a",
    plugins: undefined,
  });
  expect(["safety", "context", "builder"].map((key) => nameOrigin(originOf(layers, [key])))).toEqual([
    "dockopt.config.yaml:2:1",
    "dockopt.config.yaml:1:1",
    "default",
  ]);
});

describe("each layer changes which transforms run", () => {
  const all = [{ name: "a" }, { name: "b" }, { name: "taste", optIn: true as const }];
  const running = (...layers: readonly Settings[]): string =>
    [
      ...select(
        layers.map((one, index) => layer(index, one)),
        all,
      ),
    ]
      .flatMap(([name, { runs }]) => (runs ? name : []))
      .join();
  test.each<[readonly Settings[], string]>([
    [[], "a,b"],
    [[{ also: ["taste"] }], "a,b,taste"],
    [[{ only: ["b"] }], "b"],
    [[{ only: ["b"], also: ["taste"] }], "b,taste"],
    [[{ only: ["a", "b"], skip: ["b"] }], "a"],
    [[{ skip: ["a"] }, { skip: ["b"] }], ""],
    [[{ skip: ["a"] }, { also: ["a"] }], "a,b"],
    [[{ skip: ["a"] }, { only: ["a"] }], "a"],
    [[{ only: ["taste"] }, { skip: ["taste"] }], ""],
  ])("%j: %s", (layers, expected) => {
    expect(running(...layers)).toBe(expected);
  });
});

test.each([
  ["*.dev.Dockerfile", "a/b/web.dev.Dockerfile", true],
  ["*.dev.Dockerfile", "web.Dockerfile", false],
  ["Dockerfile", "a/Dockerfile", true],
  ["/Dockerfile", "a/Dockerfile", false],
  ["./Dockerfile", "Dockerfile", true],
  ["vendor", "a/vendor/b/Dockerfile", true],
  ["vendor/", "vendor/Dockerfile", true],
  ["a/vendor", "a/vendor/b/Dockerfile", true],
  ["a/vendor", "b/a/vendor/Dockerfile", false],
  ["a/*/Dockerfile", "a/b/c/Dockerfile", false],
  ["a/**/Dockerfile", "a/Dockerfile", true],
  ["a/**", "a/b/c/Dockerfile", true],
  ["a/**", "b/Dockerfile", false],
  ["services/{api,web}/**", "services/web/Dockerfile", true],
  ["services/{api,web}/**", "services/db/Dockerfile", false],
  ["{a,b{c,d}}/Dockerfile", "bd/Dockerfile", true],
  ["[ab].Dockerfile", "b.Dockerfile", true],
  ["**", "../outside/Dockerfile", true],
  [`${"**/".repeat(50)}x`, `${"a/".repeat(50)}y`, false],
  ["{a,b}".repeat(40), "c", false],
])("%s names %s: %s", (pattern, path, expected) => {
  expect(matchesFile(pattern, path)).toBe(expected);
});

describe("a new configuration", () => {
  const read = (text: string): unknown => {
    const parsed = parseYaml(text);
    if (!("tree" in parsed)) throw new Error(JSON.stringify(parsed));
    const tree =
      parsed.tree.kind === "scalar" ? ({ kind: "map", entries: [], at: parsed.tree.at } as const) : parsed.tree;
    expect(validate(tree, [])).toHaveProperty("configuration");
    return plainOf(tree);
  };
  const uncommented = (text: string): string => text.replace(/^#(?=\S|  )/gm, "");

  test("says nothing as it is, and each of its comments is right", () => {
    const text = configTemplate("./node_modules/x.json", []);
    expect(read(text)).toEqual({});
    const whole = read(uncommented(text));
    for (const { keys } of LEAVES) expect(whole).toHaveProperty(keys.join("."));
    expect(whole).toHaveProperty("overrides");
  });

  test("has what was chosen", () => {
    expect(read(configTemplate(undefined, [{ name: "builder", value: "kaniko", why: "ci.yml:3 calls it" }]))).toEqual({
      builder: "kaniko",
    });
  });
});

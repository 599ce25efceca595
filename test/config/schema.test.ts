import { Ajv } from "ajv";
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { jsonSchema, schemaOf } from "../../src/config/schema.js";
import { exampleOf, LEAVES, SETTINGS, type Configuration } from "../../src/config/settings.js";
import { transforms } from "../../transforms/index.js";

const names = transforms.map(({ name }) => name);
const zod = schemaOf(names);
const ajv = new Ajv({ strict: true }).compile(jsonSchema(names));

/** Values that fit somewhere, and values that fit nowhere. */
const scalar = fc.constantFrom<unknown>(
  ..."safe,unsafe,save,buildkit,buildah@1.23,buildah@,,merge-run-chains,a/b".split(","),
  0,
  0.5,
  5,
  -1,
  null,
  true,
);
const key = fc.constantFrom(
  "$schema",
  "files",
  "seconds",
  "share",
  "odd",
  "__proto__",
  "overrides",
  ...Object.keys(SETTINGS),
);
const { value: anything } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    scalar,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries) as unknown),
  ),
}));
/** Near to what is right: each key with a value of its own kind, or another's. */
const example = fc.constantFrom<unknown>(
  ...LEAVES.map(({ setting }) => exampleOf(setting)),
  { share: 1 },
  { share: 2 },
);
const settings = fc.dictionary(key, fc.oneof(example, scalar), { maxKeys: 3 });
const configuration = fc.oneof(
  settings,
  fc
    .record({
      overrides: fc.array(
        fc
          .record({ files: fc.constantFrom(["a"], [], "a") })
          .chain((files) => settings.map((own) => ({ ...own, ...files }))),
        { maxLength: 2 },
      ),
    })
    .chain((overrides) => settings.map((own) => ({ ...own, ...overrides }))),
  anything,
);

test("editors, by the JSON schema, and dockopt agree on what is right", () => {
  const verdicts = { right: 0, wrong: 0 };
  fc.assert(
    fc.property(configuration, (value) => {
      const right = zod.safeParse(value).success;
      verdicts[right ? "right" : "wrong"] += 1;
      expect(ajv(value)).toBe(right);
    }),
    { numRuns: 3000 },
  );
  // Both kinds were met, many times.
  expect(Math.min(verdicts.right, verdicts.wrong)).toBeGreaterThan(200);
});

test("every setting has a key, a description and an example that fits", () => {
  for (const { keys, setting } of LEAVES) {
    const value = keys.reduceRight<unknown>((inner, one) => ({ [one]: inner }), exampleOf(setting));
    expect(ajv(value), JSON.stringify(value)).toBe(true);
    expect(setting.help).not.toBe("");
  }
});

test("the types are those of the table", () => {
  const right: Configuration = {
    $schema: "x",
    safety: "suggested",
    only: ["a"],
    thresholds: { share: 0.5 },
    overrides: [{ files: ["a"], builder: "kaniko" }],
  };
  expect(ajv(right)).toBe(true);
  // @ts-expect-error: a value that is none of the choices
  const wrong: Configuration = { safety: "save" };
  // @ts-expect-error: what is for all files, in an override
  const whole: Configuration = { overrides: [{ files: ["a"], plugins: ["b"] }] };
  expect([wrong, whole].map((one) => ajv(one))).toEqual([false, false]);
});

test("the schema that is shipped is the table's", () => {
  expect(JSON.parse(readFileSync("docs/schema/config.schema.json", "utf8"))).toEqual(jsonSchema(names));
});

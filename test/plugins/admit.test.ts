import { describe, expect, test } from "vitest";
import { admit } from "../../src/plugins/admit.js";
import { definePlugin, type Ecosystem, type Transform } from "../../src/transform.js";

const transform = (fields: Readonly<Record<string, unknown>> = {}): Transform =>
  ({
    name: "sort-packages",
    summary: "Sort",
    docs: "Why",
    safety: "safe",
    propose: () => [],
    ...fields,
  }) as unknown as Transform;

const ecosystem = (fields: Readonly<Record<string, unknown>> = {}): Ecosystem => ({
  name: "helm",
  reads: [],
  install: () => undefined,
  inputs: () => ({ code: "helm/no", reason: "no" }),
  outputs: () => [],
  ...fields,
});

const refusing = (plugin: unknown): string => {
  try {
    admit([{ plugin, from: "./mine.js" }]);
    return "taken";
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
};

test("what a plug-in brings is taken in order, and knows whose it is", () => {
  const plugin = definePlugin({
    name: "mine",
    transforms: [transform(), transform({ name: "sort-flags", optIn: true })],
    ecosystems: [ecosystem()],
  });
  const { transforms, ecosystems } = admit([{ plugin, from: "./mine.js" }]);
  expect(transforms).toMatchObject([
    { name: "sort-packages", plugin: "mine" },
    { name: "sort-flags", optIn: true, plugin: "mine" },
  ]);
  expect(ecosystems).toMatchObject([{ name: "helm" }]);
  expect(refusing({ name: "mine", transforms: [transform()] })).toBe("taken");
});

describe("what is no plug-in is told with the place, the value and what to do", () => {
  test.each<[unknown, string]>([
    [
      undefined,
      "./mine.js: it has no default export that is a plug-in. Write export default definePlugin({ name, transforms }).",
    ],
    [
      [transform()],
      "./mine.js: it has no default export that is a plug-in. Write export default definePlugin({ name, transforms }).",
    ],
    [{ name: "mine" }, "./mine.js: it brings no transforms and no ecosystems. Give it one of them."],
    [{ transforms: [transform()] }, "./mine.js: name: it is missing."],
    [{ name: "mine", transform: [transform()] }, "./mine.js: there is no field transform. Did you mean transforms?"],
    [{ name: "mine", transforms: transform() }, "./mine.js: transforms: [object Object] is no list."],
    [{ name: "mine", transforms: [null] }, "./mine.js: transforms[0]: null is no object."],
    [
      { name: "mine", transforms: [transform({ name: "Foo" })] },
      './mine.js: transforms[0].name: "Foo" is not verb-object in kebab-case (sort-packages).',
    ],
    [
      { name: "mine", transforms: [transform(), transform({ name: "a-b", safety: "SAFE" })] },
      './mine.js: transforms[1].safety: "SAFE" is none of safe, suggested, unsafe.',
    ],
    [
      { name: "mine", transforms: [transform({ propose: undefined })] },
      "./mine.js: transforms[0].propose: it is missing.",
    ],
    [
      { name: "mine", transforms: [transform({ summary: "a\nb" })] },
      './mine.js: transforms[0].summary: "a\\nb" is more than one line of 72 characters.',
    ],
    [
      { name: "mine", transforms: [transform({ optin: true })] },
      "./mine.js: transforms[0]: there is no field optin. Did you mean optIn?",
    ],
    [{ name: "mine", ecosystems: [ecosystem({ inputs: 1 })] }, "./mine.js: ecosystems[0].inputs: 1 is no function."],
    [
      { name: "mine", api: 2, transforms: "changed since" },
      "./mine.js: api: 2 is not what this dockopt offers, 1: it was written for another version. Take a plug-in and a dockopt that go together.",
    ],
    [
      { name: "mine", transforms: [transform({ name: "use-npm-ci" })] },
      "./mine.js: the transform use-npm-ci is there already, from dockopt itself. Give yours another name.",
    ],
    [
      { name: "mine", ecosystems: [ecosystem({ name: "apt" })] },
      "./mine.js: the ecosystem apt is there already, from dockopt itself. Give yours another name.",
    ],
    [
      { name: "mine", transforms: [transform(), transform()] },
      "./mine.js: the transform sort-packages is there already, from ./mine.js. Give yours another name.",
    ],
  ])("%#: %o", (plugin, message) => {
    expect(refusing(plugin)).toBe(message);
  });
});

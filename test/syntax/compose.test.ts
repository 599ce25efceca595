import fc from "fast-check";
import { expect, test } from "vitest";
import { compose } from "../../src/syntax/compose.js";
import { apply, type Edit } from "../../src/syntax/edit.js";

const SOURCE = "abcdefghij";

test.each<[string, readonly (readonly Edit[])[], string, readonly (readonly number[])[]]>([
  [
    "edits apart stay apart",
    [[{ start: 0, end: 1, text: "A" }], [{ start: 9, end: 10, text: "J" }]],
    "AbcdefghiJ",
    [[0], [1]],
  ],
  [
    "an edit of what another has written joins it",
    [[{ start: 2, end: 4, text: "XYZ" }], [{ start: 3, end: 4, text: "" }]],
    "abXZefghij",
    [[0, 1]],
  ],
  [
    "a later edit counts from the text before it",
    [[{ start: 0, end: 0, text: "__" }], [{ start: 11, end: 12, text: "J" }]],
    "__abcdefghiJ",
    [[0], [1]],
  ],
  [
    "edits of one pass may come in any order",
    [
      [
        { start: 8, end: 9, text: "I" },
        { start: 1, end: 2, text: "B2" },
        { start: 1, end: 1, text: "+" },
        { start: 5, end: 6, text: "" },
      ],
      [{ start: 0, end: 1, text: "A" }],
    ],
    "A+B2cdeghIj",
    [[0, 1], [0], [0]],
  ],
  ["what was undone is gone", [[{ start: 2, end: 3, text: "X" }], [{ start: 2, end: 3, text: "c" }]], "abcdefghij", []],
])("%s", (_, passes, after, by) => {
  const composed = compose(SOURCE, passes);
  expect(apply(SOURCE, composed)).toBe(after);
  expect(composed.map((one) => [...one.passes])).toEqual(by);
});

/** Random passes of edits that do not overlap. */
const passes = fc.array(
  fc.array(fc.record({ gap: fc.nat(4), length: fc.nat(3), text: fc.string({ maxLength: 3 }) }), { maxLength: 4 }),
  { maxLength: 5 },
);

test("composed edits give what the passes give, and do not touch", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 30 }), passes, (source, random) => {
      let text = source;
      const made = random.map((pass) => {
        let position = 0;
        const edits: Edit[] = [];
        for (const { gap, length, text: added } of pass) {
          const start = position + gap;
          if (start + length > text.length) break;
          edits.push({ start, end: start + length, text: added });
          position = start + length;
        }
        text = apply(text, edits);
        return edits;
      });
      const composed = compose(source, made);
      expect(apply(source, composed)).toBe(text);
      composed.forEach((one, index) => {
        const next = composed[index + 1];
        if (next !== undefined) expect(one.end).toBeLessThan(next.start);
      });
    }),
    { numRuns: 2000 },
  );
});

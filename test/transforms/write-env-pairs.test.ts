import fc from "fast-check";
import { expect, test } from "vitest";
import { optimize } from "../../src/engine/run.js";
import { createFacts } from "../../src/facts/facts.js";
import { parse } from "../../src/syntax/parse.js";
import writeEnvPairs from "../../transforms/write-env-pairs.js";

/** The values in force behind the last instruction; undefined: the builder would reject the file. */
function valuesOf(source: string): readonly (readonly [string, string])[] | undefined {
  const result = parse(source);
  const last = result.ok ? result.document.instructions.at(-1) : undefined;
  return result.ok && last !== undefined ? [...createFacts(result.document, undefined).after(last).env] : undefined;
}

const words = fc.stringMatching(/^[ab$\\"' \t{}:#=.-]{1,14}$/);

test("ENV's value is the same to the byte, whatever quotes and escapes it has", () => {
  let changed = 0;
  fc.assert(
    fc.property(words, (text) => {
      const source = `FROM a\nENV B=x\nENV A ${text}\n`;
      const before = valuesOf(source);
      const { after } = optimize(source, undefined, { transforms: [writeEnvPairs], safety: "unsafe" });
      if (after !== source) changed++;
      expect(valuesOf(after)).toEqual(before);
    }),
    { numRuns: 5000 },
  );
  expect(changed).toBeGreaterThan(100);
});

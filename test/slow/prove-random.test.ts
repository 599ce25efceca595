import { expect, test } from "vitest";
import { contextFromList } from "../../src/context/load-list.js";
import { prove } from "../../src/engine/prove.js";
import { createFacts } from "../../src/facts/facts.js";
import { parse } from "../../src/syntax/parse.js";
import { build, contextEntries, random, randomLine, textOf, type Line } from "../model/dockerfile.js";
import { randomRewrite } from "../model/rewrite.js";

const CASES = Number(process.env["PROVE_CASES"] ?? 200_000);
const SEED = Number(process.env["PROVE_SEED"] ?? 1);

const context = contextFromList(contextEntries);

function factsOf(lines: readonly Line[]) {
  const result = parse(textOf(lines));
  if (!result.ok) throw new Error(`${textOf(lines)}\n${JSON.stringify(result.problems)}`);
  return createFacts(result.document, context);
}

test(`what is proved the same is built the same, in ${CASES} random rewrites`, () => {
  let [proved, same] = [0, 0];
  for (let compared = 0, seed = SEED * 1_000_000_007; compared < CASES; seed++) {
    const pick = random(seed);
    const before = Array.from({ length: 2 + pick(6) }, () => randomLine(pick));
    const image = build(before);
    const after = randomRewrite(before, pick);
    // What does not build, or was not changed, says nothing.
    if (image === undefined || textOf(after) === textOf(before)) continue;
    compared++;
    const [verdict, other] = [prove(factsOf(before), factsOf(after)), build(after)];
    if (other === image) same++;
    if (!verdict.proved) continue;
    proved++;
    expect(other, `seed ${seed}\n${textOf(before)}\n->\n${textOf(after)}`).toBe(image);
  }
  console.log(
    `${CASES} rewrites that change the text of a file that builds: ${same} build the same image, ${proved} of them proved`,
  );
  expect(proved).toBeGreaterThan(CASES / 20);
});

import { expect } from "vitest";
import { contextFromList } from "../../src/context/load-list.js";
import { prove } from "../../src/engine/prove.js";
import { createFacts } from "../../src/facts/facts.js";
import { parse } from "../../src/syntax/parse.js";
import { build, contextEntries, random, randomLine, textOf, type Line } from "./dockerfile.js";
import { randomRewrite } from "./rewrite.js";

/** Of both halves. */
const CASES = Number(process.env["PROVE_CASES"] ?? 200_000);
const SEED = Number(process.env["PROVE_SEED"] ?? 1);

const context = contextFromList(contextEntries);

function factsOf(lines: readonly Line[]) {
  const result = parse(textOf(lines));
  if (!result.ok) throw new Error(`${textOf(lines)}\n${JSON.stringify(result.problems)}`);
  return createFacts(result.document, context);
}

/** Half of the random rewrites: two test files share them, so that two cores do. */
export function checkRandomRewrites(half: 0 | 1): void {
  const cases = CASES / 2;
  let [proved, same] = [0, 0];
  for (let compared = 0, seed = SEED * 1_000_000_007 + half * 500_000_000; compared < cases; seed++) {
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
    `${cases} rewrites that change the text of a file that builds: ${same} build the same image, ${proved} of them proved`,
  );
  expect(proved).toBeGreaterThan(cases / 20);
}

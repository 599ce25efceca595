import { expect, test } from "vitest";
import { compareOrders } from "../../scripts/order/compare.js";
import { bestMove, type Item } from "../../src/facts/cost/schedule.js";

const item = (seconds: number, rate: number): Item => ({ seconds, changes: { commits: new Set(), rate } });

test("single moves reach at least 95 % of what the best order saves, and legal orders are kept", () => {
  for (const steps of [3, 5, 7]) {
    const { reached, possible } = compareOrders(steps, 200, 2);
    expect(possible).toBeGreaterThan(1);
    expect(reached).toBeGreaterThan(0.95);
  }
});

test("a step takes along what it needs, and stays where that is bound", () => {
  const items = [item(0, 1), item(0, 0.01), item(10, 0.01)];
  const needs = (pairs: readonly string[]) => (a: number, b: number) => pairs.includes(`${a} ${b}`);
  expect(bestMove({ items, commits: 0, bound: needs(["1 2"]) }, () => 1)).toMatchObject({ moved: [1, 2], target: 0 });
  expect(bestMove({ items, commits: 0, bound: needs(["1 2", "0 1"]) }, () => 1)).toBeUndefined();
  expect(bestMove({ items, commits: 0, bound: needs([]) }, () => 1)).toMatchObject({ moved: [2], target: 0 });
  expect(bestMove({ items: [item(5, 0.5), item(5, 0.5)], commits: 0, bound: needs([]) }, () => 0.1)).toBeUndefined();
});

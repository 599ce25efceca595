import { test } from "vitest";
import { checkRandomRewrites } from "../model/prove-random.js";

test("what is proved the same is built the same, in the first half of the random rewrites", () => {
  checkRandomRewrites(0);
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { eachOf, readAhead } from "../../src/migrate/run.js";

async function* upTo(count: number): AsyncGenerator<number> {
  for (let index = 0; index < count; index++) {
    await Promise.resolve();
    yield index;
  }
}

const going = { asked: false };

test("each item once, so many at a time as there may be", async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(40), fc.integer({ min: 1, max: 9 }), async (count, concurrency) => {
      const seen: number[] = [];
      let [now, most] = [0, 0];
      await eachOf(
        readAhead(upTo(count), () => undefined),
        concurrency,
        going,
        async (item) => {
          most = Math.max(most, ++now);
          await new Promise(setImmediate);
          now -= 1;
          seen.push(item);
        },
      );
      expect(seen.sort((one, other) => one - other)).toEqual(Array.from({ length: count }, (_, index) => index));
      expect(most).toBe(Math.min(count, concurrency));
    }),
    { numRuns: 50 },
  );
});

test("when it is stopped, what was begun is finished, and nothing else is begun", async () => {
  const stop = { asked: false };
  const [begun, ended]: [number[], number[]] = [[], []];
  await eachOf(upTo(100), 3, stop, async (item) => {
    begun.push(item);
    await new Promise(setImmediate);
    stop.asked ||= item === 10;
    ended.push(item);
  });
  expect(ended.sort()).toEqual(begun.sort());
  expect(begun.length).toBeLessThan(15);
});

test("an error ends the run when the others have ended", async () => {
  const ended: number[] = [];
  const run = eachOf(upTo(100), 4, going, async (item) => {
    await new Promise(setImmediate);
    if (item === 5) throw new Error("five");
    ended.push(item);
  });
  await expect(run).rejects.toThrow("five");
  expect(ended.length).toBeLessThan(12);
});

test("a source that breaks is told when what came before it is taken", async () => {
  async function* broken(): AsyncGenerator<number> {
    yield* upTo(3);
    throw new Error("page 2: no answer");
  }
  const taken: number[] = [];
  const read = async (): Promise<void> => {
    for await (const item of readAhead(broken(), () => undefined)) taken.push(item);
  };
  await expect(read()).rejects.toThrow("page 2");
  expect(taken).toEqual([0, 1, 2]);
});

test("who takes no more ends the reading", async () => {
  let [read, ended] = [0, false];
  async function* endless(): AsyncGenerator<number> {
    try {
      for (;;) {
        await new Promise(setImmediate);
        yield read++;
      }
    } finally {
      ended = true;
    }
  }
  for await (const item of readAhead(endless(), () => undefined)) if (item === 3) break;
  while (!ended) await new Promise(setImmediate);
  expect(read).toBeLessThan(10);
});

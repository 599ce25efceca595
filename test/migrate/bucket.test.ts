import fc from "fast-check";
import { expect, test } from "vitest";
import { createBucket, type Clock } from "../../src/migrate/hosts/bucket.js";

/** Time that passes only while all sleep: it then jumps to the first alarm. */
function virtualClock(): Clock & { run(): Promise<void> } {
  let now = 0;
  const alarms: { readonly at: number; readonly wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (milliseconds) => new Promise((wake) => alarms.push({ at: now + milliseconds, wake })),
    async run() {
      for (;;) {
        await new Promise(setImmediate);
        alarms.sort((a, b) => a.at - b.at);
        const next = alarms.shift();
        if (next === undefined) return;
        now = next.at;
        next.wake();
      }
    },
  };
}

const most = (times: readonly number[], span: number): number =>
  Math.max(0, ...times.map((from) => times.filter((time) => time >= from && time < from + span).length));

test("no span holds more than the rate, all get their turn, in the order they came, and holds are kept", async () => {
  const arrivals = fc.array(
    fc.record({ after: fc.nat(200_000), hold: fc.option(fc.nat(300), { freq: 9, nil: undefined }) }),
    { minLength: 1, maxLength: 40 },
  );
  const rate = fc.record({ perMinute: fc.integer({ min: 1, max: 7 }), perHour: fc.integer({ min: 1, max: 12 }) });
  await fc.assert(
    fc.asyncProperty(rate, arrivals, async (limits, requests) => {
      const clock = virtualClock();
      const bucket = createBucket(limits, { clock });
      const let_through: { readonly index: number; readonly at: number }[] = [];
      const holds: { readonly from: number; readonly until: number }[] = [];
      let start = 0;
      const all = requests.map(async ({ after, hold }, index) => {
        start += after;
        await clock.sleep(start);
        if (hold !== undefined) {
          bucket.hold(hold);
          holds.push({ from: clock.now(), until: clock.now() + hold * 1000 });
        }
        await bucket.take();
        let_through.push({ index, at: clock.now() });
      });
      await clock.run();
      await Promise.all(all);
      const times = let_through.map(({ at }) => at);
      expect(let_through.map(({ index }) => index)).toEqual(requests.map((_, index) => index));
      expect(most(times, 60_000)).toBeLessThanOrEqual(limits.perMinute);
      expect(most(times, 3_600_000)).toBeLessThanOrEqual(limits.perHour);
      for (const { from, until } of holds) expect(times.filter((time) => time > from && time < until)).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

test("450 an hour is what the default comes to, with the wait said", async () => {
  const clock = virtualClock();
  const waits: number[] = [];
  const bucket = createBucket(undefined, { clock, waiting: (seconds) => waits.push(seconds) });
  const times: number[] = [];
  const all = Array.from({ length: 1000 }, () => bucket.take().then(() => times.push(clock.now())));
  await clock.run();
  await Promise.all(all);
  expect(most(times, 60_000)).toBe(60);
  expect(most(times, 3_600_000)).toBe(450);
  expect(times.at(-1)).toBe(2 * 3_600_000 + 99_000);
  expect(Math.max(...waits)).toBe(3600 - 449);
});

test("who is stopped leaves the line at once and uses nothing up", async () => {
  const bucket = createBucket({ perHour: 2, perMinute: 60_000 });
  const stop = new AbortController();
  await bucket.take();
  const stopped = [bucket.take(stop.signal), bucket.take(stop.signal)];
  bucket.hold(3600);
  const waiting = bucket.pass(stop.signal);
  const reason = new Error("Ctrl-C");
  stop.abort(reason);
  const ends = await Promise.allSettled([...stopped, waiting]);
  expect(ends.at(-1)).toEqual({ status: "rejected", reason });
  await expect(bucket.take(stop.signal)).rejects.toBe(reason);
});

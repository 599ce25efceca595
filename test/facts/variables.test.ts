import fc from "fast-check";
import { expect, test } from "vitest";
import { Variables } from "../../src/facts/variables.js";

const step = fc.record({
  /** Which of the readings so far it goes on from: stages fork. */
  from: fc.nat(),
  name: fc.constantFrom("A", "B", "C", "__proto__"),
  value: fc.option(fc.nat(9), { nil: undefined }),
});

test("readings of one table are what maps of their own would be, whichever they go on from", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const readings = [{ own: Variables.of<number>(), plain: new Map<string, number>() }];
      for (const { from, name, value } of steps) {
        const base = readings[from % readings.length];
        if (base === undefined) continue;
        const plain = new Map(base.plain);
        if (value === undefined) plain.delete(name);
        else plain.set(name, value);
        readings.push({ own: value === undefined ? base.own.without(name) : base.own.with(name, value), plain });
      }
      for (const { own, plain } of readings) {
        expect([...own].sort()).toEqual([...plain].sort());
        expect(own.size).toBe(plain.size);
        for (const name of ["A", "B", "C", "D", "__proto__"]) expect(own.get(name)).toBe(plain.get(name));
      }
    }),
  );
});

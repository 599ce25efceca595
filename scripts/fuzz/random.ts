/** Seeded numbers below a bound, so that whatever was made of them can be made again (Mulberry32, public domain). */
export type Random = (below: number) => number;

export function random(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 0x100000000) * below);
  };
}

/** One of them; the list must not be empty. */
export function choose<T>(list: readonly T[], pick: Random): T {
  const [first] = list;
  if (first === undefined) throw new RangeError("there is nothing to choose from");
  return list[pick(list.length)] ?? first;
}

/** True so many times of a hundred. */
export const percent = (share: number, pick: Random): boolean => pick(100) < share;

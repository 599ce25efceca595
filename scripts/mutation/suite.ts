import { expect } from "vitest";

/** What stands in for vitest's `describe` and `test` in a mutation run: tests are kept, to be run over and over (runner.ts). */
export { expect };

export interface Test {
  readonly id: string;
  readonly run: () => unknown;
}

export const tests: Test[] = [];
let path: readonly string[] = [];

function add(name: string, body: () => unknown): void {
  tests.push({ id: `${[...path, name].join(" > ")} (${tests.length})`, run: body });
}

function group(name: string, body: () => unknown): void {
  const outer = path;
  path = [...path, name];
  body();
  path = outer;
}

/** A row that is an array has the arguments of one case, as with vitest. */
const each =
  (one: typeof add) =>
  (rows: readonly unknown[]) =>
  (name: string, body: (...values: never[]) => unknown): void => {
    for (const [index, row] of rows.entries()) {
      const values: unknown[] = Array.isArray(row) ? row : [row];
      one(`${name} ${index}`, () => body(...(values as never[])));
    }
  };

export const test = Object.assign(add, {
  each: each(add),
  skipIf: (skip: boolean) => (skip ? () => undefined : add),
});
export const describe = Object.assign(group, { each: each(group) });

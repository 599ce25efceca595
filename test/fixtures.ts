import { readFixtures as readAll, type Fixture as Read } from "../scripts/fixtures.js";
import type { Context } from "../src/context/context.js";
import type { Options } from "../src/engine/run.js";
import { contextOf, optionsOf } from "../src/explain/example.js";

/** A fixture, ready to be run. */
export interface Fixture extends Read {
  /** TRANSFORM/CASE */
  readonly name: string;
  readonly before: string;
  readonly context: Context | undefined;
  readonly options: Options;
}

export const readFixtures = (): readonly Fixture[] =>
  readAll().map((fixture) => ({
    ...fixture,
    name: fixture.example.name,
    before: fixture.example.dockerfile,
    context: contextOf(fixture.example),
    options: optionsOf(fixture.example),
  }));

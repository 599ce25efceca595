import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ListedEntry } from "../src/context/load-list.js";
import type { Example, ExampleSettings } from "../src/explain/example.js";
import { transforms } from "../transforms/index.js";

/** case.json: what is asked and expected beside the texts. */
export interface Settings extends ExampleSettings {
  /** Code of a refusal that must be given. */
  readonly refused?: string;
  /** Text that the refusals' reasons must hold. */
  readonly reason?: string;
  /** Line ends are part of what a shell sees (heredocs): the case holds for these only. */
  readonly lineEndsMatter?: boolean;
  /** Text that what was applied must say. */
  readonly message?: string;
  /** Expected text of companions by path. */
  readonly companions?: Readonly<Record<string, string>>;
  /** The transform and the ecosystem whose example it is, in the docs and for `dockopt explain`. */
  readonly shows?: readonly string[];
}

/** fixtures/TRANSFORM/CASE: Dockerfile, expected.Dockerfile when it changes, case.json and context/ when they matter. */
export interface Fixture {
  readonly folder: string;
  readonly example: Example;
  readonly settings: Settings;
  /** undefined: must stay as it is. */
  readonly expected: string | undefined;
}

export function readFixtures(root = "fixtures"): readonly Fixture[] {
  return transforms.flatMap(({ name: transform }) =>
    readdirSync(join(root, transform))
      .filter((name) => statSync(join(root, transform, name)).isDirectory())
      .map((name) => readFixture(join(root, transform, name), `${transform}/${name}`)),
  );
}

function readFixture(folder: string, name: string): Fixture {
  const read = (file: string): string | undefined =>
    existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8") : undefined;
  const settings = JSON.parse(read("case.json") ?? "{}") as Settings;
  const context = join(folder, "context");
  const files = existsSync(context) ? entriesBelow(context) : [];
  return {
    folder,
    example: { name, dockerfile: read("Dockerfile") ?? "", settings, files },
    settings,
    expected: read("expected.Dockerfile"),
  };
}

function entriesBelow(folder: string): ListedEntry[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => ({
      path,
      executable: (statSync(join(folder, path)).mode & 0o111) !== 0,
      size: statSync(join(folder, path)).size,
      text: () => readFileSync(join(folder, path), "utf8"),
    }));
}

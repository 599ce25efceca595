import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../src/context/context.js";
import { contextFromList, type ListedEntry } from "../src/context/load-list.js";
import type { Options } from "../src/engine/run.js";
import { builderNamed, type Evidence } from "../src/facts/cost/evidence.js";
import type { Safety } from "../src/transform.js";
import { transforms } from "../transforms/index.js";

export const FIXTURES = "fixtures";

/** case.json: what is asked and expected beside the texts. */
interface Settings {
  readonly safety?: Safety;
  /** Code of a refusal that must be given. */
  readonly refused?: string;
  /** Text that the refusals' reasons must hold. */
  readonly reason?: string;
  /** Line ends are part of what a shell sees (heredocs): the case holds for these only. */
  readonly lineEndsMatter?: boolean;
  /** No context at all, as for stdin. */
  readonly noContext?: boolean;
  /** As --builder takes it; default: buildkit. */
  readonly builder?: string;
  /** Paths that each of the last commits has changed. */
  readonly history?: readonly (readonly string[])[];
  /** Text of files of the context that cannot lie here (.git, node_modules), by path. */
  readonly entries?: Readonly<Record<string, string>>;
  /** Files of the context that are not committed, by path or by a directory above. */
  readonly untracked?: readonly string[];
  /** Text that what was applied must say. */
  readonly message?: string;
  /** Expected text of companions by path. */
  readonly companions?: Readonly<Record<string, string>>;
}

/** fixtures/TRANSFORM/CASE: Dockerfile, expected.Dockerfile when it changes, case.json and context/ when they matter. */
export interface Fixture {
  readonly name: string;
  readonly folder: string;
  readonly before: string;
  /** undefined: must stay as it is. */
  readonly expected: string | undefined;
  readonly settings: Settings;
  readonly context: Context | undefined;
  readonly options: Options;
}

export function readFixtures(): readonly Fixture[] {
  return transforms.flatMap((transform) =>
    readdirSync(join(FIXTURES, transform.name))
      .filter((name) => statSync(join(FIXTURES, transform.name, name)).isDirectory())
      .map((name) => readFixture(transform.name, name)),
  );
}

/** A fixture's context counts as committed but for what case.json says, whatever git knows of it here. */
function contextOf(folder: string, name: string, { entries = {}, untracked = [] }: Settings): Context {
  const given = Object.entries(entries).map(([path, text]) => ({ path, text }));
  const tracked = (path: string): boolean => !untracked.some((one) => path === one || path.startsWith(`${one}/`));
  return contextFromList(
    [...(existsSync(folder) ? entriesBelow(folder) : []), ...given].map((one) => ({
      ...one,
      tracked: tracked(one.path),
    })),
    name,
    "Dockerfile",
  );
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

function evidenceOf({ builder = "buildkit", history }: Settings): Evidence {
  const named = builderNamed(builder);
  if (named === undefined) throw new Error(`there is no builder ${builder}`);
  return { ...named, history: history && { commits: history } };
}

function readFixture(transform: string, name: string): Fixture {
  const folder = join(FIXTURES, transform, name);
  const read = (file: string): string | undefined =>
    existsSync(join(folder, file)) ? readFileSync(join(folder, file), "utf8") : undefined;
  const settings = JSON.parse(read("case.json") ?? "{}") as Settings;
  return {
    name: `${transform}/${name}`,
    folder,
    before: read("Dockerfile") ?? "",
    expected: read("expected.Dockerfile"),
    settings,
    context: settings.noContext === true ? undefined : contextOf(join(folder, "context"), name, settings),
    options: {
      transforms: transforms.filter((one) => one.name === transform),
      safety: settings.safety ?? "safe",
      evidence: evidenceOf(settings),
    },
  };
}

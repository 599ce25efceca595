import { contextFromList, type ListedEntry } from "../context/load-list.js";
import type { Context } from "../context/context.js";
import type { Options } from "../engine/run.js";
import { builderNamed, type Evidence } from "../facts/cost/evidence.js";
import { optimizeFile } from "../project/optimize.js";
import type { FileResult } from "../project/result.js";
import type { Safety, Transform } from "../transform.js";
import { transforms } from "../../transforms/index.js";

/** A Dockerfile, what it is built from, and one transform to run on it: a fixture, as the tests and `dockopt explain` run it. */
export interface Example {
  /** "split-manifest-copy/npm-ci": the first part is the transform's name. */
  readonly name: string;
  readonly dockerfile: string;
  readonly settings: ExampleSettings;
  /** The build context; .dockerignore among them counts. */
  readonly files: readonly ListedEntry[];
}

/** The part of a fixture's case.json that decides what is done. */
export interface ExampleSettings {
  readonly safety?: Safety;
  /** No context at all, as for stdin. */
  readonly noContext?: boolean;
  /** As --builder takes it; default: buildkit. */
  readonly builder?: string;
  /** Paths that each of the last commits has changed. */
  readonly history?: readonly (readonly string[])[];
  /** Text of files of the context that cannot lie in a fixture (.git, node_modules), by path. */
  readonly entries?: Readonly<Record<string, string>>;
  /** Files of the context that are not committed, by path or by a directory above. */
  readonly untracked?: readonly string[];
}

export const transformOf = ({ name }: Example): Transform | undefined =>
  transforms.find((one) => name.startsWith(`${one.name}/`));

/** It counts as committed but for what the settings say, whatever git knows of it here. */
export function contextOf({ name, settings, files }: Example): Context | undefined {
  const { noContext, entries = {}, untracked = [] } = settings;
  if (noContext === true) return undefined;
  const given = Object.entries(entries).map(([path, text]) => ({ path, text }));
  const tracked = (path: string): boolean => !untracked.some((one) => path === one || path.startsWith(`${one}/`));
  return contextFromList(
    [...files, ...given].map((one) => ({ ...one, tracked: tracked(one.path) })),
    name.slice(name.indexOf("/") + 1),
    "Dockerfile",
  );
}

export function optionsOf(example: Example): Options & { readonly evidence: Evidence } {
  const { safety = "safe", builder = "buildkit", history } = example.settings;
  const transform = transformOf(example);
  const named = builderNamed(builder);
  if (named === undefined) throw new RangeError(`there is no builder ${builder}`);
  return {
    transforms: transform === undefined ? [] : [transform],
    safety,
    evidence: { ...named, history: history && { commits: history } },
  };
}

/** What the engine makes of it now. */
export function runExample(example: Example): FileResult {
  const context = contextOf(example);
  const options = optionsOf(example);
  const opened = context && {
    context,
    folder: "/",
    why: "the fixture's",
    missing: [],
    history: () => options.evidence.history,
  };
  const input = { shown: "Dockerfile", text: example.dockerfile, opened: opened && { contexts: [opened], builds: [] } };
  return optimizeFile(input, options, "/", new Map()).result;
}

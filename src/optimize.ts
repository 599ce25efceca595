import type { Context } from "./context/context.js";
import { optimize as run, type Options, type Report } from "./engine/run.js";
import { builderNamed, NO_EVIDENCE, type Evidence } from "./facts/cost/evidence.js";
import { admit } from "./plugins/admit.js";
import { costsOf, fixesOf, type Fix } from "./project/insight.js";
import { unifiedDiff } from "./report/diff.js";
import type { Plugin, Safety, Transform } from "./transform.js";
import { defaultTransforms } from "../transforms/index.js";

/** What the library is asked for; all of it may be left out. */
export interface Settings {
  /** Default: all of dockopt's own that need not be asked for by name. */
  readonly transforms?: readonly Transform[];
  /** Their transforms come behind, those that need not be asked for by name. */
  readonly plugins?: readonly Plugin[];
  /** The least safe level that is applied. Default: "safe". */
  readonly safety?: Safety;
  /** As `--builder` takes it: "buildkit" (default), "buildah@1.23", "kaniko" ... */
  readonly builder?: string;
  /** What else is known of how it is built. */
  readonly evidence?: Evidence;
}

export interface OptimizeOptions extends Settings {
  /** The build context; without one only what needs none is rewritten. */
  readonly context?: Context | undefined;
  /** Path of the Dockerfile, for the diff. Default: "Dockerfile". */
  readonly path?: string;
}

/** The report of the engine, and what is made of it. */
export interface Result extends Report {
  /** A patch for `git apply`, of the Dockerfile and .dockerignore; "" when nothing changes. */
  readonly diff: string;
  /** The rewrites in parts that may be taken one by one, with edits of the text before. Runs the engine again. */
  fixes(): readonly Fix[];
  /** Seconds of an average rebuild: as it is, then after each of `applied`. */
  costs(): readonly number[];
}

/**
 * Rewrites a Dockerfile: `optimize(text, { context })`. Needs no file system and no process. A text that the builder would
 * reject comes back as it is, with `problems`. @throws PluginError, RangeError for settings that cannot be taken
 */
export function optimize(text: string, options: OptimizeOptions = {}): Result {
  const { context, path = "Dockerfile" } = options;
  const engine = engineOptions(options);
  const report = run(text, context, engine);
  const changesOf = ({ before, after, companions }: Report) =>
    [{ path, before, after }, ...companions].filter((one) => one.before !== one.after);
  return {
    ...report,
    get diff() {
      return changesOf(report).map(unifiedDiff).join("");
    },
    fixes: () =>
      fixesOf(report, (chosen) => {
        const replayed = run(text, context, { ...engine, wanted: (one) => chosen(one.key) });
        return { report: replayed, files: replayed.companions };
      }),
    costs: () => costsOf({ report, opened: undefined, context, evidence: engine.evidence ?? NO_EVIDENCE }),
  };
}

/** @throws PluginError, RangeError */
export function engineOptions({ transforms, plugins = [], safety = "safe", builder, evidence }: Settings): Options {
  const added = admit(plugins.map((plugin) => ({ plugin, from: `plug-in ${plugin.name}` })));
  const named = builder === undefined ? {} : builderNamed(builder);
  if (named === undefined) throw new RangeError(`there is no builder ${builder ?? ""}`);
  return {
    transforms: [...(transforms ?? defaultTransforms), ...added.transforms.filter((one) => one.optIn !== true)],
    safety,
    evidence: {
      ...NO_EVIDENCE,
      ...evidence,
      ...named,
      ...(added.ecosystems.length === 0 ? {} : { ecosystems: [...(evidence?.ecosystems ?? []), ...added.ecosystems] }),
    },
  };
}

import { createHash } from "node:crypto";
import type { Options } from "../engine/run.js";
import { builderNamed } from "../facts/cost/evidence.js";
import type { Safety } from "../transform.js";
import { transforms } from "../../transforms/index.js";

/** What is proposed, in a form that crosses threads and machines. */
export interface PlanSettings {
  /** Names of transforms, in their order. */
  readonly transforms: readonly string[];
  readonly safety: Safety;
  /** As `--builder` takes it. */
  readonly builder: string;
}

/** What one repository may cost. */
export interface Limits {
  readonly seconds: number;
  /** Files in its tree. */
  readonly files: number;
  /** Bytes on disk, while it is worked on. */
  readonly bytes: number;
}

/** @throws RangeError for names that are not known here: another version made the settings. */
export function optionsOf({ transforms: names, safety, builder }: PlanSettings): Options {
  const chosen = transforms.filter((one) => names.includes(one.name));
  const evidence = builderNamed(builder);
  if (chosen.length < names.length || evidence === undefined)
    throw new RangeError(`this dockopt does not know all of: ${names.join(", ")}, ${builder}`);
  return { transforms: chosen, safety, evidence };
}

/** Same rules, same proposals: a repository is planned again when they change. */
export function rulesOf(settings: PlanSettings, version: string): string {
  const digest = createHash("sha256").update(JSON.stringify(settings)).digest("hex").slice(0, 12);
  return `dockopt ${version} ${settings.safety} ${digest}`;
}

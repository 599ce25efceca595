import type { TreeEntry } from "./clone.js";
import { planRevision, type Blobs } from "./plan-revision.js";
import { optionsOf, type PlanSettings } from "./settings.js";

export interface PlanTask {
  readonly entries: readonly TreeEntry[];
  readonly blobs: Blobs;
  readonly settings: PlanSettings;
}

/** Run in a thread: what a repository makes of the engine holds up nobody else, and can be ended. */
export default function plan({ entries, blobs, settings }: PlanTask): ReturnType<typeof planRevision> {
  return planRevision(entries, blobs, optionsOf(settings));
}

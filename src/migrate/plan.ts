import type { Failed, Planned } from "./events.js";
import { GitError } from "./git.js";
import { HostError } from "./hosts/host.js";
import { patchName } from "./plan-revision.js";
import type { Repository } from "./repository.js";
import { WorkError, type Workshop } from "./workshop.js";

/** A plan, and the patch that it names ("" for none). */
export interface PlanResult {
  readonly event: Planned | Failed;
  readonly patch: string;
}

/** Reads the tip of a repository's default branch, and says what would change in it. Never throws for what is wrong with the repository. */
export async function planRepository(
  repository: Repository,
  workshop: Workshop,
  redact: (text: string) => string,
): Promise<PlanResult> {
  try {
    return await workshop.visit(repository.url, async (clone, bounds) => {
      const { base } = await clone.tips("HEAD");
      if (base === undefined) throw new WorkError("it has no commit on a default branch. Nothing can be done there.");
      const { commit } = await clone.fetch(base.name);
      const { outcome, files, patch } = await workshop.plan(clone, commit, bounds);
      const event: Planned = {
        v: 1,
        event: "planned",
        repository: repository.name,
        url: repository.url,
        commit,
        base: base.name,
        rules: workshop.rules,
        outcome,
        patch: patch === "" ? null : patchName(patch),
        files,
        at: new Date().toISOString(),
      };
      return { event, patch };
    });
  } catch (error) {
    return { event: failure(repository, "plan", error, redact), patch: "" };
  }
}

/** What went wrong with a repository, for the ledger. Its own fault is told in a sentence; ours with its stack. */
export function failure(
  { name, url }: Repository,
  phase: Failed["phase"],
  error: unknown,
  redact: (text: string) => string,
): Failed {
  const known = error instanceof GitError || error instanceof WorkError || error instanceof HostError;
  const text = !(error instanceof Error)
    ? String(error)
    : known
      ? error.message
      : `this is a bug in dockopt, please report it: ${error.stack ?? error.message}`;
  return { v: 1, event: "failed", repository: name, url, phase, reason: redact(text), at: new Date().toISOString() };
}

import type { Safety } from "../transform.js";

/**
 * What the ledger says of one repository, a line each. A later line about the same repository and phase replaces an earlier one.
 * `repository` names it for good ("github.com/acme/web"); `url` is where git finds it, without credentials. `at`: ISO 8601.
 */
export type LedgerEvent = Planned | Applied | Failed;

interface Event {
  readonly v: 1;
  readonly repository: string;
  readonly url: string;
  readonly at: string;
}

/** A repository was read, and this is what would change in it. */
export interface Planned extends Event {
  readonly event: "planned";
  /** The commit that was read: the tip of the default branch. */
  readonly commit: string;
  /** The default branch, into which a pull request goes. */
  readonly base: string;
  /** Version and settings that decide what is proposed: "dockopt 0.1.0 suggested 5f3a9c01d2e4". */
  readonly rules: string;
  /** "changed": there is a patch; "refused": nothing changes, and something was left alone with a reason; "empty": no Dockerfile. */
  readonly outcome: "changed" | "refused" | "unchanged" | "empty";
  /** SHA-256 of the patch, hexadecimal: the file `patches/<it>.patch`; null: nothing changes. */
  readonly patch: string | null;
  readonly files: readonly PlannedFile[];
}

export interface PlannedFile {
  readonly path: string;
  readonly applied: readonly PlannedRewrite[];
  readonly refused: readonly PlannedRefusal[];
  /** "line:column: message" of what keeps it from being read. */
  readonly problems: readonly string[];
  /** Package managers whose installs it runs. */
  readonly ecosystems: readonly string[];
  /** Expected seconds of a rebuild, before and after (the model of `dockopt layers`); null: it is not rewritten. */
  readonly seconds: { readonly before: number; readonly after: number } | null;
  /** The steps below the first copy from the context, of the last stage: what repositories could share. */
  readonly leading: LeadingSteps | null;
}

export interface PlannedRewrite {
  readonly transform: string;
  readonly safety: Safety;
  readonly line: number;
  readonly message: string;
  readonly notes: readonly string[];
}

export interface PlannedRefusal {
  readonly transform: string;
  readonly code: string;
  readonly line: number;
  readonly reason: string;
}

/** The base image and the steps on it that do not depend on the build context, as written and in one common spelling. */
export interface LeadingSteps {
  readonly image: string;
  readonly steps: readonly { readonly text: string; readonly common: string; readonly bytes: number }[];
}

/** What was done about a plan at the code host. */
export interface Applied extends Event {
  readonly event: "applied";
  /** SHA-256 of the patch. */
  readonly patch: string;
  readonly branch: string;
  /** Commit at the branch's tip; null: nothing was pushed. */
  readonly head: string | null;
  /**
   * "opened", "updated", "open" (it was as it should be): a pull request; "pushed": a branch without one; "written": a patch file;
   * "declined", "merged": people have closed or merged the pull request; "left": people have changed the branch; "moved": the plan no
   * longer holds for what the repository has become, and must be made again.
   */
  readonly state: "opened" | "updated" | "open" | "pushed" | "written" | "declined" | "merged" | "left" | "moved";
  readonly pull: { readonly number: number; readonly url: string } | null;
}

export interface Failed extends Event {
  readonly event: "failed";
  readonly phase: "plan" | "apply";
  /** What is wrong and what to do; without credentials. */
  readonly reason: string;
}

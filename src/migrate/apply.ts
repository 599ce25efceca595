import type { Applied, Failed, Planned } from "./events.js";
import { isOwnCommit, makeCommit, type Author } from "./commit.js";
import type { Clone } from "./clone.js";
import type { CodeHost, Pull } from "./hosts/host.js";
import { mark, messagesFor, type Templates, type VerifyResult } from "./messages.js";
import { failure } from "./plan.js";
import { patchName, type RevisionPlan } from "./plan-revision.js";
import type { Bounds, Workshop } from "./workshop.js";

/** How plans are carried out. */
export interface ApplyOptions {
  readonly branch: string;
  readonly author: Author;
  readonly templates: Templates;
  readonly draft: boolean;
  readonly labels: readonly string[];
  readonly reviewers: readonly string[];
  /** Push the branch to hosts without pull requests, too. */
  readonly push: boolean;
  /** The host of a URL and the repository's name there; undefined: it has no pull requests, or none that we know. */
  readonly hostOf: (url: string) => Promise<{ readonly host: CodeHost; readonly slug: string } | undefined>;
  readonly verified: (patch: string) => VerifyResult | undefined;
  /** Keeps the commit as a file for `git am`. */
  readonly writePatch: (repository: string, mail: Buffer) => void;
  /** May a pull request be opened still? It is then taken as opened. */
  readonly mayOpen: () => boolean;
  readonly redact: (text: string) => string;
}

/**
 * Carries out a plan: a commit on a branch, a pull request. Whatever was done of it already is found and kept, so that it may be cut off
 * anywhere and begun again. undefined: no further pull request may be opened in this run.
 */
export async function applyPlan(
  planned: Planned,
  workshop: Workshop,
  options: ApplyOptions,
): Promise<Applied | Failed | undefined> {
  try {
    return await workshop.visit(planned.url, async (clone, bounds) => {
      const outcome = await carryOut(planned, clone, bounds, workshop, options);
      if (outcome === undefined) return undefined;
      const { repository, url, patch } = planned;
      const at = new Date().toISOString();
      return { v: 1, event: "applied", repository, url, patch: patch ?? "", branch: options.branch, ...outcome, at };
    });
  } catch (error) {
    return failure({ name: planned.repository, url: planned.url }, "apply", error, options.redact);
  }
}

type Outcome = Pick<Applied, "head" | "state" | "pull">;

async function carryOut(
  planned: Planned,
  clone: Clone,
  bounds: Bounds,
  workshop: Workshop,
  options: ApplyOptions,
): Promise<Outcome | undefined> {
  const moved: Outcome = { head: null, state: "moved", pull: null };
  const tips = await clone.tips(options.branch);
  if (tips.base === undefined) return moved;
  const base = await clone.fetch(tips.base.name);
  const plan = await workshop.plan(clone, base.commit, bounds);
  // What is pushed is what was reviewed, also where the repository has gone on meanwhile.
  if (patchName(plan.patch) !== planned.patch) return moved;
  const texts = messagesFor(planned, options.templates, options.verified(planned.patch));
  const known = await options.hostOf(planned.url);
  const pull = await known?.host.pullOf(known.slug, options.branch);
  const seen = pull && { number: pull.number, url: pull.url };
  const over = pull === undefined ? undefined : whyOver(pull, planned.patch);
  if (over !== undefined) return { head: null, state: over, pull: seen ?? null };
  const commit = await commitOf(planned, base, plan, texts.commit, clone, options.author);
  if (known === undefined && !options.push) {
    options.writePatch(
      planned.repository,
      await clone.git(["format-patch", "-1", "--stdout", "--no-signature", commit]),
    );
    return { head: null, state: "written", pull: null };
  }
  const isOpen = pull?.state === "open";
  if (known !== undefined && !isOpen && !options.mayOpen()) return undefined;
  const pushed = await pushOwn(clone, commit, tips.branch, options.branch);
  if (pushed === "left") return { head: tips.branch ?? null, state: "left", pull: seen ?? null };
  if (known === undefined) return { head: commit, state: "pushed", pull: null };
  const { draft, labels, reviewers, branch } = options;
  const request = { branch, base: tips.base.name, title: texts.title, body: texts.body, draft, labels, reviewers };
  if (pull === undefined || !isOpen) {
    const { number, url } = await known.host.open(known.slug, request);
    return { head: commit, state: "opened", pull: { number, url } };
  }
  const isSame = sameText(pull.title, texts.title) && sameText(pull.body, texts.body);
  if (!isSame) await known.host.update(known.slug, pull, request);
  return { head: commit, state: isSame && pushed === "there" ? "open" : "updated", pull: seen ?? null };
}

/** Hosts trim texts and write line ends of their own. */
const sameText = (one: string, other: string): boolean =>
  one.replaceAll("\r\n", "\n").trim() === other.replaceAll("\r\n", "\n").trim();

/** People have decided: they closed a pull request of ours, or took this very change (and may have taken it back since). */
function whyOver({ state, body }: Pull, patch: string): "declined" | "merged" | undefined {
  if (state === "closed") return "declined";
  return state === "merged" && body.includes(mark(patch)) ? "merged" : undefined;
}

function commitOf(
  planned: Planned,
  base: { readonly commit: string; readonly seconds: number },
  { changes }: RevisionPlan,
  message: string,
  clone: Clone,
  author: Author,
): Promise<string> {
  const { commit: parent, seconds } = base;
  return makeCommit(clone, { parent, seconds, changes, patch: planned.patch ?? "", message, author });
}

/** Puts the commit on the branch, unless it is there, or somebody has worked on the branch. */
async function pushOwn(
  clone: Clone,
  commit: string,
  tip: string | undefined,
  branch: string,
): Promise<"pushed" | "there" | "left"> {
  if (tip === commit) return "there";
  if (tip !== undefined && !(await isOwnCommit(clone, branch, tip))) return "left";
  await clone.push(commit, branch, tip);
  return "pushed";
}

import { createHash } from "node:crypto";
import { isBakeFile } from "../builds/bake.js";
import { isComposeFile } from "../builds/compose.js";
import { withCompanions } from "../context/overlay.js";
import type { Options } from "../engine/run.js";
import { expectedRebuild } from "../facts/cost/layers.js";
import { createFacts, type Facts } from "../facts/facts.js";
import { openContexts } from "../project/contexts.js";
import { isDockerfile } from "../project/names.js";
import { optimizeFile, type Optimized } from "../project/optimize.js";
import type { FileChange, FileResult } from "../project/result.js";
import type { RefusalCode } from "../refusals.js";
import { unifiedDiff } from "../report/diff.js";
import { parse } from "../syntax/parse.js";
import type { TreeEntry } from "./clone.js";
import type { Planned, PlannedFile } from "./events.js";
import { leadingSteps } from "./report/leading.js";
import { openRevision, ROOT, type Revision } from "./revision.js";

/** What a revision would become. */
export interface RevisionPlan {
  readonly outcome: Planned["outcome"];
  readonly files: readonly PlannedFile[];
  /** In the order of the patch; each file once. */
  readonly changes: readonly FileChange[];
  /** What `git apply` takes; "" when nothing changes. */
  readonly patch: string;
}

/** Blobs by hash; null: it cannot be read. */
export type Blobs = ReadonlyMap<string, string | null>;

/**
 * Plans a revision from its listing and the blobs at hand. Where it looks at others, they are named in `missing`, and the answer is for
 * another time: so the network is asked for many at once, and never for what nobody looks at. Pure.
 */
export function planRevision(
  entries: readonly TreeEntry[],
  blobs: Blobs,
  options: Options,
): RevisionPlan | { readonly missing: readonly string[] } {
  const missing = new Set<string>();
  const revision = openRevision(entries, (hash) => {
    const text = blobs.get(hash);
    if (text === undefined) missing.add(hash);
    return text ?? undefined;
  });
  const pending = new Map<string, string>();
  const planned = dockerfilesOf(revision).map((path) => planFile(path, revision, options, pending));
  if (missing.size > 0) return { missing: [...missing].sort() };
  const files = planned.map((one) => one.file);
  const changes = joined(planned.flatMap((one) => one.changes));
  const someRefused = files.some((file) => file.refused.length > 0 || file.problems.length > 0);
  return {
    outcome: changes.length > 0 ? "changed" : files.length === 0 ? "empty" : someRefused ? "refused" : "unchanged",
    files,
    changes,
    patch: changes.map(unifiedDiff).join(""),
  };
}

/** The name of a patch in ledger and files. */
export const patchName = (patch: string): string => createHash("sha256").update(patch).digest("hex");

/** Files that most plans look at, by their names: they are asked for with the first question. */
const USUAL =
  /^(?:\.dockerignore|\.npmrc|\.yarnrc(?:\.yml)?|package\.json|pnpm-workspace\.yaml|go\.(?:mod|work)|requirements[\w.-]*\.txt|pyproject\.toml|Pipfile|Gemfile|Cargo\.toml|composer\.json)$|\.dockerignore$/;

/** Hashes of what a plan surely or likely looks at; none where there is nothing to plan. */
export function likelyBlobs(entries: readonly TreeEntry[]): readonly string[] {
  const name = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
  const builds = (path: string): boolean =>
    isDockerfile(name(path)) || isComposeFile(name(path)) || isBakeFile(name(path));
  if (!entries.some(({ path }) => builds(path))) return [];
  const wanted = entries.filter(
    ({ mode, path }) => mode !== "160000" && (builds(path) || mode === "120000" || USUAL.test(name(path))),
  );
  return wanted.map((one) => one.hash);
}

/** By their names, and by what compose and bake files say. */
function dockerfilesOf(revision: Revision): readonly string[] {
  const built = new Set(revision.builds.builds.map((build) => build.dockerfile.slice(ROOT.length)));
  return revision.files.filter((path) => built.has(path) || isDockerfile(path.slice(path.lastIndexOf("/") + 1))).sort();
}

interface FilePlan {
  readonly file: PlannedFile;
  readonly changes: readonly FileChange[];
}

function planFile(path: string, revision: Revision, options: Options, pending: Map<string, string>): FilePlan {
  const nothing = { path, applied: [], refused: [], problems: [], ecosystems: [], seconds: null, leading: null };
  const text = revision.text(path);
  if (text === undefined || text.includes("\0"))
    return { file: { ...nothing, problems: ["it is too large, binary, or not UTF-8"] }, changes: [] };
  const dockerfile = `${ROOT}${path}`;
  const opened = openContexts(dockerfile, text, undefined, ROOT, revision.project);
  // What a submodule holds is not known, and neither is what an install reads of it.
  const module = opened.contexts
    .flatMap(({ folder, context }) =>
      revision.submodules(folder.slice(ROOT.length)).filter((one) => !context.ignores(below(one, folder))),
    )
    .at(0);
  if (module !== undefined) {
    const code: RefusalCode = "submodule";
    const reason = `the build context has the submodule ${module}, whose files are not read; run dockopt in a checkout that has them`;
    return { file: { ...nothing, refused: [{ transform: "", code, line: 1, reason }] }, changes: [] };
  }
  const { result, readings } = optimizeFile({ shown: path, text, opened }, options, ROOT, pending);
  return { file: { path, ...described(result, readings[0]) }, changes: result.changes };
}

const below = (path: string, folder: string): string => (folder === ROOT ? path : path.slice(folder.length));

function described({ report }: FileResult, { context, evidence }: Optimized): Omit<PlannedFile, "path"> {
  const { before, after, applied = [], refused = [], problems = [], companions = [] } = report ?? {};
  const old = factsOf(before ?? "", context, evidence);
  const rewritten =
    applied.length === 0 ? undefined : factsOf(after ?? "", withCompanions(context, companions), evidence);
  return {
    applied: applied.map(({ transform, safety, line, message, notes }) => ({
      transform,
      safety,
      line,
      message,
      notes,
    })),
    refused: refused.map(({ transform, code, line, reason }) => ({ transform, code, line, reason })),
    problems: problems.map(({ line, column, message }) => `${line}:${column}: ${message}`),
    ecosystems: old === undefined ? [] : ecosystemsOf(old),
    leading: old === undefined ? null : leadingSteps(old.document, old),
    seconds:
      old === undefined || rewritten === undefined ? null : { before: expected(old), after: expected(rewritten) },
  };
}

function factsOf(text: string, context: Optimized["context"], evidence: Optimized["evidence"]): Facts | undefined {
  const parsed = parse(text);
  return parsed.ok ? createFacts(parsed.document, context, evidence) : undefined;
}

function ecosystemsOf(facts: Facts): readonly string[] {
  const runs = facts.document.instructions.flatMap((one) => (one.kind === "RUN" && one.stage >= 0 ? [one] : []));
  const names = runs.flatMap((run) => facts.commands(run).flatMap(({ install }) => install?.ecosystem.name ?? []));
  return [...new Set(names)].sort();
}

/** Seconds of a rebuild on average, to a tenth. */
const expected = (facts: Facts): number => Math.round(10 * expectedRebuild(facts)) / 10;

/** Several changes of one file (an ignore file that two Dockerfiles share) become one, from the first text to the last. */
function joined(changes: readonly FileChange[]): readonly FileChange[] {
  const byPath = new Map<string, FileChange>();
  for (const change of changes) {
    const earlier = byPath.get(change.path);
    byPath.set(change.path, earlier === undefined ? change : { ...change, before: earlier.before });
  }
  return [...byPath.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
}

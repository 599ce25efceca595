import type { CacheUser, InputsRefusal, ToolCache } from "../ecosystems/ecosystem.js";
import type { Edit } from "../syntax/edit.js";
import type { RunInstruction, Stage } from "../syntax/nodes.js";
import { isImage, whyNotMounted, type Family, type MissingMounts } from "./cache-guards.js";
import { takenOut } from "./cache-results.js";
import { cacheUses, type CacheUse } from "./caches.js";
import { mountsOf, type Mount } from "./mounts.js";
import type { Facts } from "./facts.js";
import { isWithin, mayOverlap } from "./paths.js";
import type { State } from "./state.js";

/** RUNs that are to mount the caches of one tool, all at once: one that lacked the mount would not find what another has put there. */
export interface CachePlan {
  readonly tool: CacheUser;
  readonly mounts: readonly {
    readonly run: RunInstruction;
    readonly caches: readonly OwnedCache[];
    /** What else changes in the RUN, so that results stay in the image and are up to date. */
    readonly edits: readonly Edit[];
  }[];
  /** Results that the RUN now takes out of the cache itself, to where they were. */
  readonly kept: readonly string[];
  /** What the caches hold is no longer part of an image that is built for use: the last stage is among the RUNs' own. */
  readonly leavesImage: boolean;
}

export interface OwnedCache extends ToolCache {
  /** `uid=1000,gid=1000`; "" for root, to whom a new cache belongs. */
  readonly owner: string;
}

export interface CacheRefusal extends InputsRefusal {
  readonly at: RunInstruction;
}

/** Where cache mounts are missing, and why some that are missing cannot be added (TRAPS.md 18). */
export function* cachePlans(facts: Facts, holds: readonly ToolCache["holds"][]): Iterable<CachePlan | CacheRefusal> {
  const { stages } = facts.document;
  for (const tree of treesOf(stages)) {
    const uses = tree.flatMap(runsOf).flatMap((run) => cacheUses(run, facts));
    for (const group of groupsOf(uses, holds)) {
      const own = new Set(group.map((use) => use.run.stage));
      const family = tree.filter((stage) =>
        [...own].some((index) => isOn(stage, index) || isOn(stages[index], stage.index)),
      );
      const runs = family.flatMap(runsOf);
      const outcome = plan(group, { family, runs, uses: uses.filter((use) => runs.includes(use.run)) }, facts);
      if (outcome !== undefined) yield outcome;
    }
  }
}

const runsOf = (stage: Stage): readonly RunInstruction[] =>
  stage.instructions.flatMap((one) => (one.kind === "RUN" ? [one] : []));

/** Is the stage the one with this index, or built on it? */
function isOn(stage: Stage | undefined, index: number): boolean {
  for (let one = stage; one !== undefined; one = one.base) if (one.index === index) return true;
  return false;
}

/** Stages that are built on one base. */
function treesOf(stages: readonly Stage[]): readonly (readonly Stage[])[] {
  const trees = new Map<number, Stage[]>();
  for (const stage of stages) {
    let root = stage;
    while (root.base !== undefined) root = root.base;
    trees.set(root.index, [...(trees.get(root.index) ?? []), stage]);
  }
  return [...trees.values()];
}

/** Uses that stand or fall together: of downloads those of one RUN, of anything else those of the whole family. */
function groupsOf(uses: readonly CacheUse[], holds: readonly ToolCache["holds"][]): readonly (readonly CacheUse[])[] {
  const groups = new Map<string, CacheUse[]>();
  for (const use of uses) {
    const { caches } = use;
    const kinds = "reason" in caches ? [] : caches.filter((one) => holds.includes(one.holds));
    const [first] = kinds;
    // A refusal is told once, by the transform for packages.
    const refused = "reason" in caches && holds.includes("downloads");
    if (first === undefined && !refused) continue;
    const alone = first === undefined || first.holds === "downloads";
    const key = alone ? `${use.tool.name} ${use.run.index}` : use.tool.name;
    groups.set(key, [...(groups.get(key) ?? []), "reason" in caches ? use : { ...use, caches: kinds }]);
  }
  return [...groups.values()];
}

function plan(group: readonly CacheUse[], known: Family, facts: Facts): CachePlan | CacheRefusal | undefined {
  for (const { run, caches } of group) if ("reason" in caches) return { at: run, ...caches };
  const missing = missingMounts(group, facts);
  const [first, [foremost]] = [group[0], missing ?? []];
  if (first === undefined || missing === undefined || foremost === undefined) return undefined;
  const taken = takenOut(group, missing, known, facts);
  if (taken !== undefined && "reason" in taken) return { at: foremost.run, ...taken };
  const kept = taken?.kept ?? [];
  const why = whyNotMounted(first.tool, missing, new Set(group.map((use) => use.run)), known, facts, kept);
  if (why !== undefined) return { at: foremost.run, ...why };
  const mounts: CachePlan["mounts"][number][] = [];
  for (const { run, caches } of missing) {
    const owner = ownerOf(facts.state(run));
    if (typeof owner !== "string") return { at: run, ...owner };
    const owned = caches.map((cache) => ({ ...cache, path: taken?.moved ?? cache.path, owner }));
    mounts.push({ run, caches: owned, edits: taken?.edits ?? [] });
  }
  return { tool: first.tool, mounts, kept, leavesImage: known.family.some((stage) => isImage(stage, facts)) };
}

/** Is the mounted cache one that a tool of the RUN is known to use? Any other is the author's own way of keeping things. */
function isKnown({ target }: Mount, run: RunInstruction, facts: Facts): boolean {
  const paths = cacheUses(run, facts).flatMap(({ caches }) =>
    "reason" in caches ? [] : caches.map((one) => one.path),
  );
  return target !== undefined && paths.some((path) => mayOverlap(target.replace(/\/$/, ""), path));
}

/** Each RUN with those of its caches that it does not mount; undefined: the author has something of his own there. */
function missingMounts(group: readonly CacheUse[], facts: Facts): readonly MissingMounts[] | undefined {
  const missing = new Map<RunInstruction, Map<string, ToolCache>>();
  for (const { run, caches } of group) {
    if ("reason" in caches) continue;
    const mounts = mountsOf(run);
    if (mounts.some((mount) => mount.type === "cache" && !isKnown(mount, run, facts))) return undefined;
    for (const cache of caches) {
      const near = mounts.filter(
        ({ target }) => target === undefined || mayOverlap(target.replace(/\/$/, ""), cache.path),
      );
      if (near.some(({ type, target = "" }) => type === "cache" && isWithin(cache.path, target.replace(/\/$/, ""))))
        continue;
      if (near.length > 0) return undefined;
      missing.set(run, (missing.get(run) ?? new Map<string, ToolCache>()).set(cache.path, cache));
    }
  }
  return [...missing].map(([run, caches]) => ({ run, caches: [...caches.values()] }));
}

/** A new cache belongs to root; another user needs it as his own (docker/docs: RUN --mount, uid). */
function ownerOf({ user, image }: State): string | InputsRefusal {
  if (user === "root") return "";
  const [, uid, gid] = /^(\d+)(?::(\d+))?$/.exec(user ?? "") ?? [];
  if (uid !== undefined) return `uid=${uid}${gid === undefined ? "" : `,gid=${gid}`}`;
  // The official images' one other user (nodejs/docker-node, Dockerfile: groupadd --gid 1000 node).
  if (/^node(?::node)?$/.test(user ?? "") && /^(?:docker\.io\/)?(?:library\/)?node(?::|$)/.test(image))
    return "uid=1000,gid=1000";
  const who = user === undefined ? `the user of ${image}` : user;
  return { code: "cache-owner", reason: `a new cache belongs to root, and which number ${who} has is not known` };
}

/** `--mount=type=cache,target=/root/.npm` */
export const cacheFlag = ({ path, id, sharing, owner }: OwnedCache): string =>
  [
    "--mount=type=cache",
    id === undefined ? "" : `id=${id}`,
    `target=${path}`,
    sharing === undefined ? "" : `sharing=${sharing}`,
    owner,
  ]
    .filter((part) => part !== "")
    .join(",");

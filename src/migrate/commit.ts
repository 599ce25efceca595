import { join } from "node:path";
import type { FileChange } from "../project/result.js";
import { unifiedDiff } from "../report/diff.js";
import type { Clone } from "./clone.js";
import { patchName } from "./plan-revision.js";

/** Who commits, as git writes it: "Name <mail>". */
export interface Author {
  readonly name: string;
  readonly mail: string;
}

export interface CommitRequest {
  /** The commit it stands on, and its time in seconds after 1970: the new one has the same, so that it comes out the same every time. */
  readonly parent: string;
  readonly seconds: number;
  readonly changes: readonly FileChange[];
  /** `patchName` of the changes. */
  readonly patch: string;
  /** Without trailers. */
  readonly message: string;
  readonly author: Author;
}

const PATCH = "Dockopt-Patch";
const BASE = "Dockopt-Base";

/** Makes the commit from git's objects alone; its hash is a function of the request. @throws GitError */
export async function makeCommit(clone: Clone, request: CommitRequest): Promise<string> {
  const { parent, changes, patch, author, seconds } = request;
  const index = { GIT_INDEX_FILE: join(clone.folder, "dockopt-index") };
  const text = async (args: readonly string[], input = "", env: Readonly<Record<string, string>> = {}) =>
    (await clone.git(args, input, env)).toString("utf8").trim();
  const modes = new Map((await clone.tree(parent)).map((entry) => [entry.path, entry.mode]));
  let entries = "";
  for (const { path, after } of changes) {
    const hash = await text(["hash-object", "-w", "--stdin"], after);
    entries += `${modes.get(path) ?? "100644"} ${hash}\t${path}\0`;
  }
  await text(["read-tree", parent], "", index);
  await text(["update-index", "-z", "--index-info"], entries, index);
  const tree = await text(["write-tree", "--missing-ok"], "", index);
  const message = `${request.message.trimEnd()}\n\n${PATCH}: ${patch}\n${BASE}: ${parent}\n`;
  const date = `${seconds} +0000`;
  return await text(["commit-tree", tree, "-p", parent], message, {
    GIT_AUTHOR_NAME: author.name,
    GIT_AUTHOR_EMAIL: author.mail,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: author.name,
    GIT_COMMITTER_EMAIL: author.mail,
    GIT_COMMITTER_DATE: date,
  });
}

/**
 * Is the tip of a branch a commit that dockopt has made, and nobody has touched since? It says on what it stands and what it changes; both
 * must be so. Then nothing that people wrote is lost with it. @throws GitError
 */
export async function isOwnCommit(clone: Clone, branch: string, tip: string): Promise<boolean> {
  const fetched = await clone.fetch(branch, 2);
  if (fetched.commit !== tip) return false;
  const shown = (await clone.git(["log", "-1", "--format=%P%x00%B", tip])).toString("utf8");
  const [parents = "", message = ""] = shown.split("\0");
  const trailer = (name: string): string | undefined => new RegExp(`^${name}: ([0-9a-f]+)$`, "m").exec(message)?.[1];
  const parent = trailer(BASE);
  if (parent === undefined || parents.trim() !== parent) return false;
  return trailer(PATCH) === patchName(await differences(clone, parent, tip));
}

/** The patch that leads from one commit to the other, as dockopt would write it. */
async function differences(clone: Clone, before: string, after: string): Promise<string> {
  const [old, current] = [await clone.tree(before), await clone.tree(after)];
  const hashes = new Map(old.map((entry) => [entry.path, entry.hash]));
  const modes = new Map(old.map((entry) => [entry.path, entry.mode]));
  const changed = current.filter(({ path, hash, mode }) => hashes.get(path) !== hash || modes.get(path) !== mode);
  const isPlain = changed.every(({ path, mode }) => mode === (modes.get(path) ?? "100644"));
  const added = changed.filter(({ path }) => !hashes.has(path)).length;
  // Something is gone, or has another mode: that is not dockopt's.
  if (!isPlain || current.length !== old.length + added) return "";
  const wanted = changed.flatMap(({ path, hash }) => [hash, ...[hashes.get(path) ?? []].flat()]);
  const texts = await clone.blobs(wanted, 16 << 20);
  const changes = changed.map(({ path, hash }): FileChange => {
    const earlier = hashes.get(path);
    return {
      path,
      before: earlier === undefined ? undefined : (texts.get(earlier) ?? ""),
      after: texts.get(hash) ?? "",
    };
  });
  return changes
    .sort((one, other) => (one.path < other.path ? -1 : 1))
    .map(unifiedDiff)
    .join("");
}

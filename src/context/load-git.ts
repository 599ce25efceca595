import type { Context } from "./context.js";
import { git } from "./git.js";
import { treeFromList, type ListedEntry } from "./load-list.js";
import { contextFrom } from "./tree.js";

/**
 * A folder of a git revision as build context, without a checkout. `folder` is relative to the repository's top, "" for the top.
 * undefined: git does not know the repository, the revision or the folder.
 */
export function loadRevision(
  repository: string,
  revision: string,
  folder = "",
  dockerfile?: string,
): Context | undefined {
  const commit = git(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`)
    ?.toString("utf8")
    .trim();
  if (commit === undefined || commit === "") return undefined;
  const tree = git(repository, "ls-tree", "-r", "-l", "-z", `${commit}:${folder}`);
  if (tree === undefined) return undefined;
  const entries = tree
    .toString("utf8")
    .split("\0")
    .flatMap((line): ListedEntry[] => {
      const [, mode, hash, bytes, path] = /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t([\s\S]+)$/.exec(line) ?? [];
      if (mode === undefined || hash === undefined || path === undefined) return [];
      const read = (): string | undefined => decode(git(repository, "cat-file", "blob", hash));
      if (mode === "120000") return [{ path, link: read() ?? "" }];
      return [{ path, text: read, executable: mode === "100755", ...(bytes === "-" ? {} : { size: Number(bytes) }) }];
    });
  return contextFrom(treeFromList(entries, `git ${revision}${folder === "" ? "" : `:${folder}`}`), dockerfile);
}

function decode(bytes: Buffer | undefined): string | undefined {
  try {
    return bytes === undefined ? undefined : new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

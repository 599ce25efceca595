import { realpathSync } from "node:fs";
import { git } from "./git.js";
import type { History } from "./history.js";

/**
 * The last `limit` commits that touch the folder, merges left out. undefined: no repository, or fewer than `fewest`.
 * Renames count as a removed and a new path.
 */
export function loadHistory(folder: string, limit: number, fewest = 1): History | undefined {
  const output = git(
    realpathSync(folder),
    "log",
    "--no-merges",
    "--no-renames",
    "--relative",
    "--name-only",
    "--format=%x01",
    "-z",
    `--max-count=${limit}`,
    "--",
    ".",
  );
  if (output === undefined) return undefined;
  const commits = output
    .toString("utf8")
    .split("\u0001")
    .slice(1)
    .map((commit) =>
      commit
        .split("\0")
        .map((path) => path.replace(/^\n/, ""))
        .filter((path) => path !== ""),
    )
    .filter((paths) => paths.length > 0);
  return commits.length < fewest ? undefined : { commits };
}

/** Paths that differ between a revision and the work tree, relative to the folder. undefined: git does not know the revision. */
export function changedSince(folder: string, revision: string): readonly string[] | undefined {
  const root = realpathSync(folder);
  if (git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`) === undefined)
    return undefined;
  const tracked = git(root, "diff", "--no-renames", "--relative", "--name-only", "-z", revision, "--", ".");
  const added = git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", ".");
  return [tracked, added].flatMap((output) => output?.toString("utf8").split("\0") ?? []).filter((path) => path !== "");
}

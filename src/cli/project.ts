import { realpathSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Finder } from "../builds/find.js";
import { repositoryRoot } from "../context/git.js";
import { loadFolder } from "../context/load-folder.js";
import { loadHistory } from "../context/load-history.js";
import type { Project } from "../project/contexts.js";

/** How many commits tell how often files change; fewer (a young repository, a shallow clone) tell too little. */
const COMMITS = { most: 200, fewest: 10 } as const;

/** Folders of this machine. */
export const folderProject = (finder: Finder): Project => ({
  buildsOf: (dockerfile) => finder.buildsOf(dockerfile),
  parents,
  open: loadFolder,
  history: (folder) => loadHistory(folder, COMMITS.most, COMMITS.fewest),
});

function parents(folder: string): readonly string[] {
  const root = repositoryRoot(folder);
  const own = realpathSync(folder);
  const below = root === undefined ? undefined : relative(root, own);
  if (root === undefined || below === undefined || below === "" || below.startsWith("..")) return [folder];
  const parts = below.split(sep);
  return [folder, ...parts.slice(1).map((_, index) => join(root, ...parts.slice(0, parts.length - 1 - index))), root];
}

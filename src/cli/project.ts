import { realpathSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Finder } from "../builds/find.js";
import { repositoryRoot } from "../context/git.js";
import type { History } from "../context/history.js";
import { folderLoader } from "../context/load-folder.js";
import { loadHistory } from "../context/load-history.js";
import type { Project } from "../project/contexts.js";

/** How many commits tell how often files change; fewer (a young repository, a shallow clone) tell too little. */
const COMMITS = { most: 200, fewest: 10 } as const;

const projects = new WeakMap<Finder, Project>();

/** Folders of this machine. What was found out for a finder is not asked again: parents, history, which files there are. */
export function folderProject(finder: Finder): Project {
  const project = projects.get(finder) ?? createProject(finder);
  projects.set(finder, project);
  return project;
}

function createProject(finder: Finder): Project {
  return {
    buildsOf: (dockerfile) => finder.buildsOf(dockerfile),
    parents: remembered(parents),
    open: folderLoader(),
    history: remembered(historyOf),
  };
}

/** Asks once for each folder. */
function remembered<T>(ask: (folder: string) => T): (folder: string) => T {
  const known = new Map<string, { readonly answer: T }>();
  return (folder) => {
    const found = known.get(folder) ?? { answer: ask(folder) };
    known.set(folder, found);
    return found.answer;
  };
}

const historyOf = (folder: string): History | undefined =>
  repositoryRoot(folder) === undefined ? undefined : loadHistory(folder, COMMITS.most, COMMITS.fewest);

function parents(folder: string): readonly string[] {
  const root = repositoryRoot(folder);
  const own = realpathSync(folder);
  const below = root === undefined ? undefined : relative(root, own);
  if (root === undefined || below === undefined || below === "" || below.startsWith("..")) return [folder];
  const parts = below.split(sep);
  return [folder, ...parts.slice(1).map((_, index) => join(root, ...parts.slice(0, parts.length - 1 - index))), root];
}

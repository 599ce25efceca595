import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import type { FileQuestion } from "../context/trace.js";
import type { Finder } from "../builds/find.js";
import { git as gitIn, repositoryRoot } from "../context/git.js";
import type { History } from "../context/history.js";
import { createLoader } from "../context/load-folder.js";
import { loadHistory } from "../context/load-history.js";
import type { Project } from "../project/contexts.js";

/** How many commits tell how often files change; fewer (a young repository, a shallow clone) tell too little. */
const COMMITS = { most: 200, fewest: 10 } as const;

/** Folders of this machine. What has been found out is not asked again: parents, history, which files there are. */
export interface FolderProject extends Project {
  /** The same; `tell` is told of all that is asked. */
  watched(tell: (...asked: [...Question, answer: unknown]) => void): Project;
  /** Asks anew what has been told of. */
  ask(...question: Question): unknown;
}

/** `folder`: absolute, "" for questions about the project as a whole, whose paths are absolute. */
export type Question = readonly [about: FileQuestion | keyof Facts, folder: string, path: string];

/** What a project is asked beside the files of a folder. */
interface Facts {
  readonly buildsOf: (dockerfile: string) => unknown;
  readonly parents: (folder: string) => unknown;
  /** Stands for the history of a folder, which follows from it. */
  readonly history: (folder: string) => unknown;
  /** Where a folder lies behind links. */
  readonly real: (path: string) => unknown;
}

export function folderProject(finder: Finder): FolderProject {
  const loader = createLoader();
  const project: Project = {
    buildsOf: (dockerfile) => finder.buildsOf(dockerfile),
    parents: remembered(parents),
    open: (folder, dockerfile) => loader.context(folder, dockerfile),
    history: remembered(historyOf),
  };
  const head = remembered(headOf);
  const facts: Facts = {
    buildsOf: (dockerfile) => project.buildsOf(dockerfile),
    parents: (folder) => project.parents(folder),
    history: (folder) => head(repositoryRoot(folder) ?? ""),
    real: (path) => realpathSync(path),
  };
  return {
    ...project,
    watched(tell) {
      const note = (about: keyof Facts, path: string): void => {
        tell(about, "", path, facts[about](path));
      };
      const noted =
        <T>(about: "buildsOf" | "parents" | "history", ask: (path: string) => T) =>
        (path: string): T => {
          note(about, path);
          return ask(path);
        };
      return {
        buildsOf: noted("buildsOf", (dockerfile) => project.buildsOf(dockerfile)),
        parents: noted("parents", (folder) => project.parents(folder)),
        history: noted("history", (folder) => project.history(folder)),
        open(folder, dockerfile) {
          note("real", folder);
          note("real", dirname(dockerfile));
          return loader.context(folder, dockerfile, (inside) => (question, path, answer) => {
            tell(question, inside, path, answer);
          });
        },
      };
    },
    ask(about, folder, path) {
      try {
        return about in facts ? facts[about as keyof Facts](path) : loader.files(folder)[about as FileQuestion](path);
      } catch (error) {
        // A folder that is gone.
        return String(error);
      }
    },
  };
}

/** What the history of all folders of a repository follows from. */
function headOf(root: string): unknown {
  if (root === "") return undefined;
  const git = gitIn(root, "rev-parse", "HEAD", "--git-path", "shallow")?.toString("utf8");
  const shallow = git?.split("\n")[1];
  const file = resolve(root, shallow ?? "");
  return [git, shallow !== undefined && existsSync(file) ? readFileSync(file, "utf8") : undefined];
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

import { realpathSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import type { Project } from "../project/contexts.js";
import { git, repositoryRoot } from "../context/git.js";
import type { GivenContext } from "../project/contexts.js";
import type { Given } from "./arguments.js";
import { UsageError } from "./exit.js";
import { readInput, type Input } from "./process.js";

/** Which changes are meant: those since a branch left a revision, or those that the next commit will hold. */
export type Which = { readonly since: string } | { readonly staged: true };

/** @throws UsageError */
export function readWhich(given: Given): Which | undefined {
  const since = given.text("since");
  const staged = given.has("staged");
  if (since === undefined && !staged) return undefined;
  if (since !== undefined && staged) throw new UsageError("--since and --staged exclude each other. Give one.");
  if (given.paths.includes("-"))
    throw new UsageError(
      `${staged ? "--staged" : "--since"}: what comes on stdin is in no repository. Name the files.`,
    );
  return since === undefined ? { staged: true } : { since };
}

export const noneChanged = (which: Which): string =>
  "since" in which ? `no Dockerfile has changed since ${which.since}.` : "no Dockerfile is staged.";

/** What has changed in a repository. Paths are absolute, of the top folder's real path. */
interface Changes {
  readonly root: string;
  readonly paths: ReadonlySet<string>;
  /** Files of which the index and the work tree hold different texts; asked for with `staged` only. */
  readonly unstaged: ReadonlySet<string>;
}

/** A Dockerfile, and its build context where one is set. */
interface Named {
  readonly path: string;
  readonly context: GivenContext | undefined;
}

interface Setting {
  readonly cwd: string;
  readonly project: Project;
  /** Are the files to be written? */
  readonly write: boolean;
}

/**
 * Of these Dockerfiles, those that have changed: the file itself, its ignore file, or a compose or bake file that names it. With
 * `staged`, the text is the one in git's index; where the file differs from that and is to be written, it is a problem: a rewrite
 * would mix the two. The result is by path. @throws UsageError when git cannot tell.
 */
export function onlyChanged(files: readonly Named[], which: Which, setting: Setting): ReadonlyMap<string, Input> {
  const { cwd, write } = setting;
  const changesAt = createChanges(which);
  // An unknown revision is an error also where no Dockerfile is.
  if (files.length === 0) changesAt(cwd);
  const inputs = new Map<string, Input>();
  for (const file of files) {
    const { path } = file;
    const changes = changesAt(dirname(resolve(cwd, path)));
    if (!isChanged(file, changes, setting)) continue;
    const input = "since" in which ? { path } : stagedInput(path, realOf(resolve(cwd, path)), changes, write);
    if (input !== undefined) inputs.set(path, input);
  }
  return inputs;
}

function isChanged({ path, context }: Named, { paths }: Changes, { cwd, project }: Setting): boolean {
  const full = resolve(cwd, path);
  // A link changes, or what it leads to.
  const own = [join(realOf(dirname(full)), basename(full)), realOf(full)];
  if (own.some((one) => paths.has(one) || paths.has(`${one}.dockerignore`))) return true;
  if (project.buildsOf(full).some((build) => paths.has(realOf(build.from.file)))) return true;
  if (![...paths].some((one) => one.endsWith(".dockerignore"))) return false;
  const read = readInput({ path }, context, cwd, project);
  return (
    "opened" in read &&
    read.opened?.contexts.some((one) =>
      paths.has(join(realOf(one.folder), one.context.ignoreFile?.path ?? ".dockerignore")),
    ) === true
  );
}

/** undefined: it is not added, or in conflict; no commit will hold it. */
function stagedInput(path: string, file: string, { root, unstaged }: Changes, write: boolean): Input | undefined {
  const text = git(root, "cat-file", "blob", `:0:${relative(root, file).split(sep).join("/")}`);
  if (text === undefined) return undefined;
  if (!unstaged.has(file)) return { path };
  if (!write) return { path, text };
  const problem =
    "it differs from what is staged of it, and a rewrite would mix the two. Stage all of it (git add), or put the rest aside (git stash --keep-index).";
  return { path, problem };
}

/** What has changed in the repository of a folder; each is asked once. */
function createChanges(which: Which): (folder: string) => Changes {
  const roots = new Map<string, string | undefined>();
  const known = new Map<string, Changes>();
  const option = "since" in which ? `--since ${which.since}` : "--staged";
  return (folder) => {
    const root = roots.has(folder) ? roots.get(folder) : repositoryRoot(folder);
    roots.set(folder, root);
    if (root === undefined)
      throw new UsageError(
        `${option}: ${folder} is in no work tree of git, or git cannot be run. Run dockopt in a checkout, or without this option.`,
      );
    const changes = known.get(root) ?? readChanges(root, which);
    known.set(root, changes);
    return changes;
  };
}

function readChanges(root: string, which: Which): Changes {
  const diff = ["diff", "--no-renames", "--name-only", "-z"];
  if ("staged" in which) return { root, paths: names(root, ...diff, "--cached"), unstaged: names(root, ...diff) };
  const differs = names(root, ...diff, forkPoint(root, which.since), "--");
  const added = names(root, "ls-files", "--others", "--exclude-standard", "-z");
  return { root, paths: new Set([...differs, ...added]), unstaged: new Set() };
}

/** The commit at which HEAD left a revision: what changed there since is not this branch's doing. */
function forkPoint(root: string, revision: string): string {
  const ask = (...args: readonly string[]): string =>
    git(root, ...args)
      ?.toString("utf8")
      .trim() ?? "";
  const commit = ask("rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`);
  if (commit === "")
    throw new UsageError(
      `--since ${revision}: git knows no such revision in ${root}. Check the name, or fetch it first (git fetch origin).`,
    );
  const base = ask("merge-base", commit, "HEAD");
  if (base !== "") return base;
  const shallow = ask("rev-parse", "--is-shallow-repository") === "true";
  throw new UsageError(
    `--since ${revision}: it has no commit in common with HEAD${shallow ? " that this shallow clone knows. Fetch more (git fetch --unshallow; in CI: fetch-depth: 0)." : ". Give another revision."}`,
  );
}

/** Absolute paths that git lists, ended by NUL. */
function names(root: string, ...args: readonly string[]): ReadonlySet<string> {
  const output = git(root, ...args);
  if (output === undefined) throw new UsageError(`git ${args[0] ?? ""} fails in ${root}. Run it there to see why.`);
  const listed = output
    .toString("utf8")
    .split("\0")
    .filter((name) => name !== "");
  return new Set(listed.map((name) => join(root, name)));
}

/** Where nothing is there any more, the path itself. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

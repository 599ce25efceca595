/**
 * The build context as the builder sees it: after .dockerignore. Paths are relative to its root, "/"-separated, cleaned
 * ("a/b", never "./a", "/a" or "a/../b"); "" is the root. Synchronous and lazy; loaders (folder, git revision, list of paths) do the I/O.
 */
export interface Context {
  /** Where it came from, for people: "folder ../web", "git HEAD:web", "list". */
  readonly description: string;
  /** The ignore file in force: its path as shown to people and its text; undefined when there is none. */
  readonly ignoreFile: { readonly path: string; readonly text: string } | undefined;
  /** Why the builder would refuse the ignore file; undefined: it would not. */
  readonly ignoreProblem: string | undefined;
  /** The same files under another ignore file: what the builder would see after an edit to it. */
  withIgnoreFile(file: { readonly path: string; readonly text: string }): Context;
  /** What stands at a path, after ignore rules; symlinks are not followed. undefined: nothing there, or ignored, or outside. */
  kind(path: string): EntryKind | undefined;
  /** Like `kind`, before ignore rules. */
  rawKind(path: string): EntryKind | undefined;
  /** Would .dockerignore leave this path out? Also for paths that do not exist (yet). */
  ignores(path: string): boolean;
  /** Names in a directory after ignore rules, sorted; empty when it is none. */
  list(directory: string): readonly string[];
  /** All files and symlinks below a directory, after ignore rules, sorted, lazily. Symlinked directories are not entered. */
  files(directory?: string): Iterable<string>;
  /** UTF-8 text of a file; symlinks inside the context are followed. `problem` says why there is none (missing, too large, not UTF-8, unreadable, leads out of the context). */
  read(path: string): { readonly text: string } | { readonly problem: string };
  /** May the file be executed by somebody? A copy keeps its mode. undefined: not known. */
  executable(path: string): boolean | undefined;
  /** Bytes of a file; undefined: not known, or no file. */
  size(path: string): number | undefined;
  /** Paths that a COPY/ADD source (glob or plain) names, as the builder resolves it; sorted. Empty: nothing matches (the build would fail). */
  match(source: string): readonly string[];
  /** Is the path committed (git) rather than a local leftover? undefined when that is not known. */
  tracked(path: string): boolean | undefined;
}

export type EntryKind = "file" | "directory" | "symlink";

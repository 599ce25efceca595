import type { Reading } from "./reading.js";

/** The machine that the server runs on. Paths are absolute; the folder of a path is the real one, whatever links lead to it. */
export interface Host {
  /** undefined: it is no file (an untitled document, one of another machine). */
  pathOf(uri: string): string | undefined;
  uriOf(path: string): string;
  /** What is on the disk, without a byte order mark; undefined: nothing that can be read. */
  textOf(path: string): string | undefined;
  /** Finds out what is in force for a Dockerfile, which `read` goes by. @throws Error when a configuration cannot be used. */
  prepare(path: string | undefined): Promise<void>;
  /**
   * Reads a Dockerfile, whose text is the given one, among the files on the disk. `open`: texts of ignore files that may not be saved
   * yet, by path. undefined: a configuration leaves it alone. @throws Error when that cannot be done.
   */
  read(path: string | undefined, text: string, open: ReadonlyMap<string, string>): Reading | undefined;
  /** What is known of the projects may hold no longer. */
  forget(): void;
  /** Folders that the client works in. */
  setFolders(paths: readonly string[]): void;
  /** What the client wants, as it says in `initialize`. Returns what is wrong with it. */
  configure(options: unknown): Promise<string | undefined>;
}

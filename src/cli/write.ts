import {
  accessSync,
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
  type Stats,
} from "node:fs";
import { basename, dirname, join } from "node:path";

/** A file to be written: `before` is what was read when the rewrite was made; undefined: the file must not be there. */
export interface Write {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string;
}

/** What the user can do something about; everything else that is thrown is our fault. */
export class WriteError extends Error {}

/**
 * Writes all files, or none as far as the file system lets us: each through a temporary file beside it and a rename; mode and owner
 * are kept, a symlink's target is written. On failure, those written already get their old text back.
 * @throws WriteError: changed meanwhile, read-only, no space.
 */
export function writeAll(writes: readonly Write[]): void {
  const done: Write[] = [];
  try {
    for (const write of writes) {
      writeOne(write);
      done.push(write);
    }
  } catch (error) {
    for (const { path, before, after } of done.reverse()) {
      if (before === undefined) unlinkSync(path);
      else writeOne({ path, before: after, after: before });
    }
    throw error;
  }
}

function writeOne({ path, before, after }: Write): void {
  const target = before === undefined ? path : realpathSync(path);
  const stat = before === undefined ? undefined : statSync(target);
  if (before === undefined ? exists(target) : readFileSync(target, "utf8") !== before) {
    throw new WriteError(`${path}: it has changed since it was read. Run dockopt again.`);
  }
  // A rename would replace a read-only file without asking.
  if (stat !== undefined && ((stat.mode & 0o222) === 0 || !isWritable(target))) {
    throw new WriteError(`${path}: it is read-only. Make it writable (chmod u+w) and run dockopt again.`);
  }
  const temporary = join(dirname(target), `.${basename(target)}.dockopt-${process.pid}`);
  try {
    fill(temporary, after, stat);
    renameSync(temporary, target);
  } catch (error) {
    if (exists(temporary)) unlinkSync(temporary);
    throw new WriteError(
      `${path}: it cannot be written (${error instanceof Error ? error.message : String(error)}). Nothing was changed.`,
    );
  }
}

function fill(path: string, text: string, like: Stats | undefined): void {
  const file = openSync(path, "wx", 0o666);
  try {
    const bytes = Buffer.from(text, "utf8");
    for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  if (like === undefined) return;
  chmodSync(path, like.mode & 0o7777);
  const { uid, gid } = statSync(path);
  if (like.uid === uid && like.gid === gid) return;
  try {
    chownSync(path, like.uid, like.gid);
  } catch {
    // Only root may give files away; then the file belongs to whoever ran dockopt.
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

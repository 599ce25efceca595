import { accessSync, constants, existsSync, readFileSync, realpathSync, rmSync, statSync } from "node:fs";
import { writeWhole } from "../disk.js";

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
    const kept = done.reverse().filter((write) => !isUndone(write));
    if (kept.length === 0) throw error;
    const names = kept.map(({ path }) => path).join(", ");
    throw new WriteError(`${reason(error)} ${names}: it has its new text, and the old one cannot be put back.`);
  }
}

/** Has it its old text again? */
function isUndone({ path, before, after }: Write): boolean {
  try {
    if (before === undefined) rmSync(path);
    else writeOne({ path, before: after, after: before });
    return true;
  } catch {
    return false;
  }
}

function writeOne({ path, before, after }: Write): void {
  const target = before === undefined ? path : realpathSync(path);
  // Another run of dockopt may have come to the same.
  if (textOf(target) === after) return;
  const check = (): void => {
    if (textOf(target) !== before)
      throw new WriteError(`${path}: it has changed since it was read. Run dockopt again.`);
  };
  check();
  const like = before === undefined ? undefined : statSync(target);
  // A rename would replace a read-only file without asking.
  if (like !== undefined && ((like.mode & 0o222) === 0 || !isWritable(target))) {
    throw new WriteError(`${path}: it is read-only. Make it writable (chmod u+w) and run dockopt again.`);
  }
  try {
    writeWhole(target, after, { like, check });
  } catch (error) {
    if (error instanceof WriteError) throw error;
    throw new WriteError(`${path}: it cannot be written (${reason(error)}). It is as it was.`);
  }
}

/** undefined: there is nothing. */
function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

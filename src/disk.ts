import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
  type Stats,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

/** Writing such that whatever ends a run, and whenever, no file is torn and nothing is left for ever. */

interface Manner {
  /** Whose mode and owner it gets. */
  readonly like?: Stats | undefined;
  /** Asked right before it is put in place; may throw. */
  readonly check?: () => void;
}

/** Puts a file in place whole, or leaves what was there. @throws Error of node:fs */
export function writeWhole(path: string, content: string | Uint8Array, { like, check }: Manner = {}): void {
  const temporary = temporaryBeside(path);
  try {
    fill(temporary, content, like);
    check?.();
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** The same for what is too large to be held: `write` fills the file that it is given. */
export async function writeWholeBy(path: string, write: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = temporaryBeside(path);
  try {
    await write(temporary);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function fill(path: string, content: string | Uint8Array, like: Stats | undefined): void {
  const file = openSync(path, "wx", 0o666);
  try {
    const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
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
    // Who owns it anew takes the bits that let it run as its owner away.
    chmodSync(path, like.mode & 0o7777);
  } catch {
    // Only root may give files away; then the file belongs to whoever ran dockopt.
  }
}

/** A name beside a file that no other call and no other run uses. What killed runs have left there of this file is removed. */
export function temporaryBeside(path: string): string {
  // A name has at most 255 bytes.
  const prefix = `.${basename(path).slice(0, 40)}.dockopt-`;
  removeLeft(dirname(path), prefix);
  return join(dirname(path), `${prefix}${ownMark()}-${Math.random().toString(36).slice(2, 8)}`);
}

/** A folder of this run's own for temporary files; those of killed runs are removed. */
export function temporaryFolder(purpose: string): string {
  const prefix = `dockopt-${purpose}-`;
  removeLeft(tmpdir(), prefix);
  return mkdtempSync(join(tmpdir(), `${prefix}${ownMark()}-`));
}

/** Makes a folder and those above it. Node's own way never ends where the system says that a parent which is there is not: /proc. */
export function makeFolder(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another run was faster.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}

/** Does a process of this machine run? */
export function isAlive(pid: number): boolean {
  try {
    return Number.isSafeInteger(pid) && pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Who has made a temporary file: the machine, and the process as it is numbered there; a container numbers its own. */
const ownMark = (): string => `${machine()}-${process.pid}`;

function machine(): string {
  let space = "";
  try {
    space = readlinkSync("/proc/self/ns/pid").replace(/\D/g, "");
  } catch {
    // Not Linux.
  }
  return `${hostname().replace(/[^\w.]/g, "_")}.${space}`;
}

/** Removes what is surely ours: by its name made on this machine, by its owner by us, and by a process that is gone. */
function removeLeft(folder: string, prefix: string): void {
  const own = `${prefix}${machine()}-`;
  for (const name of names(folder)) {
    const [, pid] = name.startsWith(own) ? (/^(\d+)-\w+$/.exec(name.slice(own.length)) ?? []) : [];
    if (pid === undefined || isAlive(Number(pid))) continue;
    try {
      const path = join(folder, name);
      if (lstatSync(path).uid === (process.getuid?.() ?? 0)) rmSync(path, { recursive: true, force: true });
    } catch {
      // It stays: the work does not depend on it.
    }
  }
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

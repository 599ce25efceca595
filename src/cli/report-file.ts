import { closeSync, openSync, realpathSync, statSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { makeFolder, writeWhole } from "../disk.js";
import { UsageError } from "./exit.js";
import { WriteError } from "./write.js";

/** A report on its way into a file. */
export interface ReportFile {
  /** @throws WriteError */
  readonly write: (text: string) => void;
  /** Only now the file is there, whole, or is the new one. @throws WriteError */
  readonly close: () => void;
}

/** The folder is made when it is not there; devices and pipes are written as they are. @throws UsageError when that can be told to fail. */
export function openReport(path: string): ReportFile {
  const { target, plain } = placeOf(path);
  const pieces: string[] = [];
  let file: number | undefined;
  let failed = false;
  // What has failed once is told once.
  const attempt = (work: () => void): void => {
    if (failed) return;
    try {
      work();
    } catch (error) {
      failed = true;
      throw new WriteError(`${path}: the report cannot be written (${reason(error)}). Name another file.`);
    }
  };
  const write = (text: string): void => {
    if (plain) pieces.push(text);
    else
      attempt(() => {
        file ??= openSync(target, "a");
        const bytes = Buffer.from(text, "utf8");
        for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
      });
  };
  const close = (): void => {
    write("");
    attempt(() => {
      if (file !== undefined) closeSync(file);
      if (plain) writeWhole(target, Buffer.concat(pieces.map((piece) => Buffer.from(piece, "utf8"))));
    });
  };
  return { write, close };
}

/** Where a report is put, and whether that is a plain file. @throws UsageError */
function placeOf(path: string): { readonly target: string; readonly plain: boolean } {
  try {
    makeFolder(dirname(path));
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return { target: path, plain: true };
    // /dev/stderr may be a file that others write to as well.
    const plain = stat.isFile() && !path.startsWith("/dev/");
    if (!stat.isDirectory()) return { target: plain ? realpathSync(path) : path, plain };
  } catch (error) {
    throw new UsageError(`--output ${path}: its folder cannot be made (${reason(error)}). Name another file.`);
  }
  throw new UsageError(`--output ${path}: it is a folder. Name a file.`);
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

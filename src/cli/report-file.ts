import { closeSync, mkdirSync, openSync, realpathSync, renameSync, statSync, unlinkSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UsageError } from "./arguments.js";
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
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat?.isDirectory() === true) throw new UsageError(`--output ${path}: it is a folder. Name a file.`);
  const plain = stat === undefined || stat.isFile();
  const target = stat === undefined ? path : realpathSync(path);
  const written = plain ? join(dirname(target), `.${basename(target)}.dockopt-${process.pid}`) : target;
  try {
    mkdirSync(dirname(target), { recursive: true });
  } catch (error) {
    throw new UsageError(`--output ${path}: its folder cannot be made (${reason(error)}). Name another file.`);
  }
  let file: number | undefined;
  let failed = false;
  const remove = (): void => {
    if (file === undefined || !plain) return;
    file = undefined;
    unlinkSync(written);
  };
  // What has failed once is told once, and a report without its middle is not put in place.
  const attempt = (work: () => void): void => {
    if (failed) return;
    try {
      work();
    } catch (error) {
      failed = true;
      remove();
      throw new WriteError(`${path}: the report cannot be written (${reason(error)}). Name another file.`);
    }
  };
  const write = (text: string): void => {
    attempt(() => {
      if (file === undefined) {
        file = openSync(written, plain ? "wx" : "w", 0o666);
        process.once("exit", remove);
      }
      const bytes = Buffer.from(text, "utf8");
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    });
  };
  const close = (): void => {
    write("");
    attempt(() => {
      if (file !== undefined) closeSync(file);
      if (plain) renameSync(written, target);
      file = undefined;
    });
  };
  return { write, close };
}

const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

import {
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  accessSync,
  closeSync,
  constants,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { LedgerError, openLedger, type Ledger } from "./ledger.js";
import type { PlanSettings } from "./settings.js";

/**
 * The folder that a migration lives in:
 *   ledger.jsonl        what has happened (ledger.ts)
 *   patches/HASH.patch  what `git apply` takes, by the SHA-256 of its text
 *   mail/NAME.patch     commits for `git am`, of repositories without a host
 *   rules/DIGEST.json   settings of the plans, by the last word of their `rules`
 *   verify/HASH.json    what `dockopt verify --format json` said of a patch; put there by people
 *   work/               copies of repositories, gone when they are done
 */
export interface State {
  readonly folder: string;
  readonly work: string;
  readonly ledger: Ledger;
  patch(hash: string): string;
  /** Kept once; the same text has the same name. */
  keepPatch(hash: string, text: string): void;
  keepMail(repository: string, mail: Buffer): void;
  verified(patch: string): string | undefined;
  keepSettings(rules: string, settings: PlanSettings): void;
  /** @throws LedgerError: they are gone. */
  settings(rules: string): PlanSettings;
  close(): void;
}

/** @throws LedgerError: no such folder (to read), or another run works in it (to write). */
export function openState(folder: string, mode: "read" | "write"): State {
  const file = join(folder, "ledger.jsonl");
  if (mode === "read" && !existsSync(file))
    throw new LedgerError(
      `${folder}: there is no ledger. Run dockopt migrate plan first, or name its folder with --state.`,
    );
  const unlock = mode === "write" ? lock(folder) : () => undefined;
  const work = join(folder, "work");
  if (mode === "write") {
    // What a crash has left.
    rmSync(work, { recursive: true, force: true });
    mkdirSync(work);
    for (const name of ["patches", "mail", "rules"]) mkdirSync(join(folder, name), { recursive: true });
  }
  let ledger: Ledger;
  try {
    ledger = openLedger(file, mode);
  } catch (error) {
    unlock();
    throw error;
  }
  return {
    folder,
    work,
    ledger,
    patch: (hash) => readFileSync(join(folder, "patches", `${hash}.patch`), "utf8"),
    keepPatch(hash, text) {
      const path = join(folder, "patches", `${hash}.patch`);
      if (!existsSync(path)) writeWhole(path, text);
    },
    keepMail(repository, mail) {
      writeWhole(join(folder, "mail", `${fileName(repository)}.patch`), mail);
    },
    verified(patch) {
      const path = join(folder, "verify", `${patch}.json`);
      return existsSync(path) ? readFileSync(path, "utf8") : undefined;
    },
    keepSettings(rules, settings) {
      writeWhole(settingsFile(folder, rules), `${JSON.stringify(settings, null, 2)}\n`);
    },
    settings(rules) {
      const path = settingsFile(folder, rules);
      try {
        return JSON.parse(readFileSync(path, "utf8")) as PlanSettings;
      } catch {
        throw new LedgerError(`${path}: the settings of the plan cannot be read. Run dockopt migrate plan --refresh.`);
      }
    },
    close() {
      ledger.close();
      if (mode === "write") rmSync(work, { recursive: true, force: true });
      unlock();
    },
  };
}

const settingsFile = (folder: string, rules: string): string =>
  join(folder, "rules", `${rules.split(" ").at(-1) ?? ""}.json`);

/** A repository's name as the name of a file: "github.com/acme/web" is "github.com__acme__web". */
export const fileName = (repository: string): string =>
  repository
    .replace(/^file:\/?/, "")
    .replaceAll("/", "__")
    .replace(/[^\w.@+-]/g, "_")
    .slice(-200);

/** On the disk as a whole, or not there. */
function writeWhole(path: string, content: string | Buffer): void {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, content);
  const file = openSync(temporary, "r+");
  fsyncSync(file);
  closeSync(file);
  renameSync(temporary, path);
}

/** One process writes; one that has died gives way. */
function lock(folder: string): () => void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new LedgerError(
      `${folder}: it cannot be written (${error instanceof Error ? error.message : String(error)}). Name another folder with --state.`,
    );
  }
  const path = join(folder, "lock");
  const own = `${hostname()} ${process.pid}\n`;
  for (;;) {
    try {
      writeFileSync(path, own, { flag: "wx" });
      return () => {
        unlinkSync(path);
      };
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
    const held = existsSync(path) ? readFileSync(path, "utf8") : "";
    const [host = "", pid = ""] = held.trim().split(" ");
    // A container that is started again has the same name, and we may have the number of the one that died.
    if (held !== "" && held !== own && (host !== hostname() || isAlive(Number(pid))))
      throw new LedgerError(
        `${folder}: another run works in it (process ${pid} on ${host}). Wait for it; if it is gone, remove ${path}.`,
      );
    takeAway(path, held);
  }
}

/** Takes a dead run's lock away; one that another run has made meanwhile is put back. */
function takeAway(path: string, held: string): void {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    if (readFileSync(aside, "utf8") !== held) linkSync(aside, path);
    unlinkSync(aside);
  } catch {
    // Another run was faster.
  }
}

function isAlive(pid: number): boolean {
  try {
    return Number.isSafeInteger(pid) && pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

import {
  existsSync,
  mkdirSync,
  accessSync,
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
import { isAlive, makeFolder, temporaryBeside, writeWhole } from "../disk.js";
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
    for (const name of ["patches", "mail", "rules"]) makeFolder(join(folder, name));
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

/** One process writes; one that has died gives way. */
function lock(folder: string): () => void {
  try {
    makeFolder(folder);
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
    const held = readLock(path);
    const [host = "", pid = ""] = held.trim().split(" ");
    // A container that is started again has the same name, and we may have the number of the one that died.
    if (held.endsWith("\n") && held !== own && (host !== hostname() || isAlive(Number(pid))))
      throw new LedgerError(
        `${folder}: another run works in it (process ${pid} on ${host}). Wait for it; if it is gone, remove ${path}.`,
      );
    takeAway(path, held);
  }
}

/** "": there is none. Half a line is left by a run that died, unless it is written just now. */
function readLock(path: string): string {
  const read = (): string => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return "";
    }
  };
  const held = read();
  if (held.endsWith("\n")) return held;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  return read();
}

/** Takes a dead run's lock away; one that another run has made meanwhile is put back. */
function takeAway(path: string, held: string): void {
  const aside = temporaryBeside(path);
  try {
    renameSync(path, aside);
    if (readFileSync(aside, "utf8") !== held) linkSync(aside, path);
    unlinkSync(aside);
  } catch {
    // Another run was faster.
  }
}

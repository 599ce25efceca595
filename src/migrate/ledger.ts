import { closeSync, fsyncSync, ftruncateSync, openSync, readSync, writeSync } from "node:fs";
import type { Applied, Failed, LedgerEvent, Planned } from "./events.js";

/** The ledger cannot be read or written; the message says where and what to do. */
export class LedgerError extends Error {}

/** What is known of a repository without reading its lines again. */
export interface Known {
  readonly repository: string;
  readonly url: string;
  readonly planned: (Pick<Planned, "rules" | "outcome" | "patch"> & Place) | undefined;
  /** Of the plan that is in force. */
  readonly applied:
    | (Pick<Applied, "patch" | "state"> & {
        /** Milliseconds after 1970. */
        readonly time: number;
      } & Place)
    | undefined;
  /** What went wrong last, if nothing has gone right since. */
  readonly failed: (Pick<Failed, "phase" | "reason"> & Place) | undefined;
}

interface Place {
  readonly at: { readonly offset: number; readonly length: number };
}

/**
 * The append-only record of a migration: JSON, a line an event, each on the disk before the next step is taken. One process writes. What a
 * crash has left of a line is cut off when it is opened again.
 */
export interface Ledger {
  /** In the order in which they first came. */
  all(): Iterable<Known>;
  find(repository: string): Known | undefined;
  /** @throws LedgerError */
  append(event: LedgerEvent): void;
  /** The event at a place that `Known` gives. @throws LedgerError */
  planned(known: Known): Planned | undefined;
  applied(known: Known): Applied | undefined;
  failed(known: Known): Failed | undefined;
  close(): void;
}

const CHUNK = 1 << 20;

/** @throws LedgerError when it cannot be opened, or a line is no event. */
export function openLedger(path: string, mode: "read" | "write"): Ledger {
  const known = new Map<string, Known>();
  let file: number;
  try {
    file = openSync(path, mode === "read" ? "r" : "a+", 0o644);
  } catch (error) {
    throw new LedgerError(`${path}: it cannot be opened (${messageOf(error)})`);
  }
  let end = 0;
  let number = 0;
  for (const { text, offset, length } of linesOf(file)) {
    number += 1;
    note(known, readEvent(text, `${path}:${number}`), { offset, length });
    end = offset + length;
  }
  if (mode === "write") ftruncateSync(file, end);
  const readAt = ({ at }: Place): unknown => {
    const bytes = Buffer.alloc(at.length);
    readSync(file, bytes, 0, at.length, at.offset);
    return JSON.parse(bytes.toString("utf8"));
  };
  return {
    all: () => known.values(),
    find: (repository) => known.get(repository),
    append(event) {
      const bytes = Buffer.from(`${JSON.stringify(event)}\n`, "utf8");
      try {
        for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
        fsyncSync(file);
      } catch (error) {
        // Half a line must not stand before the next one.
        ftruncateSync(file, end);
        throw new LedgerError(`${path}: it cannot be written (${messageOf(error)}). Make room and run it again.`);
      }
      note(known, event, { offset: end, length: bytes.length });
      end += bytes.length;
    },
    planned: ({ planned }) => planned && (readAt(planned) as Planned),
    applied: ({ applied }) => applied && (readAt(applied) as Applied),
    failed: ({ failed }) => failed && (readAt(failed) as Failed),
    close: () => {
      closeSync(file);
    },
  };
}

/** Whole lines; what stands behind the last line feed is none. */
function* linesOf(
  file: number,
): Generator<{ readonly text: string; readonly offset: number; readonly length: number }> {
  const chunk = Buffer.alloc(CHUNK);
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  for (let position = 0; ;) {
    const read = readSync(file, chunk, 0, CHUNK, position);
    if (read === 0) return;
    position += read;
    let start = 0;
    const bytes = Buffer.concat([rest, chunk.subarray(0, read)]);
    for (let stop = bytes.indexOf(10, start); stop >= 0; stop = bytes.indexOf(10, start)) {
      const length = stop + 1 - start;
      yield { text: bytes.toString("utf8", start, stop), offset, length };
      offset += length;
      start = stop + 1;
    }
    rest = bytes.subarray(start);
  }
}

function readEvent(text: string, place: string): LedgerEvent {
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    event = undefined;
  }
  const is = (value: unknown): value is LedgerEvent =>
    typeof value === "object" &&
    value !== null &&
    "v" in value &&
    "event" in value &&
    "repository" in value &&
    typeof value.repository === "string" &&
    /^(?:planned|applied|failed)$/.test(String(value.event));
  if (!is(event))
    throw new LedgerError(`${place}: this is no line of a ledger. Mend it, or begin with another --state.`);
  const version: unknown = event.v;
  if (version !== 1)
    throw new LedgerError(`${place}: version ${String(version)} was written by a newer dockopt. Use that one.`);
  return event;
}

function note(known: Map<string, Known>, event: LedgerEvent, at: Place["at"]): void {
  const { repository, url } = event;
  const before = known.get(repository) ?? {
    repository,
    url,
    planned: undefined,
    applied: undefined,
    failed: undefined,
  };
  known.set(repository, { ...after(before, event, at), url });
}

function after(before: Known, event: LedgerEvent, at: Place["at"]): Known {
  switch (event.event) {
    case "planned": {
      const { rules, outcome, patch } = event;
      return { ...before, planned: { rules, outcome, patch, at }, failed: undefined };
    }
    case "applied": {
      const { patch, state } = event;
      return { ...before, applied: { patch, state, time: Date.parse(event.at), at }, failed: undefined };
    }
    case "failed":
      return { ...before, failed: { phase: event.phase, reason: event.reason, at } };
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

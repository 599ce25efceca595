import { setTimeout as delay } from "node:timers/promises";

/**
 * When a request may go to a code host. GitHub documents that it takes 80 requests a minute and 500 an hour that make content, wants a
 * second between them, and may ban who goes on while it has asked to wait.
 */
export interface Bucket {
  /** Returns when a request that makes or changes something may go out; first come, first served. @throws the signal's reason */
  take(signal?: AbortSignal): Promise<void>;
  /** The same for a request that only reads: it waits for nothing but a hold. @throws the signal's reason */
  pass(signal?: AbortSignal): Promise<void>;
  /** Nothing goes out for so many seconds from now. */
  hold(seconds: number): void;
}

/** Requests that make or change something; whole numbers from 1 on. */
export interface Rate {
  readonly perHour: number;
  readonly perMinute: number;
}

/** Below what GitHub documents, because pushes and other people's programs count there too. */
export const DEFAULT_RATE: Rate = { perHour: 450, perMinute: 60 };

/** In milliseconds. */
export interface Clock {
  now(): number;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

const SYSTEM: Clock = {
  now: () => performance.now(),
  sleep: (milliseconds, signal) => delay(milliseconds, undefined, signal === undefined ? {} : { signal }),
};

const MINUTE = 60_000;
const HOUR = 3_600_000;

interface Surroundings {
  readonly clock?: Clock;
  /** Requests that have gone out before, such as those of a run that was cut off: how many milliseconds ago each was. */
  readonly before?: readonly number[];
  /** Told whenever a request starts to wait. */
  readonly waiting?: (seconds: number) => void;
}

/** In no span of an hour are more than `perHour` let through; those of a minute are spread over it evenly. */
export function createBucket(
  rate: Rate = DEFAULT_RATE,
  { clock = SYSTEM, before = [], waiting }: Surroundings = {},
): Bucket {
  const gap = Math.ceil(MINUTE / rate.perMinute);
  /** When the last ones were let through, at most an hour's worth, oldest first. */
  const taken: number[] = before
    .map((ago) => clock.now() - ago)
    .sort((one, other) => one - other)
    .slice(-rate.perHour);
  let heldUntil = -Infinity;
  let line: Promise<void> = Promise.resolve();

  const due = (): number => {
    const oldest = taken.length < rate.perHour ? undefined : taken[0];
    return Math.max(heldUntil, (taken.at(-1) ?? -Infinity) + gap, (oldest ?? -Infinity) + HOUR);
  };
  // Timers may fire early, and a hold may come while one waits: hence the loop.
  const reach = async (time: () => number, signal: AbortSignal | undefined): Promise<void> => {
    for (let left = time() - clock.now(); left > 0; left = time() - clock.now()) {
      signal?.throwIfAborted();
      waiting?.(Math.ceil(left / 1000));
      await abortable(clock.sleep(left, signal), signal);
    }
    signal?.throwIfAborted();
  };
  return {
    take(signal) {
      const turn = line.then(async () => {
        await reach(due, signal);
        taken.push(clock.now());
        if (taken.length > rate.perHour) taken.shift();
      });
      line = turn.catch(() => undefined);
      return abortable(turn, signal);
    },
    pass: (signal) => reach(() => heldUntil, signal),
    hold(seconds) {
      heldUntil = Math.max(heldUntil, clock.now() + seconds * 1000);
    },
  };
}

/** The work's result, or the signal's reason as soon as it is aborted, wherever the work stands. */
function abortable(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    const done = (): void => {
      signal.removeEventListener("abort", stop);
    };
    work.then(resolve, reject).finally(done);
  });
}

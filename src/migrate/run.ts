/** How a run is stopped: no further item is begun, those under way are finished. */
export interface Stop {
  readonly asked: boolean;
}

/**
 * Works on items, some at a time, each as soon as there is room; the source is asked for the next one only then. Settles when all that
 * was begun has ended. @throws what the source or a worker throws, after the others have ended.
 */
export async function eachOf<T>(
  items: AsyncIterable<T>,
  concurrency: number,
  stop: Stop,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const iterator = items[Symbol.asyncIterator]();
  const errors: unknown[] = [];
  const lane = async (): Promise<void> => {
    const isOver = (): boolean => stop.asked || errors.length > 0;
    while (!isOver()) {
      const next = await iterator.next();
      if (next.done === true || isOver()) return;
      await work(next.value);
    }
  };
  const guarded = (): Promise<void> => lane().catch((error: unknown) => void errors.push(error));
  await Promise.all(Array.from({ length: concurrency }, guarded));
  await iterator.return?.();
  if (errors.length > 0) throw errors[0];
}

/**
 * Reads a source as fast as it goes, so that its end is known early: `ended` is told how many there are. What is read waits to be taken;
 * who takes no more ends the reading.
 */
export async function* readAhead<T>(source: AsyncIterable<T>, ended: (count: number) => void): AsyncGenerator<T> {
  const read: T[] = [];
  let count = 0;
  let state: "reading" | "ended" | "left" | { readonly error: unknown } = "reading";
  let wake: () => void = () => undefined;
  const now = (): typeof state => state;
  void (async () => {
    try {
      for await (const item of source) {
        if (now() === "left") return;
        count = read.push(item);
        wake();
      }
      state = "ended";
      ended(count);
    } catch (error) {
      state = { error };
    }
    wake();
  })();
  try {
    for (let at = 0; ; at++) {
      while (at >= read.length) {
        const reached = now();
        if (reached === "ended" || reached === "left") return;
        if (reached !== "reading") throw reached.error;
        await new Promise<void>((resolve) => (wake = resolve));
      }
      yield read[at] as T;
    }
  } finally {
    state = "left";
  }
}

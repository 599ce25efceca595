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

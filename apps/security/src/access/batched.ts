interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/** How much a batch may hold, and how many may be under way at a time; 1 unless given. */
export interface BatchLimits {
  readonly size: number;
  readonly atOnce?: number;
}

/**
 * Does work for many callers at once: while as many runs as may be are under way the next batch gathers. `run` answers
 * as many results as it was given items, in their order; what it fails with reaches every caller of the batch.
 */
export function batched<T, R>(
  run: (items: readonly T[]) => Promise<readonly R[]>,
  { size, atOnce = 1 }: BatchLimits,
): (item: T) => Promise<R> {
  let waiting: Waiting<T, R>[] = [];
  let running = 0;

  async function drain(): Promise<void> {
    running += 1;
    // Callers of this very moment come along.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting.slice(0, size);
      waiting = waiting.slice(size);
      await settle(batch);
    }
    running -= 1;
  }

  async function settle(batch: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const results = await run(batch.map(({ item }) => item));
      batch.forEach(({ resolve, reject }, index) => {
        const result = results[index];
        if (result === undefined) reject(new Error('a batch answered too few results'));
        else resolve(result);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  return (item: T): Promise<R> =>
    new Promise<R>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (running < atOnce) void drain();
    });
}

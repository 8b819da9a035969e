interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Does work for many callers at once: while one run is under way the next batch gathers. `run` answers as many results
 * as it was given items, in their order; what it fails with reaches every caller of the batch.
 */
export function batched<T, R>(run: (items: readonly T[]) => Promise<readonly R[]>, limit: number) {
  let waiting: Waiting<T, R>[] = [];
  let isRunning = false;

  async function drain(): Promise<void> {
    isRunning = true;
    // Callers of this very moment come along.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting.slice(0, limit);
      waiting = waiting.slice(limit);
      await settle(batch);
    }
    isRunning = false;
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
      if (!isRunning) void drain();
    });
}

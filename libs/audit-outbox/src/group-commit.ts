/** Collects items and writes them together: while one write is under way, the next batch gathers. */
export interface GroupCommit<T> extends AsyncDisposable {
  /** Settles when the item is durable; rejects with what its write failed with. */
  add(item: T): Promise<void>;
}

interface Waiting<T> {
  readonly item: T;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** At most `capacity` items wait; one more is refused with `full()`. */
export function groupCommit<T>(
  write: (items: readonly T[]) => Promise<void>,
  capacity: number,
  full: () => Error,
): GroupCommit<T> {
  let waiting: Waiting<T>[] = [];
  let writing: Promise<void> | undefined;

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await write(batch.map(({ item }) => item));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    // In the same turn as the last look at `waiting`: an item that comes later starts the next drain.
    writing = undefined;
  }

  return {
    add: (item) =>
      new Promise<void>((resolve, reject) => {
        if (waiting.length >= capacity) return reject(full());
        waiting.push({ item, resolve, reject });
        writing ??= drain();
      }),
    async [Symbol.asyncDispose]() {
      await writing;
    },
  };
}

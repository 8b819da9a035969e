/** The writable side of a streaming call. */
export interface Outgoing {
  write(message: unknown): boolean;
  end(): void;
  once(event: 'drain', then: () => void): unknown;
}

/**
 * Sends requests no faster than the server takes them, then half-closes. It stops when `over` settles: a server may
 * answer before it has read everything.
 */
export async function pump(
  requests: AsyncIterable<unknown>,
  call: Outgoing,
  fill: (partial: unknown) => unknown,
  over: Promise<unknown>,
): Promise<void> {
  const iterator = requests[Symbol.asyncIterator]();
  const wait = interruptible(over);
  try {
    for (;;) {
      const item = await wait(iterator.next());
      if (item === undefined) return;
      if (item.done) {
        call.end();
        return;
      }
      if (!call.write(fill(item.value))) await wait(new Promise<void>((resolve) => call.once('drain', resolve)));
    }
  } finally {
    // Not awaited: an iterator that waits for something else finishes when that does.
    void iterator.return?.().catch(() => undefined);
  }
}

/**
 * Waits for promises one after another, each given up (undefined) once `over` settles. Unlike Promise.race with a
 * promise that outlives them all it keeps none of their values.
 */
function interruptible(over: Promise<unknown>) {
  let isOver = false;
  let giveUp = (): void => undefined;
  const stop = (): void => {
    isOver = true;
    giveUp();
  };
  over.then(stop, stop);
  return <T>(pending: Promise<T>): Promise<T | undefined> =>
    new Promise((resolve, reject) => {
      giveUp = () => resolve(undefined);
      pending.then(resolve, reject);
      if (isOver) giveUp();
    });
}

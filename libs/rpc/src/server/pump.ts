import type { Call } from '../call.ts';
import { responseEncoder } from './codec.ts';

/** The writable side of a streaming call. */
interface Sink {
  write(message: unknown): boolean;
  once(event: 'drain', then: () => void): unknown;
}

/**
 * Sends what a handler yields, no faster than the caller reads. When the call ends early the handler is told by its
 * signal and by `return()`; a handler that is slow to notice does not hold the call open.
 */
export async function pump(messages: AsyncIterable<unknown>, sink: Sink, call: Call): Promise<void> {
  const iterator = messages[Symbol.asyncIterator]();
  const encode = responseEncoder(call.types.responseType);
  using wait = interruptible(call.signal);
  try {
    for (;;) {
      const item = await wait.for(iterator.next());
      if (item.done) return;
      if (!sink.write(encode(item.value))) await wait.for(new Promise<void>((resolve) => sink.once('drain', resolve)));
    }
  } finally {
    // Not awaited: a generator that waits for something else finishes when that does.
    iterator.return?.().catch(() => undefined);
  }
}

interface Interruptible extends Disposable {
  for<T>(pending: Promise<T>): Promise<T>;
}

/**
 * Waits for promises one after another; each is given up when the signal aborts. Promise.race with one promise that
 * outlives them all would keep the values of all of them, a whole download, until the call ends.
 */
function interruptible(signal: AbortSignal): Interruptible {
  let giveUp = (_cause: unknown): void => undefined;
  const onAbort = (): void => giveUp(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  return {
    for: (pending) =>
      new Promise((resolve, reject) => {
        giveUp = reject;
        pending.then(resolve, reject);
        if (signal.aborted) onAbort();
      }),
    [Symbol.dispose]: () => signal.removeEventListener('abort', onAbort),
  };
}

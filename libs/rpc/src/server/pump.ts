import { once } from 'node:events';
import type { Call } from '../call.ts';

/** The writable side of a streaming call. */
interface Sink {
  readonly writableNeedDrain?: boolean;
  write(message: unknown): boolean;
}

/**
 * Sends what a handler yields, no faster than the caller reads. When the call ends early the handler is told by its
 * signal and by `return()`; a handler that is slow to notice does not hold the call open.
 */
export async function pump(
  messages: AsyncIterable<unknown>,
  sink: Sink & NodeJS.EventEmitter,
  call: Call,
): Promise<void> {
  const iterator = messages[Symbol.asyncIterator]();
  const ended = endOf(call.signal);
  try {
    for (;;) {
      const item = await Promise.race([iterator.next(), ended.promise]);
      if (item.done) return;
      if (!sink.write(item.value)) await Promise.race([once(sink, 'drain', { signal: call.signal }), ended.promise]);
    }
  } finally {
    ended.forget();
    // Not awaited: a generator that waits for something else finishes when that does.
    iterator.return?.().catch(() => undefined);
  }
}

function endOf(signal: AbortSignal): { promise: Promise<never>; forget: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const end = () => reject(signal.reason instanceof Error ? signal.reason : new Error(String(signal.reason)));
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  promise.catch(() => undefined);
  return { promise, forget: () => signal.removeEventListener('abort', end) };
}

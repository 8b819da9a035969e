/** Messages on their way from work to a stream. */
export interface Outbox<T> {
  put(message: T): void;
  /** A message that is sent now and, as long as there is no newer one, again from time to time. */
  repeat(message: T): void;
  close(): void;
  fail(error: unknown): void;
  /** All messages in order, the repeated one at least every `everyMs`. Throws what `fail` was told. */
  read(everyMs: number): AsyncGenerator<T>;
}

/** An empty outbox. It is as long as the work makes it: what it holds was kept before. */
export function outbox<T>(): Outbox<T> {
  const waiting: T[] = [];
  let bell = Promise.withResolvers<void>();
  let latest: T | undefined;
  let end: { readonly error?: unknown } | undefined;

  const ring = (): void => {
    bell.resolve();
    bell = Promise.withResolvers();
  };
  const rest = (ms: number): Promise<boolean> => {
    const timer = Promise.withResolvers<boolean>();
    const handle = setTimeout(() => timer.resolve(true), ms);
    return Promise.race([bell.promise.then(() => false), timer.promise]).finally(() => clearTimeout(handle));
  };

  return {
    put(message) {
      waiting.push(message);
      ring();
    },
    repeat(message) {
      // A newer one replaces one that nobody has read.
      if (waiting.at(-1) === latest && latest !== undefined) waiting.pop();
      latest = message;
      waiting.push(message);
      ring();
    },
    close() {
      end ??= {};
      ring();
    },
    fail(error) {
      end ??= { error };
      ring();
    },
    async *read(everyMs) {
      for (;;) {
        for (let message = waiting.shift(); message !== undefined; message = waiting.shift()) yield message;
        if (end && 'error' in end) throw end.error;
        if (end) return;
        const isLate = await rest(everyMs);
        if (isLate && latest !== undefined) yield latest;
      }
    },
  };
}

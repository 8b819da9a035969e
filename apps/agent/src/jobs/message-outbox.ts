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
export const outbox = <T>(): Outbox<T> => new Messages<T>();

class Messages<T> implements Outbox<T> {
  readonly #waiting: T[] = [];
  #bell = Promise.withResolvers<void>();
  #latest: T | undefined;
  #end: { readonly error?: unknown } | undefined;

  put(message: T): void {
    this.#waiting.push(message);
    this.#ring();
  }

  repeat(message: T): void {
    // A newer one replaces one that nobody has read.
    if (this.#latest !== undefined && this.#waiting.at(-1) === this.#latest) this.#waiting.pop();
    this.#latest = message;
    this.put(message);
  }

  close(): void {
    this.#end ??= {};
    this.#ring();
  }

  fail(error: unknown): void {
    this.#end ??= { error };
    this.#ring();
  }

  async *read(everyMs: number): AsyncGenerator<T> {
    for (;;) {
      for (let message = this.#waiting.shift(); message !== undefined; message = this.#waiting.shift()) yield message;
      if (this.#end && 'error' in this.#end) throw this.#end.error;
      if (this.#end) return;
      const isLate = await this.#rest(everyMs);
      if (isLate && this.#latest !== undefined) yield this.#latest;
    }
  }

  #ring(): void {
    this.#bell.resolve();
    this.#bell = Promise.withResolvers();
  }

  /** Waits for the bell; true when it did not ring in time. */
  async #rest(ms: number): Promise<boolean> {
    const late = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => late.resolve(true), ms);
    const isLate = await Promise.race([this.#bell.promise.then(() => false), late.promise]);
    clearTimeout(timer);
    return isLate;
  }
}

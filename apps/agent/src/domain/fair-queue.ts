/** Who waits, and with what share. */
export interface Waiter {
  readonly tenant: string;
  /** What they wait for; only for counting. */
  readonly label: string;
  /** Relative share among tenants, more than 0. */
  readonly weight: number;
}

/** The right to go on; disposing passes it on. */
export type Permit = Disposable;

/**
 * A bounded queue that shares its permits fairly between tenants (start-time fair queueing): whoever has had least,
 * weighted, goes first; within a tenant it is first come, first served. A busy tenant delays itself only.
 */
export interface FairQueue {
  /** Waits for a permit; undefined when the queue is full. Rejects with the signal's reason when it aborts. */
  acquire(waiter: Waiter, signal: AbortSignal): Promise<Permit> | undefined;
  /** Whether no more work of a tenant may wait. */
  isFull(tenant: string): boolean;
  /** How many wait, of a tenant and for a label, or of everyone. */
  waiting(tenant?: string, label?: string): number;
  /** Since when the one waits that waits longest, in milliseconds of the clock; undefined when nobody does. */
  oldest(tenant?: string, label?: string): number | undefined;
  /** Permits that are out. */
  readonly busy: number;
}

/** How much a queue holds and lets through. */
export interface FairQueueOptions {
  readonly permits: number;
  readonly capacity: number;
  readonly capacityPerTenant: number;
  readonly clock?: () => number;
}

interface Entry extends Waiter {
  readonly start: number;
  readonly since: number;
  grant(): void;
}

/** Makes an empty queue. */
export const fairQueue = (options: FairQueueOptions): FairQueue => new Queue(options);

class Queue implements FairQueue {
  readonly #options: FairQueueOptions;
  readonly #clock: () => number;
  readonly #entries = new Set<Entry>();
  readonly #finishes = new Map<string, number>();
  #virtualTime = 0;
  #busy = 0;

  constructor(options: FairQueueOptions) {
    this.#options = options;
    this.#clock = options.clock ?? Date.now;
  }

  get busy(): number {
    return this.#busy;
  }

  acquire(waiter: Waiter, signal: AbortSignal): Promise<Permit> | undefined {
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    return this.isFull(waiter.tenant) ? undefined : this.#enqueue(waiter, signal);
  }

  isFull(tenant: string): boolean {
    const { capacity, capacityPerTenant } = this.#options;
    return this.#entries.size >= capacity || this.waiting(tenant) >= capacityPerTenant;
  }

  waiting(tenant?: string, label?: string): number {
    return this.#matching(tenant, label).length;
  }

  oldest(tenant?: string, label?: string): number | undefined {
    return this.#matching(tenant, label)[0]?.since;
  }

  #matching(tenant?: string, label?: string): Entry[] {
    return [...this.#entries].filter(
      (entry) => (tenant === undefined || entry.tenant === tenant) && (label === undefined || entry.label === label),
    );
  }

  #enqueue(waiter: Waiter, signal: AbortSignal): Promise<Permit> {
    const { promise, resolve, reject } = Promise.withResolvers<Permit>();
    const abort = (): void => {
      this.#entries.delete(entry);
      reject(signal.reason as Error);
    };
    const entry: Entry = {
      ...waiter,
      start: this.#startTag(waiter),
      since: this.#clock(),
      grant: () => {
        signal.removeEventListener('abort', abort);
        resolve(this.#permit());
      },
    };
    this.#entries.add(entry);
    signal.addEventListener('abort', abort, { once: true });
    this.#next();
    return promise;
  }

  #startTag({ tenant, weight }: Waiter): number {
    const start = Math.max(this.#virtualTime, this.#finishes.get(tenant) ?? 0);
    this.#finishes.set(tenant, start + 1 / weight);
    return start;
  }

  #permit(): Permit {
    let isOut = true;
    return {
      [Symbol.dispose]: () => {
        if (!isOut) return;
        isOut = false;
        this.#busy -= 1;
        this.#next();
      },
    };
  }

  #next(): void {
    if (this.#busy >= this.#options.permits) return;
    // Insertion order breaks ties, and within a tenant tags rise: the first of the smallest is whose turn it is.
    let chosen: Entry | undefined;
    for (const entry of this.#entries) if (!chosen || entry.start < chosen.start) chosen = entry;
    if (!chosen) return this.#finishes.clear();
    this.#entries.delete(chosen);
    this.#virtualTime = Math.max(this.#virtualTime, chosen.start);
    this.#busy += 1;
    chosen.grant();
  }
}

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
export function fairQueue({ permits, capacity, capacityPerTenant, clock = Date.now }: FairQueueOptions): FairQueue {
  const entries = new Set<Entry>();
  const finishes = new Map<string, number>();
  let virtualTime = 0;
  let busy = 0;

  const permit = (): Permit => {
    let isOut = true;
    return {
      [Symbol.dispose]() {
        if (!isOut) return;
        isOut = false;
        busy -= 1;
        next();
      },
    };
  };
  const tag = ({ tenant, weight }: Waiter): number => {
    const start = Math.max(virtualTime, finishes.get(tenant) ?? 0);
    finishes.set(tenant, start + 1 / weight);
    return start;
  };
  const next = (): void => {
    if (busy >= permits) return;
    // Insertion order breaks ties, and within a tenant tags rise: the first of the smallest is whose turn it is.
    let chosen: Entry | undefined;
    for (const entry of entries) if (!chosen || entry.start < chosen.start) chosen = entry;
    if (!chosen) return finishes.clear();
    entries.delete(chosen);
    virtualTime = Math.max(virtualTime, chosen.start);
    busy += 1;
    chosen.grant();
  };
  const enqueue = (waiter: Waiter, signal: AbortSignal): Promise<Permit> => {
    const { promise, resolve, reject } = Promise.withResolvers<Permit>();
    const abort = (): void => {
      entries.delete(entry);
      reject(signal.reason as Error);
    };
    const entry: Entry = {
      ...waiter,
      start: tag(waiter),
      since: clock(),
      grant() {
        signal.removeEventListener('abort', abort);
        resolve(permit());
      },
    };
    entries.add(entry);
    signal.addEventListener('abort', abort, { once: true });
    next();
    return promise;
  };
  const matching = (tenant?: string, label?: string): Entry[] =>
    [...entries].filter(
      (entry) => (tenant === undefined || entry.tenant === tenant) && (label === undefined || entry.label === label),
    );

  const isFull = (tenant: string): boolean => entries.size >= capacity || matching(tenant).length >= capacityPerTenant;

  return {
    acquire(waiter, signal) {
      if (signal.aborted) return Promise.reject(signal.reason as Error);
      return isFull(waiter.tenant) ? undefined : enqueue(waiter, signal);
    },
    isFull,
    waiting: (tenant, label) => matching(tenant, label).length,
    oldest: (tenant, label) => matching(tenant, label)[0]?.since,
    get busy() {
      return busy;
    },
  };
}

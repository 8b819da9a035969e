/** Tells those who wait for it that a log has grown. */
export interface Growth {
  /** Logs of these tenants have grown, in this process. */
  announce(tenants: readonly string[]): void;
  /** Settles when a log grows, `ms` have passed or the signal aborts, whichever is first. */
  next(tenant: string, ms: number, signal: AbortSignal): Promise<void>;
}

/** Growth that nobody waits for yet. */
export function logGrowth(): Growth {
  const waiting = new Map<string, Set<() => void>>();

  return {
    announce(tenants) {
      for (const tenant of tenants) for (const wake of waiting.get(tenant) ?? []) wake();
    },
    next: (tenant, ms, signal) =>
      new Promise((resolve) => {
        const others = waiting.get(tenant) ?? new Set();
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          others.delete(done);
          if (others.size === 0) waiting.delete(tenant);
          resolve();
        };
        const timer = setTimeout(done, ms);
        signal.addEventListener('abort', done, { once: true });
        waiting.set(tenant, others.add(done));
        if (signal.aborted) done();
      }),
  };
}

/** Growing pauses between attempts. */
export interface Backoff {
  /** How long to wait before the next attempt, in milliseconds. */
  next(): number;
  /** Begins anew after a success. */
  reset(): void;
}

/** Doubles from `firstMs` to `maxMs`, each pause between half and all of it, so that clients do not come back at once. */
export function backoff(firstMs: number, maxMs: number, random: () => number = Math.random): Backoff {
  let current = firstMs;
  return {
    next() {
      const pause = current * (0.5 + random() / 2);
      current = Math.min(maxMs, current * 2);
      return pause;
    },
    reset() {
      current = firstMs;
    },
  };
}

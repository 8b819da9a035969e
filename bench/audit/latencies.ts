/** How long some answers took. */
export interface Latencies {
  add(ms: number): void;
  /** The time within which this share of the answers came, in milliseconds. */
  quantile(share: number): number;
  count(): number;
}

/** No answers yet. */
export function latencies(): Latencies {
  const all: number[] = [];
  return {
    add: (ms) => void all.push(ms),
    quantile(share) {
      const sorted = all.toSorted((a, b) => a - b);
      return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
    },
    count: () => all.length,
  };
}

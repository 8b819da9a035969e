import { Outcome, type Event, type EventCount } from '@weir/contracts/audit';

/** Counts events by type and outcome. */
export interface EventCounts {
  add(event: Event): void;
  /** By type, ascending. */
  list(): EventCount[];
}

/** Nothing counted yet. */
export function eventCounts(): EventCounts {
  const counts = new Map<string, EventCount>();
  return {
    add({ type, outcome }) {
      const count = counts.get(type) ?? { type, succeeded: 0n, refused: 0n, failed: 0n };
      if (outcome === Outcome.SUCCEEDED) count.succeeded += 1n;
      else if (outcome === Outcome.REFUSED) count.refused += 1n;
      else count.failed += 1n;
      counts.set(type, count);
    },
    list: () => [...counts.values()].sort((a, b) => (a.type < b.type ? -1 : 1)),
  };
}

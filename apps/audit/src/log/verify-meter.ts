import type { RemovedRanges } from '../domain/removed-ranges.ts';
import type { LogStore } from '../store/log-store.ts';

/** How far a verification is: what both of its halves have behind them, the tree and the index. */
export interface VerifyMeter {
  /** The tree is derived up to this size. */
  derived(size: bigint, removed: RemovedRanges): void;
  /** The index is built up to this event. */
  indexed(end: bigint): void;
  /** Events that were read, and those that certificates stand for. Never falls. */
  counts(): { readonly checked: bigint; readonly removed: bigint };
}

/** A meter of a log of some size. */
export function verifyMeter(size: bigint): VerifyMeter {
  let treeSize = 0n;
  let indexEnd = 0n;
  let removedBelow: RemovedRanges['countBelow'] = () => 0n;

  return {
    derived(reached, removed) {
      if (reached > treeSize) treeSize = reached;
      removedBelow = removed.countBelow;
    },
    indexed(end) {
      const reached = end < size ? end : size;
      if (reached > indexEnd) indexEnd = reached;
    },
    counts() {
      const reached = treeSize < indexEnd ? treeSize : indexEnd;
      const removed = removedBelow(reached);
      return { checked: reached - removed, removed };
    },
  };
}

/** A store that reads no events once the signal aborts, and tells up to where they were read. */
export const readingUntil = (store: LogStore, signal: AbortSignal, reached?: (end: bigint) => void): LogStore => ({
  ...store,
  async events(scope, tenant, range) {
    signal.throwIfAborted();
    const events = await store.events(scope, tenant, range);
    reached?.(range.to);
    return events;
  },
});

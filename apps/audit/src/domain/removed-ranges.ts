import type { LeafRange } from '@weir/merkle';
import { mergeRanges } from './log-partition.ts';

/** Which leaves of a log retention has removed. */
export interface RemovedRanges {
  has(index: bigint): boolean;
  /** Whether a range is gone as a whole. */
  covers(range: LeafRange): boolean;
  /** How many leaves below `size` are gone. */
  countBelow(size: bigint): bigint;
}

/** Removed ranges by index; they do not overlap. */
export function removedRanges(ranges: readonly LeafRange[]): RemovedRanges {
  const merged = mergeRanges(ranges);

  /** The range that an index is in, by halving. */
  function find(index: bigint): LeafRange | undefined {
    let [low, high] = [0, merged.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const range = merged[middle];
      if (!range) return undefined;
      if (index < range.start) high = middle - 1;
      else if (index >= range.end) low = middle + 1;
      else return range;
    }
    return undefined;
  }

  return {
    has: (index) => find(index) !== undefined,
    covers: ({ start, end }) => (find(start)?.end ?? 0n) >= end,
    countBelow: (size) =>
      merged.reduce((sum, { start, end }) => (start >= size ? sum : sum + (end < size ? end : size) - start), 0n),
  };
}

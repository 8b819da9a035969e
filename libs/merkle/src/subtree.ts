/** A complete subtree: it covers the 2^level leaves from number × 2^level on. Level 0 is a leaf. */
export interface Subtree {
  readonly level: number;
  readonly number: bigint;
}

/** Leaves from `start` up to, but not including, `end`. */
export interface LeafRange {
  readonly start: bigint;
  readonly end: bigint;
}

/** The fewest complete subtrees that cover a range exactly, from left to right. */
export function cover({ start, end }: LeafRange): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = start; at < end;) {
    const level = Math.min(alignment(at), bitLength(end - at) - 1);
    subtrees.push({ level, number: at >> BigInt(level) });
    at += 1n << BigInt(level);
  }
  return subtrees;
}

/** The leaves that a subtree covers. */
export const leavesOf = ({ level, number }: Subtree): LeafRange => ({
  start: number << BigInt(level),
  end: (number + 1n) << BigInt(level),
});

/** The largest power of two below `size`, which is at least 2: where RFC 6962 splits a tree. */
export const splitOf = (size: bigint): bigint => 1n << BigInt(bitLength(size - 1n) - 1);

const bitLength = (value: bigint): number => value.toString(2).length;

/** The largest level at which a subtree may start at this leaf. */
function alignment(leaf: bigint): number {
  if (leaf === 0n) return Number.MAX_SAFE_INTEGER;
  let level = 0;
  for (let rest = leaf; (rest & 1n) === 0n; rest >>= 1n) level += 1;
  return level;
}

import { emptyRoot, nodeHash, type Hash } from './hash.ts';
import { fold } from './proof.ts';

/** A tree that grows at its right edge and keeps only what further growth needs: one hash per set bit of its size. */
export interface CompactRange {
  readonly size: bigint;
  /** The hashes of its complete subtrees, from left to right. */
  readonly peaks: readonly Hash[];
  append(leaf: Hash): void;
  root(): Hash;
}

/** A tree to append to: an empty one, or one of `size` leaves with these peaks. */
export function compactRange(size = 0n, peaks: readonly Hash[] = []): CompactRange {
  const stack = [...peaks];
  let count = size;

  return {
    get size() {
      return count;
    },
    get peaks() {
      return stack;
    },
    append(leaf) {
      let hash = leaf;
      for (let rest = count; (rest & 1n) === 1n; rest >>= 1n) {
        const left = stack.pop();
        if (left === undefined) throw new RangeError(`a tree of ${count} leaves has more peaks than were given`);
        hash = nodeHash(left, hash);
      }
      stack.push(hash);
      count += 1n;
    },
    root: () => (stack.length === 0 ? emptyRoot() : fold(stack)),
  };
}

/** The root of a tree with these leaf hashes. */
export function rootOf(leaves: Iterable<Hash>): Hash {
  const range = compactRange();
  for (const leaf of leaves) range.append(leaf);
  return range.root();
}

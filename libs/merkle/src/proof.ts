import { emptyRoot, nodeHash, type Hash } from './hash.ts';
import { consistencyRanges, inclusionRanges } from './ranges.ts';
import { cover, type LeafRange, type Subtree } from './subtree.ts';

/** Reads the hashes of complete subtrees from wherever the tree is kept, in the order asked for. */
export type ReadHashes = (subtrees: readonly Subtree[]) => Promise<readonly Hash[]>;

/** The root of the tree of the first `size` leaves. */
export async function rootAt(size: bigint, read: ReadHashes): Promise<Hash> {
  if (size === 0n) return emptyRoot();
  return fold(await read(cover({ start: 0n, end: size })));
}

/** The audit path of a leaf in the tree of the first `size` leaves; `index` is below `size`. */
export const inclusionPath = (index: bigint, size: bigint, read: ReadHashes): Promise<Hash[]> =>
  hashRanges(inclusionRanges(index, size), read);

/** The consistency proof between two sizes of a tree; `first` is at most `second`. */
export const consistencyPath = (first: bigint, second: bigint, read: ReadHashes): Promise<Hash[]> =>
  hashRanges(consistencyRanges(first, second), read);

/** The hash of a range whose parts are the hashes of its complete subtrees, from left to right. */
export const fold = (parts: readonly Hash[]): Hash => parts.reduceRight((right, left) => nodeHash(left, right));

/** Reads everything at once: a proof costs one round trip. */
async function hashRanges(ranges: readonly LeafRange[], read: ReadHashes): Promise<Hash[]> {
  const covers = ranges.map(cover);
  const hashes = await read(covers.flat());
  let at = 0;
  return covers.map(({ length }) => fold(hashes.slice(at, (at += length))));
}

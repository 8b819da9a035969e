import { splitOf, type LeafRange } from './subtree.ts';

/** The ranges of leaves whose hashes are the audit path of a leaf, from the leaf up to the root (RFC 6962, 2.1.1). */
export function inclusionRanges(index: bigint, size: bigint): LeafRange[] {
  const ranges: LeafRange[] = [];
  let tree: LeafRange = { start: 0n, end: size };
  while (tree.end - tree.start > 1n) {
    const middle = tree.start + splitOf(tree.end - tree.start);
    const left = { start: tree.start, end: middle };
    const right = { start: middle, end: tree.end };
    const isLeft = index < middle;
    ranges.push(isLeft ? right : left);
    tree = isLeft ? left : right;
  }
  return ranges.reverse();
}

/** The ranges of leaves whose hashes prove that a tree of size `first` is the start of one of `second` (2.1.2). */
export function consistencyRanges(first: bigint, second: bigint): LeafRange[] {
  if (first === 0n || first === second) return [];
  const ranges: LeafRange[] = [];
  let tree: LeafRange = { start: 0n, end: second };
  // The verifier knows the hash of the first tree itself, so it is left out where it is a subtree of the second.
  let isFirstTree = true;
  while (tree.end !== first) {
    const middle = tree.start + splitOf(tree.end - tree.start);
    if (first <= middle) {
      ranges.push({ start: middle, end: tree.end });
      tree = { start: tree.start, end: middle };
    } else {
      ranges.push({ start: tree.start, end: middle });
      tree = { start: middle, end: tree.end };
      isFirstTree = false;
    }
  }
  if (!isFirstTree) ranges.push(tree);
  return ranges.reverse();
}

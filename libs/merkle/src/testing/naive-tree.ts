import { emptyRoot, nodeHash, type Hash } from '../hash.ts';
import type { ReadHashes } from '../proof.ts';
import { leavesOf } from '../subtree.ts';

// RFC 6962, 2.1, word by word: slow, and so plain that it can be trusted to judge the rest.

const split = (size: number): number => {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
};

/** MTH(D[n]) */
export function naiveRoot(leaves: readonly Hash[]): Hash {
  const [first] = leaves;
  if (first === undefined) return emptyRoot();
  if (leaves.length === 1) return first;
  const k = split(leaves.length);
  return nodeHash(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}

/** PATH(m, D[n]) */
export function naivePath(m: number, leaves: readonly Hash[]): Hash[] {
  if (leaves.length <= 1) return [];
  const k = split(leaves.length);
  return m < k
    ? [...naivePath(m, leaves.slice(0, k)), naiveRoot(leaves.slice(k))]
    : [...naivePath(m - k, leaves.slice(k)), naiveRoot(leaves.slice(0, k))];
}

/** PROOF(m, D[n]) */
export const naiveConsistency = (m: number, leaves: readonly Hash[]): Hash[] => subproof(m, leaves, true);

function subproof(m: number, leaves: readonly Hash[], known: boolean): Hash[] {
  if (m === leaves.length) return known ? [] : [naiveRoot(leaves)];
  const k = split(leaves.length);
  return m <= k
    ? [...subproof(m, leaves.slice(0, k), known), naiveRoot(leaves.slice(k))]
    : [...subproof(m - k, leaves.slice(k), false), naiveRoot(leaves.slice(0, k))];
}

/** Reads the hashes of subtrees from their leaves. */
export const naiveReader =
  (leaves: readonly Hash[]): ReadHashes =>
  async (subtrees) =>
    subtrees.map((subtree) => {
      const { start, end } = leavesOf(subtree);
      return naiveRoot(leaves.slice(Number(start), Number(end)));
    });

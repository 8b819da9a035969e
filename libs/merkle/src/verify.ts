import { emptyRoot, HASH_BYTES, nodeHash, sameHash, type Hash } from './hash.ts';

/** What an inclusion proof claims. */
export interface InclusionClaim {
  readonly leaf: Hash;
  readonly index: bigint;
  readonly size: bigint;
  readonly path: readonly Hash[];
  readonly root: Hash;
}

/** Whether a tree of this size and root holds this leaf at this index (RFC 9162, 2.1.3.2). */
export function verifyInclusion({ leaf, index, size, path, root }: InclusionClaim): boolean {
  if (index < 0n || index >= size || ![leaf, root, ...path].every(isHash)) return false;
  let at = index;
  let last = size - 1n;
  let hash = leaf;
  for (const sibling of path) {
    if (last === 0n) return false;
    if (isOdd(at) || at === last) {
      hash = nodeHash(sibling, hash);
      while (!isOdd(at) && at !== 0n) [at, last] = [at >> 1n, last >> 1n];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [at, last] = [at >> 1n, last >> 1n];
  }
  return last === 0n && sameHash(hash, root);
}

/** What a consistency proof claims. */
export interface ConsistencyClaim {
  readonly first: bigint;
  readonly second: bigint;
  readonly firstRoot: Hash;
  readonly secondRoot: Hash;
  readonly path: readonly Hash[];
}

/** Whether the tree of the second size and root starts with that of the first (RFC 9162, 2.1.4.2). */
export function verifyConsistency(claim: ConsistencyClaim): boolean {
  const { first, second, firstRoot, secondRoot, path } = claim;
  if (first < 0n || first > second) return false;
  if (first === 0n && !sameHash(firstRoot, emptyRoot())) return false;
  if (first === second) return path.length === 0 && sameHash(firstRoot, secondRoot);
  if (![firstRoot, secondRoot, ...path].every(isHash)) return false;
  if (first === 0n) return path.length === 0;
  return climb(claim, isPowerOfTwo(first) ? [firstRoot, ...path] : path);
}

function climb({ first, second, firstRoot, secondRoot }: ConsistencyClaim, path: readonly Hash[]): boolean {
  const [start, ...siblings] = path;
  if (start === undefined) return false;
  let at = first - 1n;
  let last = second - 1n;
  while (isOdd(at)) [at, last] = [at >> 1n, last >> 1n];

  let [firstHash, secondHash] = [start, start];
  for (const sibling of siblings) {
    if (last === 0n) return false;
    if (isOdd(at) || at === last) {
      firstHash = nodeHash(sibling, firstHash);
      secondHash = nodeHash(sibling, secondHash);
      while (!isOdd(at) && at !== 0n) [at, last] = [at >> 1n, last >> 1n];
    } else {
      secondHash = nodeHash(secondHash, sibling);
    }
    [at, last] = [at >> 1n, last >> 1n];
  }
  return last === 0n && sameHash(firstHash, firstRoot) && sameHash(secondHash, secondRoot);
}

const isHash = (hash: Hash): boolean => hash.length === HASH_BYTES;
const isOdd = (value: bigint): boolean => (value & 1n) === 1n;
const isPowerOfTwo = (value: bigint): boolean => (value & (value - 1n)) === 0n;

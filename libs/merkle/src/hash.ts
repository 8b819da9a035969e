import { hash } from 'node:crypto';

/** A SHA-256 hash: 32 bytes. */
export type Hash = Uint8Array;

/** Length of a hash in bytes. */
export const HASH_BYTES = 32;

/** The byte before those of a leaf when it is hashed. */
export const LEAF_PREFIX = 0x00;
const NODE = 0x01;

const sha256 = (bytes: Uint8Array): Hash => hash('sha256', bytes, 'buffer');

/** The root of a tree without leaves: SHA-256 of nothing (RFC 6962, 2.1). */
export const emptyRoot = (): Hash => sha256(new Uint8Array());

/** The hash of a leaf: SHA-256(0x00 || bytes) (RFC 6962, 2.1). */
export function leafHash(bytes: Uint8Array): Hash {
  const input = Buffer.allocUnsafe(1 + bytes.length);
  input[0] = LEAF_PREFIX;
  input.set(bytes, 1);
  return sha256(input);
}

/** The hash of a leaf whose bytes have LEAF_PREFIX before them already. */
export const hashLeafInput = (input: Uint8Array): Hash => sha256(input);

/** The hash of an inner node: SHA-256(0x01 || left || right) (RFC 6962, 2.1). */
export function nodeHash(left: Hash, right: Hash): Hash {
  const input = Buffer.allocUnsafe(1 + 2 * HASH_BYTES);
  input[0] = NODE;
  input.set(left, 1);
  input.set(right, 1 + HASH_BYTES);
  return sha256(input);
}

/** Whether two hashes are the same. Nothing here is secret, so the time it takes may tell where they differ. */
export const sameHash = (a: Hash, b: Hash): boolean => Buffer.compare(a, b) === 0;

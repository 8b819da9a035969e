import { HASH_BYTES, type Hash } from '@weir/merkle';
import type { LogState } from '../domain/log-state.ts';
import { partialSizes } from '../domain/tile-tower.ts';

/** Hashes as one column holds them: one after the other. */
export const joinHashes = (hashes: readonly Hash[]): Buffer => Buffer.concat(hashes);

/** The hashes in a column. A rest that is no whole hash is kept: a verifier finds that it is wrong. */
export function splitHashes(bytes: Buffer): Hash[] {
  const hashes: Hash[] = [];
  for (let at = 0; at < bytes.length; at += HASH_BYTES) hashes.push(bytes.subarray(at, at + HASH_BYTES));
  return hashes;
}

/** The partial tiles of a log, as its two columns hold them. */
export function joinPartials({ partials }: LogState): { tail: Buffer; upper: Buffer } {
  const [tail = [], ...upper] = partials;
  return { tail: joinHashes(tail), upper: joinHashes(upper.flat()) };
}

/** The partial tiles in the two columns; how many hashes are of which level follows from the size. */
export function splitPartials(size: bigint, tail: Buffer, upper: Buffer): Hash[][] {
  const [, ...sizes] = partialSizes(size);
  const hashes = splitHashes(upper);
  let at = 0;
  return [splitHashes(tail), ...sizes.map((count) => hashes.slice(at, (at += count)))];
}

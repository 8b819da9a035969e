import { FaultReason } from '@weir/contracts/audit';
import { sameHash, type Hash } from '@weir/merkle';
import type { Fault } from './fault.ts';
import type { Tile } from './tile-tower.ts';

/** What is wrong with the stored hashes of a tile, whole or partial, of a level above the leaves. */
export function checkTile(derived: Tile, stored: readonly Hash[]): Fault | undefined {
  const { level, number, hashes } = derived;
  const at = hashes.findIndex((hash, place) => !isSame(hash, stored[place]));
  if (at < 0) return undefined;
  const expected = stored[at];
  const actual = hashes[at];
  return {
    index: (number * 256n + BigInt(at)) << BigInt(8 * level),
    reason: FaultReason.NODE_MISMATCH,
    description: `the stored tile ${level}/${number} does not hold the hash of what is below it`,
    ...(expected && { expected }),
    ...(actual && { actual }),
  };
}

const isSame = (a: Hash, b: Hash | undefined): boolean => b !== undefined && sameHash(a, b);

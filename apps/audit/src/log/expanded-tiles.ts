import { sameHash, type Hash } from '@weir/merkle';
import { LRUCache } from 'lru-cache';
import { expandTile, type ExpandedTile } from '../domain/tile-tower.ts';

/** Expands tiles, and remembers what came of it for as long as the hashes that are read are the same. */
export interface ExpandedTiles {
  of(name: string, hashes: readonly Hash[]): ExpandedTile;
}

/** Each takes some 60 kB. */
const MOST = 256;

/** No tiles yet; keeps those that were used last. */
export function expandedTiles(): ExpandedTiles {
  const known = new LRUCache<string, ExpandedTile>({ max: MOST });
  return {
    of(name, hashes) {
      const found = known.get(name);
      const tile = found && isOf(found, hashes) ? found : expandTile(hashes);
      known.set(name, tile);
      return tile;
    },
  };
}

// Compared hash by hash: what was changed in the database must be found, and comparing is far quicker than hashing.
const isOf = ([leaves = []]: ExpandedTile, hashes: readonly Hash[]): boolean =>
  leaves.length === hashes.length && leaves.every((leaf, at) => sameHash(leaf, hashes[at] ?? EMPTY));

const EMPTY = new Uint8Array();

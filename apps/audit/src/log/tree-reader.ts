import type { Scope } from '@weir/context';
import { reason } from '@weir/errors';
import type { ReadHashes, Subtree } from '@weir/merkle';
import type { LogState } from '../domain/log-state.ts';
import { expandTile, hashInTile, tileOf, type ExpandedTile } from '../domain/tile-tower.ts';
import type { LogStore, TileName } from '../store/log-store.ts';

/** Expanded tiles that a reader keeps: those of a path, and of its neighbours, over and over in an export. */
const KEPT = 32;

/** Reads the hashes of a log's tree from its tiles. LOG_INCONSISTENT where one is missing. */
export function treeReader(store: LogStore, scope: Scope, log: LogState): ReadHashes {
  const partials = log.partials.map(expandTile);
  const whole = new Map<string, ExpandedTile>();

  async function load(subtrees: readonly Subtree[]): Promise<void> {
    const names = subtrees.map(tileOf).filter((name) => isWhole(log, name) && !whole.has(keyOf(name)));
    const missing = new Map(names.map((name) => [keyOf(name), name]));
    if (missing.size === 0) return;
    if (whole.size > KEPT) whole.clear();
    const tiles = await store.tiles(scope, log.tenant, [...missing.values()]);
    for (const tile of tiles) whole.set(keyOf(tile), expandTile(tile.hashes));
  }

  return async (subtrees) => {
    await load(subtrees);
    return subtrees.map((subtree) => {
      const name = tileOf(subtree);
      const tile = isWhole(log, name) ? whole.get(keyOf(name)) : partials[name.level];
      const hash = tile && hashInTile(subtree, tile);
      if (hash) return hash;
      const problem = `the hash of subtree ${subtree.level}/${subtree.number} is missing`;
      throw reason('LOG_INCONSISTENT', { tenant: `tenants/${log.tenant}`, problem });
    });
  };
}

const isWhole = ({ size }: LogState, { level, number }: TileName): boolean => number < size >> BigInt(8 * (level + 1));

const keyOf = ({ level, number }: TileName): string => `${level}/${number}`;

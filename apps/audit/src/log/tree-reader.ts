import type { Scope } from '@weir/context';
import { reason } from '@weir/errors';
import type { Hash, ReadHashes } from '@weir/merkle';
import type { LogState } from '../domain/log-state.ts';
import { hashInTile, tileOf } from '../domain/tile-tower.ts';
import type { LogStore, TileName } from '../store/log-store.ts';

/** Reads the hashes of a log's tree from its tiles; each tile once. LOG_INCONSISTENT where one is missing. */
export function treeReader(store: LogStore, scope: Scope, log: LogState): ReadHashes {
  const known = new Map<string, readonly Hash[]>();

  async function load(names: readonly TileName[]): Promise<void> {
    const missing = new Map(names.filter((name) => !isKnown(name)).map((name) => [keyOf(name), name]));
    if (missing.size === 0) return;
    for (const tile of await store.tiles(scope, log.tenant, [...missing.values()])) known.set(keyOf(tile), tile.hashes);
  }

  const isKnown = (name: TileName): boolean => known.has(keyOf(name)) || !isWhole(name);
  const isWhole = ({ level, number }: TileName): boolean => number < log.size >> BigInt(8 * (level + 1));
  const hashesOf = (name: TileName): readonly Hash[] =>
    (isWhole(name) ? known.get(keyOf(name)) : log.partials[name.level]) ?? [];

  return async (subtrees) => {
    await load(subtrees.map(tileOf));
    return subtrees.map((subtree) => {
      const hash = hashInTile(subtree, hashesOf(tileOf(subtree)));
      if (hash) return hash;
      const problem = `the hash of subtree ${subtree.level}/${subtree.number} is missing`;
      throw reason('LOG_INCONSISTENT', { tenant: `tenants/${log.tenant}`, problem });
    });
  };
}

const keyOf = ({ level, number }: TileName): string => `${level}/${number}`;

import type { Scope } from '@weir/context';
import { reason } from '@weir/errors';
import type { LeafRange, ReadHashes, Subtree } from '@weir/merkle';
import type { LogState } from '../domain/log-state.ts';
import { hashInTile, tileOf, type ExpandedTile } from '../domain/tile-tower.ts';
import type { LogStore, TileName } from '../store/log-store.ts';
import type { RemovalStore } from '../store/removal-store.ts';
import { expandedTiles, type ExpandedTiles } from './expanded-tiles.ts';

/** Expanded tiles that a reader keeps: those of a path, and of its neighbours, over and over in an export. */
const KEPT = 32;

/**
 * Reads the hashes of a log's tree from its tiles. LOG_RANGE_REMOVED where one is gone with the events below it,
 * LOG_INCONSISTENT where one is missing.
 */
export function treeReader(
  store: LogStore,
  removals: RemovalStore,
  scope: Scope,
  log: LogState,
  expanded: ExpandedTiles = expandedTiles(),
): ReadHashes {
  const nameOf = (name: string): string => `${log.tenant}/${name}`;
  const partials = log.partials.map((hashes, level) => expanded.of(nameOf(`${level}/partial`), hashes));
  const whole = new Map<string, ExpandedTile>();

  async function load(subtrees: readonly Subtree[]): Promise<void> {
    const names = subtrees.map(tileOf).filter((name) => isWhole(log, name) && !whole.has(keyOf(name)));
    const missing = new Map(names.map((name) => [keyOf(name), name]));
    if (missing.size === 0) return;
    if (whole.size > KEPT) whole.clear();
    const tiles = await store.tiles(scope, log.tenant, [...missing.values()]);
    for (const tile of tiles) whole.set(keyOf(tile), expanded.of(nameOf(keyOf(tile)), tile.hashes));
  }

  async function whyMissing(subtree: Subtree): Promise<Error> {
    const { start, end } = rangeOf(tileOf(subtree));
    const tenant = `tenants/${log.tenant}`;
    if ((await removals.removedLeaves(scope, log.tenant, { start, end })) === end - start) {
      return reason('LOG_RANGE_REMOVED', { tenant, first_index: start, end_index: end });
    }
    const problem = `the hash of subtree ${subtree.level}/${subtree.number} is missing`;
    return reason('LOG_INCONSISTENT', { tenant, problem });
  }

  return async (subtrees) => {
    await load(subtrees);
    const hashes = subtrees.map((subtree) => {
      const name = tileOf(subtree);
      const tile = isWhole(log, name) ? whole.get(keyOf(name)) : partials[name.level];
      return tile && hashInTile(subtree, tile);
    });
    const missing = subtrees.find((_, at) => hashes[at] === undefined);
    if (missing) throw await whyMissing(missing);
    return hashes.filter((hash) => hash !== undefined);
  };
}

const isWhole = ({ size }: LogState, { level, number }: TileName): boolean => number < size >> BigInt(8 * (level + 1));

const rangeOf = ({ level, number }: TileName): LeafRange => ({
  start: number << BigInt(8 * (level + 1)),
  end: (number + 1n) << BigInt(8 * (level + 1)),
});

const keyOf = ({ level, number }: TileName): string => `${level}/${number}`;

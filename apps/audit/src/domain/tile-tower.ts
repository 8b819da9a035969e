import { fold, nodeHash, rootOf, type Hash, type Subtree } from '@weir/merkle';

/** Leaves, or roots of tiles one level lower, that one tile holds; 2^TILE_HEIGHT. */
export const TILE_WIDTH = 256;
const TILE_HEIGHT = 8;
const WIDTH = BigInt(TILE_WIDTH);

/** A whole tile: 256 neighbouring hashes at height 8 × level. It never changes. */
export interface Tile {
  readonly level: number;
  readonly number: bigint;
  readonly hashes: readonly Hash[];
}

/**
 * A tree that grows, in tiles (c2sp.org/tlog-tiles): whole ones are handed out once, the partial one at the right edge
 * of each level stays. What stays has a shape that the size determines.
 */
export interface TileTower {
  readonly size: bigint;
  /** The hashes of the partial tile of each level, from level 0 up. */
  readonly partials: readonly (readonly Hash[])[];
  append(leaf: Hash): void;
  /** Appends a whole tile of a level by its root alone; the tower ends where that tile begins. */
  appendTile(level: number, root: Hash): void;
  /** The tiles that became whole since the last time. */
  takeTiles(): Tile[];
}

/** A tower to append to: an empty one, or one of `size` leaves with these partial tiles. */
export function tileTower(size = 0n, partials: readonly (readonly Hash[])[] = []): TileTower {
  const levels = partials.map((hashes) => [...hashes]);
  let count = size;
  let whole: Tile[] = [];

  function push(level: number, hash: Hash): void {
    while (levels.length <= level) levels.push([]);
    const partial = levels[level] ?? [];
    partial.push(hash);
    if (partial.length < TILE_WIDTH) return;
    whole.push({ level, number: (count >> BigInt(TILE_HEIGHT * (level + 1))) - 1n, hashes: partial });
    levels[level] = [];
    push(level + 1, rootOf(partial));
  }

  return {
    get size() {
      return count;
    },
    get partials() {
      return levels;
    },
    append(leaf) {
      count += 1n;
      push(0, leaf);
    },
    appendTile(level, root) {
      count += 1n << BigInt(TILE_HEIGHT * (level + 1));
      push(level + 1, root);
    },
    takeTiles() {
      const taken = whole;
      whole = [];
      return taken;
    },
  };
}

/** How many hashes the partial tile of each level of a tree holds, from level 0 up. */
export function partialSizes(size: bigint): number[] {
  const sizes: number[] = [];
  for (let rest = size; rest > 0n; rest /= WIDTH) sizes.push(Number(rest % WIDTH));
  return sizes;
}

/** The tile that a subtree is in. */
export const tileOf = ({ level, number }: Subtree): { level: number; number: bigint } => ({
  level: Math.floor(level / TILE_HEIGHT),
  number: number >> BigInt(TILE_HEIGHT - (level % TILE_HEIGHT)),
});

/** A tile with the hashes of the complete subtrees inside it, by height: what proofs are read from. */
export type ExpandedTile = readonly (readonly Hash[])[];

/** Hashes everything inside a tile, once. */
export function expandTile(hashes: readonly Hash[]): ExpandedTile {
  const heights: (readonly Hash[])[] = [hashes];
  for (let below = hashes; below.length > 1 && heights.length <= TILE_HEIGHT; below = heights.at(-1) ?? []) {
    heights.push(pairs(below));
  }
  return heights;
}

function pairs(below: readonly Hash[]): Hash[] {
  const above: Hash[] = [];
  for (let at = 0; at + 1 < below.length; at += 2) {
    const [left, right] = [below[at], below[at + 1]];
    if (left && right) above.push(nodeHash(left, right));
  }
  return above;
}

/** The hash of a subtree, from its tile; undefined when the tile does not reach that far. */
export function hashInTile({ level, number }: Subtree, tile: ExpandedTile): Hash | undefined {
  const height = level % TILE_HEIGHT;
  return tile[height]?.[Number(number & BigInt((1 << (TILE_HEIGHT - height)) - 1))];
}

/** The root of a tree from its partial tiles alone. */
export function towerRoot(tower: Pick<TileTower, 'partials'>): Hash {
  const peaks = tower.partials.toReversed().flatMap(completeParts);
  return peaks.length === 0 ? rootOf([]) : fold(peaks);
}

/** The hashes of the complete subtrees of a partial tile, from left to right. */
function completeParts(hashes: readonly Hash[]): Hash[] {
  const tile = expandTile(hashes);
  let start = 0;
  return tile
    .map((_, height) => height)
    .toReversed()
    .flatMap((height) => {
      const width = 1 << height;
      if ((hashes.length & width) === 0) return [];
      const part = tile[height]?.[start / width];
      start += width;
      return part ? [part] : [];
    });
}

import fc from 'fast-check';
import { cover, leafHash, leavesOf, rootOf, type Hash } from '@weir/merkle';
import { expandTile, hashInTile, partialSizes, tileOf, tileTower, towerRoot, type Tile } from './tile-tower.ts';

const leaf = (at: number): Hash => leafHash(Buffer.from(String(at)));
const leaves = Array.from({ length: 66_000 }, (_, at) => leaf(at));

function build(size: number) {
  const tower = tileTower();
  for (const hash of leaves.slice(0, size)) tower.append(hash);
  return tower;
}

describe('a tower of tiles', () => {
  it.each([0, 1, 2, 255, 256, 257, 511, 512, 65_793])('of %i leaves has the root of the tree', (size) => {
    const tower = build(size);
    expect(towerRoot(tower)).toEqual(rootOf(leaves.slice(0, size)));
    expect(tower.size).toBe(BigInt(size));
  });

  it('keeps what its size says', () => {
    for (const size of [0, 1, 255, 256, 65_536, 65_793]) {
      const kept = build(size).partials.map(({ length }) => length);
      expect(kept.slice(0, partialSizes(BigInt(size)).length)).toEqual(partialSizes(BigInt(size)));
    }
  });

  it('hands out every whole tile once, numbered from the left', () => {
    const tiles = build(66_000).takeTiles();
    const names = tiles.map(({ level, number }) => `${level}/${number}`);
    expect(names.filter((name) => name.startsWith('0/'))).toEqual(Array.from({ length: 257 }, (_, at) => `0/${at}`));
    expect(names.filter((name) => name.startsWith('1/'))).toEqual(['1/0']);
  });

  it('goes on from what it kept', () => {
    fc.assert(
      fc.property(fc.nat(1500), fc.nat(1500), (first, second) => {
        const before = build(first);
        const after = tileTower(before.size, before.partials);
        for (const hash of leaves.slice(first, first + second)) after.append(hash);
        expect(towerRoot(after)).toEqual(rootOf(leaves.slice(0, first + second)));
      }),
      { numRuns: 30 },
    );
  });

  it('holds the hash of every complete subtree', () => {
    const tower = build(66_000);
    const tiles = new Map<string, Tile['hashes']>(
      tower.takeTiles().map((tile) => [`${tile.level}/${tile.number}`, tile.hashes]),
    );
    fc.assert(
      fc.property(fc.nat(65_999), fc.nat(3_000), (a, length) => {
        const b = Math.min(a + length, 65_999);
        const range = { start: BigInt(Math.min(a, b)), end: BigInt(Math.max(a, b)) };
        for (const subtree of cover(range)) {
          const { level, number } = tileOf(subtree);
          const hashes = tiles.get(`${level}/${number}`) ?? tower.partials[level] ?? [];
          const { start, end } = leavesOf(subtree);
          expect(hashInTile(subtree, expandTile(hashes))).toEqual(rootOf(leaves.slice(Number(start), Number(end))));
        }
      }),
      { numRuns: 10 },
    );
  });
});

import fc from 'fast-check';
import { compactRange, rootOf } from './compact-range.ts';
import { leafHash, type Hash } from './hash.ts';
import { consistencyPath, inclusionPath, rootAt } from './proof.ts';
import { naiveConsistency, naivePath, naiveReader, naiveRoot } from './testing/naive-tree.ts';
import { verifyConsistency, verifyInclusion, type ConsistencyClaim, type InclusionClaim } from './verify.ts';

const MAX = 70;
const leaves = fc.array(fc.uint8Array({ maxLength: 20 }).map(leafHash), { minLength: 1, maxLength: MAX });
const part = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const flipped = (hash: Hash, bit: number): Hash => {
  const copy = Uint8Array.from(hash);
  const at = Math.floor((bit % 256) / 8);
  copy[at] = (copy[at] ?? 0) ^ (1 << (bit % 8));
  return copy;
};

async function claimOf(hashes: Hash[], where: number): Promise<InclusionClaim> {
  const [index, size] = [BigInt(Math.floor(where * hashes.length)), BigInt(hashes.length)];
  const path = await inclusionPath(index, size, naiveReader(hashes));
  return { leaf: hashes[Number(index)] ?? hashes[0] ?? new Uint8Array(), index, size, path, root: naiveRoot(hashes) };
}

async function consistencyOf(hashes: Hash[], where: number): Promise<ConsistencyClaim> {
  const first = 1 + Math.floor(where * hashes.length);
  const path = await consistencyPath(BigInt(first), BigInt(hashes.length), naiveReader(hashes));
  const firstRoot = naiveRoot(hashes.slice(0, first));
  return { first: BigInt(first), second: BigInt(hashes.length), firstRoot, secondRoot: naiveRoot(hashes), path };
}

describe('a tree', () => {
  it('has the root of RFC 6962 at every size, whichever way it is computed', async () => {
    await fc.assert(
      fc.asyncProperty(leaves, async (hashes) => {
        const root = naiveRoot(hashes);
        expect(rootOf(hashes)).toEqual(root);
        expect(await rootAt(BigInt(hashes.length), naiveReader(hashes))).toEqual(root);
      }),
    );
  });

  it('goes on growing from what it keeps', () => {
    fc.assert(
      fc.property(leaves, part, (hashes, where) => {
        const before = compactRange();
        const cut = Math.floor(where * hashes.length);
        for (const hash of hashes.slice(0, cut)) before.append(hash);
        const after = compactRange(before.size, before.peaks);
        for (const hash of hashes.slice(cut)) after.append(hash);
        expect(after.root()).toEqual(naiveRoot(hashes));
        expect(after.size).toBe(BigInt(hashes.length));
      }),
    );
  });

  it('does not grow from fewer peaks than it has', () => {
    expect(() => compactRange(3n, []).append(leafHash(new Uint8Array()))).toThrow(RangeError);
  });
});

describe('an inclusion proof', () => {
  it('is the one of RFC 6962 and verifies, for every leaf of every small tree', async () => {
    const hashes = Array.from({ length: 33 }, (_, at) => leafHash(Uint8Array.of(at)));
    for (let size = 1; size <= hashes.length; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const tree = hashes.slice(0, size);
        const claim = await claimOf(tree, index / size);
        expect(claim.path).toEqual(naivePath(Number(claim.index), tree));
        expect(verifyInclusion(claim)).toBe(true);
      }
    }
  });

  it('verifies for every leaf of random trees', async () => {
    await fc.assert(
      fc.asyncProperty(leaves, part, async (hashes, where) => {
        expect(verifyInclusion(await claimOf(hashes, where))).toBe(true);
      }),
    );
  });

  it('fails when any bit of the leaf, the path or the root is flipped', async () => {
    await fc.assert(
      fc.asyncProperty(leaves, part, fc.nat(), fc.nat(), async (hashes, where, which, bit) => {
        const claim = await claimOf(hashes, where);
        const all = [claim.leaf, claim.root, ...claim.path].map((hash, at, list) =>
          at === which % list.length ? flipped(hash, bit) : hash,
        );
        const [leaf = claim.leaf, root = claim.root, ...path] = all;
        expect(verifyInclusion({ ...claim, leaf, root, path })).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('fails when two hashes are swapped, one is left out, repeated or added', async () => {
    await fc.assert(
      fc.asyncProperty(leaves, part, fc.nat(), fc.nat(), async (hashes, where, a, b) => {
        const claim = await claimOf(hashes, where);
        const { path } = claim;
        const wrong = (changed: Hash[]) => expect(verifyInclusion({ ...claim, path: changed })).toBe(false);
        wrong([...path, claim.leaf]);
        if (path.length === 0) return;
        const [i, j] = [a % path.length, b % path.length];
        wrong(path.toSpliced(i, 1));
        wrong(path.toSpliced(i, 0, path[i] ?? claim.leaf));
        if (Buffer.compare(path[i] ?? claim.leaf, path[j] ?? claim.leaf) !== 0) {
          wrong(path.with(i, path[j] ?? claim.leaf).with(j, path[i] ?? claim.leaf));
        }
      }),
    );
  });

  it('fails for another index, unless that leaf is the same', async () => {
    await fc.assert(
      fc.asyncProperty(leaves, part, fc.nat(2 * MAX), async (hashes, where, other) => {
        const claim = await claimOf(hashes, where);
        const unique = hashes.map((_, at) => leafHash(Uint8Array.of(at)));
        const exact = { ...(await claimOf(unique, where)), index: BigInt(other) };
        expect(verifyInclusion(exact)).toBe(BigInt(other) === claim.index);
      }),
    );
  });

  it('fails for a size that gives the path another shape', async () => {
    await fc.assert(
      fc.asyncProperty(leaves, part, fc.nat(4 * MAX), async (hashes, where, other) => {
        const claim = await claimOf(hashes, where);
        const size = BigInt(other);
        if (
          size > claim.index &&
          naivePath(Number(claim.index), Array<Hash>(other).fill(claim.leaf)).length === claim.path.length
        )
          return;
        expect(verifyInclusion({ ...claim, size })).toBe(false);
      }),
    );
  });

  it('fails for hashes that are not 32 bytes long, and for indexes out of range', async () => {
    const claim = await claimOf([leafHash(Uint8Array.of(1)), leafHash(Uint8Array.of(2))], 0);
    expect(verifyInclusion({ ...claim, path: [new Uint8Array(31)] })).toBe(false);
    expect(verifyInclusion({ ...claim, leaf: new Uint8Array() })).toBe(false);
    expect(verifyInclusion({ ...claim, index: -1n })).toBe(false);
    expect(verifyInclusion({ ...claim, index: 2n })).toBe(false);
    expect(verifyInclusion({ ...claim, size: 0n })).toBe(false);
  });

  it('proves the last leaf of a tree as large as an int64 can say', () => {
    const leaf = leafHash(new Uint8Array());
    const root = rootOf([leaf]);
    expect(verifyInclusion({ leaf, index: 2n ** 62n, size: 2n ** 63n - 1n, path: [], root })).toBe(false);
  });
});

describe('a consistency proof', () => {
  it('is the one of RFC 6962 and verifies, between all small sizes', async () => {
    const hashes = Array.from({ length: 33 }, (_, at) => leafHash(Uint8Array.of(at)));
    for (let second = 1; second <= hashes.length; second += 1) {
      for (let first = 1; first <= second; first += 1) {
        const tree = hashes.slice(0, second);
        const path = await consistencyPath(BigInt(first), BigInt(second), naiveReader(tree));
        expect(path).toEqual(naiveConsistency(first, tree));
        const [firstRoot, secondRoot] = [naiveRoot(tree.slice(0, first)), naiveRoot(tree)];
        expect(verifyConsistency({ first: BigInt(first), second: BigInt(second), firstRoot, secondRoot, path })).toBe(
          true,
        );
      }
    }
  });

  it('fails when any bit of it or of a root is flipped', async () => {
    await fc.assert(
      fc.asyncProperty(leaves, part, fc.nat(), fc.nat(), async (hashes, where, which, bit) => {
        const claim = await consistencyOf(hashes, where);
        expect(verifyConsistency(claim)).toBe(true);
        const all = [claim.firstRoot, claim.secondRoot, ...claim.path].map((hash, at, list) =>
          at === which % list.length ? flipped(hash, bit) : hash,
        );
        const [firstRoot = claim.firstRoot, secondRoot = claim.secondRoot, ...path] = all;
        expect(verifyConsistency({ ...claim, firstRoot, secondRoot, path })).toBe(false);
      }),
      { numRuns: 500 },
    );
  });

  it('fails between the heads of two histories', async () => {
    await fc.assert(
      fc.asyncProperty(leaves, part, part, fc.nat(255), async (hashes, where, edited, byte) => {
        const claim = await consistencyOf(hashes, where);
        const at = Math.floor(edited * Number(claim.first));
        const other = hashes.with(at, leafHash(Uint8Array.of(byte, 1, 2, 3)));
        const { path, secondRoot } = await consistencyOf(other, where);
        expect(verifyConsistency({ ...claim, path, secondRoot })).toBe(false);
      }),
    );
  });

  it('says nothing of what was empty, and fails for sizes in the wrong order', () => {
    const root = leafHash(new Uint8Array());
    const empty = rootOf([]);
    expect(verifyConsistency({ first: 0n, second: 1n, firstRoot: empty, secondRoot: root, path: [] })).toBe(true);
    expect(verifyConsistency({ first: 0n, second: 1n, firstRoot: root, secondRoot: root, path: [] })).toBe(false);
    expect(verifyConsistency({ first: 0n, second: 1n, firstRoot: empty, secondRoot: root, path: [root] })).toBe(false);
    expect(verifyConsistency({ first: 2n, second: 1n, firstRoot: root, secondRoot: root, path: [] })).toBe(false);
    expect(verifyConsistency({ first: 1n, second: 2n, firstRoot: root, secondRoot: root, path: [] })).toBe(false);
  });
});

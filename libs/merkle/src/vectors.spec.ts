import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootOf } from './compact-range.ts';
import { emptyRoot, leafHash } from './hash.ts';
import { verifyConsistency, verifyInclusion } from './verify.ts';

// The leaves and roots of the reference implementation of Certificate Transparency.
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

describe('the tree of Certificate Transparency’s test leaves', () => {
  it.each(ROOTS.map((root, size) => ({ size, root })))('of size $size has the published root', ({ size, root }) => {
    const hashes = LEAVES.slice(0, size).map((hex) => leafHash(Buffer.from(hex, 'hex')));
    expect(Buffer.from(rootOf(hashes)).toString('hex')).toBe(root);
  });

  it('is SHA-256 of nothing when it is empty', () => {
    expect(Buffer.from(emptyRoot()).toString('hex')).toBe(ROOTS[0]);
  });
});

/** Vectors that any implementation can be judged by; libs/merkle/vectors/README.md says what they look like. */
const folder = process.env['WEIR_MERKLE_VECTORS'] ?? join(import.meta.dirname, '../vectors');

interface Vector {
  readonly leafIdx: bigint;
  readonly treeSize: bigint;
  readonly size1: bigint;
  readonly size2: bigint;
  readonly root: string;
  readonly root1: string;
  readonly root2: string;
  readonly leafHash: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

// Some indexes are beyond what a number holds exactly.
const exact = (_: string, value: unknown, { source }: { source: string }): unknown =>
  typeof value === 'number' ? BigInt(source) : value;

const vectors = (kind: string) =>
  globSync(join(folder, kind, '**/*.json')).map((file) => {
    const vector: Vector = JSON.parse(readFileSync(file, 'utf8'), exact as (key: string, value: unknown) => unknown);
    return { file: file.slice(folder.length), vector };
  });

const bytes = (text: string | null): Uint8Array => Buffer.from(text ?? '', 'base64');

describe('the vectors of the project, or those in WEIR_MERKLE_VECTORS,', () => {
  it('are there', () => {
    expect(existsSync(folder)).toBe(true);
    expect(vectors('inclusion').length + vectors('consistency').length).toBeGreaterThan(0);
  });

  it('of inclusion are judged as they say', () => {
    const wrong = vectors('inclusion').filter(({ vector }) => {
      const { leafIdx: index, treeSize: size, root, proof } = vector;
      const path = (proof ?? []).map(bytes);
      return verifyInclusion({ leaf: bytes(vector.leafHash), index, size, path, root: bytes(root) }) === vector.wantErr;
    });
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });

  it('of consistency are judged as they say', () => {
    const wrong = vectors('consistency').filter(({ vector }) => {
      const { size1: first, size2: second, root1, root2, proof } = vector;
      const path = (proof ?? []).map(bytes);
      const claim = { first, second, firstRoot: bytes(root1), secondRoot: bytes(root2), path };
      return verifyConsistency(claim) === vector.wantErr;
    });
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });
});

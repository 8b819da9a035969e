// Writes the vectors that are committed in libs/merkle/vectors: node libs/merkle/src/testing/make-vectors.ts <folder>.
// Everything comes from the recursive definitions of RFC 6962, never from the code that the vectors are there to judge.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { leafHash, type Hash } from '../hash.ts';
import { naiveConsistency, naivePath, naiveRoot } from './naive-tree.ts';

const folder = process.argv[2] ?? '';
const LEAVES = Array.from({ length: 33 }, (_, at) => leafHash(Buffer.from(`weir leaf ${at}`)));
const SIZES = [1, 2, 3, 7, 8, 33];

const text = (hash: Hash): string => Buffer.from(hash).toString('base64');

function flip(hash: Hash | undefined, bit = 0): Hash {
  const copy = Uint8Array.from(hash ?? []);
  copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return copy;
}

/** One claim, and whether a verifier must refuse it. */
interface Claim {
  readonly desc: string;
  readonly wantErr: boolean;
}

function write(kind: string, name: string, claim: Claim & Record<string, unknown>): void {
  const place = join(folder, kind, claim.wantErr ? 'refused' : 'accepted');
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, `${name}.json`), `${JSON.stringify(claim, undefined, 2)}\n`);
}

function inclusion(leafIdx: number, treeSize: number): void {
  const tree = LEAVES.slice(0, treeSize);
  const hashes = naivePath(leafIdx, tree);
  const [root, leaf] = [naiveRoot(tree), tree[leafIdx] ?? flip(undefined)];
  const claim = { leafIdx, treeSize, root: text(root), leafHash: text(leaf), proof: hashes.map(text) };
  const name = `${treeSize}-${leafIdx}`;
  write('inclusion', name, { ...claim, desc: `leaf ${leafIdx} of ${treeSize}`, wantErr: false });

  const wrong = (desc: string, change: object): void =>
    write('inclusion', `${name}-${desc.replaceAll(' ', '-')}`, { ...claim, ...change, desc, wantErr: true });
  wrong('root flipped', { root: text(flip(root, 255)) });
  wrong('leaf flipped', { leafHash: text(flip(leaf)) });
  wrong('index too large', { leafIdx: treeSize });
  wrong('empty tree', { treeSize: 0 });
  wrong('one hash more', { proof: [...claim.proof, text(root)] });
  wrong('huge size', { treeSize: 2 ** 40 });
  if (hashes.length === 0) return;
  wrong('one hash less', { proof: claim.proof.slice(1) });
  wrong('path flipped', { proof: hashes.with(-1, flip(hashes.at(-1), 100)).map(text) });
  wrong('short hash', { proof: hashes.with(0, (hashes[0] ?? leaf).slice(1)).map(text) });
  if (hashes.length > 1) wrong('path reversed', { proof: claim.proof.toReversed() });
}

function consistency(size1: number, size2: number): void {
  const [first, second] = [LEAVES.slice(0, size1), LEAVES.slice(0, size2)];
  const hashes = size1 === size2 ? [] : naiveConsistency(size1, second);
  const [root1, root2] = [naiveRoot(first), naiveRoot(second)];
  const claim = { size1, size2, root1: text(root1), root2: text(root2), proof: hashes.map(text) };
  const name = `${size1}-${size2}`;
  write('consistency', name, { ...claim, desc: `${size1} to ${size2}`, wantErr: false });

  const wrong = (desc: string, change: object): void =>
    write('consistency', `${name}-${desc.replaceAll(' ', '-')}`, { ...claim, ...change, desc, wantErr: true });
  wrong('first root flipped', { root1: text(flip(root1)) });
  wrong('second root flipped', { root2: text(flip(root2, 7)) });
  wrong('one hash more', { proof: [...claim.proof, text(root1)] });
  if (size1 !== size2) wrong('sizes exchanged', { size1: size2, size2: size1 });
  if (hashes.length === 0) return;
  wrong('one hash less', { proof: claim.proof.slice(0, -1) });
  wrong('path flipped', { proof: hashes.with(0, flip(hashes[0], 3)).map(text) });
  wrong('no path', { proof: [] });
}

for (const size of SIZES) {
  for (const index of new Set([0, Math.floor(size / 2), size - 1])) inclusion(index, size);
  for (const first of new Set([1, Math.floor(size / 2), size - 1, size])) if (first > 0) consistency(first, size);
}

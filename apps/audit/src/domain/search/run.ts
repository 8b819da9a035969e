import { decodePositions, encodePositions } from './positions.ts';

/** Indexes that a run of each level covers. */
export const RUN_WIDTHS = [4_096, 65_536] as const;

/** Which positions each term hash has, ascending. */
export type TermPositions = ReadonlyMap<number, readonly number[]>;

/** The columns of a run that terms are looked up in. */
export interface RunBytes {
  readonly bits: number;
  readonly directory: Buffer;
  readonly keys: Buffer;
  readonly postings: Buffer;
}

/** A hash, and where its postings begin. */
export const KEY_BYTES = 8;
/** Keys that share their first bits, on average: what a look-up reads. */
const BUCKET = 64;

/** The bytes of a run: the same terms give the same bytes. */
export function encodeRun(terms: TermPositions, width: number): RunBytes {
  const hashes = Uint32Array.from(terms.keys()).sort();
  const bits = Math.max(0, Math.ceil(Math.log2(hashes.length / BUCKET)));
  const keys = Buffer.alloc((hashes.length + 1) * KEY_BYTES);
  const parts: Uint8Array[] = [];
  let offset = 0;
  hashes.forEach((hash, at) => {
    const bytes = encodePositions(terms.get(hash) ?? [], width);
    keys.writeUInt32BE(hash, at * KEY_BYTES);
    keys.writeUInt32BE(offset, at * KEY_BYTES + 4);
    parts.push(bytes);
    offset += bytes.length;
  });
  // One more key says where the last postings end.
  keys.writeUInt32BE(0xffffffff, hashes.length * KEY_BYTES);
  keys.writeUInt32BE(offset, hashes.length * KEY_BYTES + 4);
  return { bits, directory: directoryOf(hashes, bits), keys, postings: Buffer.concat(parts) };
}

function directoryOf(hashes: Uint32Array, bits: number): Buffer {
  const directory = Buffer.alloc((2 ** bits + 1) * 4);
  let at = 0;
  for (let bucket = 0; bucket <= 2 ** bits; bucket += 1) {
    while (at < hashes.length && bucketOf(hashes[at] ?? 0, bits) < bucket) at += 1;
    directory.writeUInt32BE(at, bucket * 4);
  }
  return directory;
}

// A shift by 32 would be one by 0.
const bucketOf = (hash: number, bits: number): number => (bits === 0 ? 0 : hash >>> (32 - bits));

/** Where the postings of a hash are, found in the keys of its bucket and the one after them. */
export function findKey(keys: Buffer, hash: number): { offset: number; length: number } | undefined {
  for (let at = 0; at + 2 * KEY_BYTES <= keys.length; at += KEY_BYTES) {
    if (keys.readUInt32BE(at) !== hash) continue;
    const offset = keys.readUInt32BE(at + 4);
    return { offset, length: keys.readUInt32BE(at + KEY_BYTES + 4) - offset };
  }
  return undefined;
}

/** The terms of a run. */
export function decodeRun({ keys, postings }: Pick<RunBytes, 'keys' | 'postings'>): Map<number, number[]> {
  const terms = new Map<number, number[]>();
  for (let at = 0; at + 2 * KEY_BYTES <= keys.length; at += KEY_BYTES) {
    const [start, end] = [keys.readUInt32BE(at + 4), keys.readUInt32BE(at + KEY_BYTES + 4)];
    terms.set(keys.readUInt32BE(at), decodePositions(postings.subarray(start, end)));
  }
  return terms;
}

/** The terms of neighbouring runs as those of one; each run comes with its first position in it. */
export function mergeTerms(runs: readonly { terms: TermPositions; first: number }[]): Map<number, number[]> {
  const merged = new Map<number, number[]>();
  for (const { terms, first } of runs) {
    for (const [hash, positions] of terms) {
      const known = merged.get(hash);
      if (!known)
        merged.set(
          hash,
          positions.map((position) => first + position),
        );
      else for (const position of positions) known.push(first + position);
    }
  }
  return merged;
}

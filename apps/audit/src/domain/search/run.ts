import { encodePositions } from './positions.ts';

/** Indexes that a run of each level covers: few enough at the end of a log, and few runs however long it gets. */
export const RUN_WIDTHS = [1_024, 16_384, 262_144, 1_048_576] as const;

/** How wide a run is: an index of RUN_WIDTHS. */
export type RunLevel = 0 | 1 | 2 | 3;

/** The level above, and how many neighbouring runs fill one of it; undefined at the top. */
export function levelAbove(level: RunLevel): { level: RunLevel; fill: number } | undefined {
  const above = RUN_WIDTHS[level + 1];
  return above === undefined ? undefined : { level: (level + 1) as RunLevel, fill: above / RUN_WIDTHS[level] };
}

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
  const bits = bitsFor(hashes.length);
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

/** The first bits of a hash that the directory of so many goes by. */
export const bitsFor = (count: number): number => Math.max(0, Math.ceil(Math.log2(count / BUCKET)));

/** Where the keys with the same first bits begin. */
export function directoryOf(hashes: Uint32Array, bits: number): Buffer {
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

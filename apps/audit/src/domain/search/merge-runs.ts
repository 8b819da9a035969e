import { decodePositions, encodePositions, isList, raisedList } from './positions.ts';
import { bitsFor, directoryOf, KEY_BYTES, type RunBytes } from './run.ts';

/** A run to be merged with its neighbours, and its first position in what becomes of them. */
export type RunPart = Pick<RunBytes, 'keys' | 'postings'> & { readonly first: number };

/** The bytes of neighbouring runs as those of one: the same as if it had been built at once. */
export function mergeRuns(parts: readonly RunPart[], width: number): RunBytes {
  const heads = parts.map(headOf);
  const count = heads.reduce((sum, { count: own }) => sum + own, 0);
  const keys = Buffer.alloc((count + 1) * KEY_BYTES);
  const hashes = new Uint32Array(count);
  const postings = growingBytes(parts.reduce((sum, part) => sum + part.postings.length, 0));
  let merged = 0;
  for (let hash = lowest(heads); hash !== undefined; hash = lowest(heads)) {
    const bytes = mergePostings(heads.filter((head) => head.hash === hash).map(take), width);
    hashes[merged] = hash;
    keys.writeUInt32BE(hash, merged * KEY_BYTES);
    keys.writeUInt32BE(postings.length(), merged * KEY_BYTES + 4);
    postings.add(bytes);
    merged += 1;
  }
  // One more key says where the last postings end.
  keys.writeUInt32BE(0xffffffff, merged * KEY_BYTES);
  keys.writeUInt32BE(postings.length(), merged * KEY_BYTES + 4);
  const bits = bitsFor(merged);
  const directory = directoryOf(hashes.subarray(0, merged), bits);
  return { bits, directory, keys: keys.subarray(0, (merged + 1) * KEY_BYTES), postings: postings.all() };
}

/** Bytes in one piece: a million small arrays, one for each term, would take ten times as much. */
function growingBytes(capacity: number) {
  let bytes = Buffer.allocUnsafe(capacity);
  let length = 0;
  return {
    length: () => length,
    add(more: Uint8Array): void {
      const needed = length + more.length;
      if (needed > bytes.length) bytes = Buffer.concat([bytes.subarray(0, length)], Math.ceil(needed * GROWTH));
      bytes.set(more, length);
      length = needed;
    },
    all: () => bytes.subarray(0, length),
  };
}

const GROWTH = 1.25;

/** How far a run is merged. */
interface Head {
  readonly part: RunPart;
  readonly count: number;
  at: number;
  /** The next hash; Infinity at the end. */
  hash: number;
}

function headOf(part: RunPart): Head {
  const count = part.keys.length / KEY_BYTES - 1;
  return { part, count, at: 0, hash: count > 0 ? part.keys.readUInt32BE(0) : Infinity };
}

function lowest(heads: readonly Head[]): number | undefined {
  let least = Infinity;
  for (const { hash } of heads) if (hash < least) least = hash;
  return least === Infinity ? undefined : least;
}

interface Postings {
  readonly bytes: Uint8Array;
  readonly first: number;
}

function take(head: Head): Postings {
  const { keys, postings, first } = head.part;
  const place = head.at * KEY_BYTES;
  const bytes = postings.subarray(keys.readUInt32BE(place + 4), keys.readUInt32BE(place + KEY_BYTES + 4));
  head.at += 1;
  head.hash = head.at < head.count ? keys.readUInt32BE(head.at * KEY_BYTES) : Infinity;
  return { bytes, first };
}

function mergePostings(parts: readonly Postings[], width: number): Uint8Array {
  const size = parts.reduce((sum, { bytes }) => sum + bytes.length, 0);
  // Few terms are in more than one run, and few are frequent: mostly a list moves as a whole, but for its first difference.
  const [only] = parts;
  if (only && parts.length === 1 && isList(only.bytes) && size + 4 <= width / 8)
    return raisedList(only.bytes, only.first);
  return encodePositions(
    parts.flatMap(({ bytes, first }) => decodePositions(bytes).map((position) => first + position)),
    width,
  );
}

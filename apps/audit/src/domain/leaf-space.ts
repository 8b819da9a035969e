import { LEAF_PREFIX } from '@weir/merkle';

/** Where the bytes of a batch are put together: they are hashed there and sent to the database from there. */
export interface LeafSpace {
  /** Puts the bytes of an event behind the last ones; returns what its leaf hash is taken of, and where that begins. */
  put(body: Buffer, stamp: Buffer): { readonly input: Buffer; readonly start: number };
  /** What was put, in one piece. */
  used(): Buffer;
}

const PIECE = 256 * 1024;

/** An empty space; it grows by pieces, so that what was put stays where it is. */
export function leafSpace(): LeafSpace {
  const full: Buffer[] = [];
  let piece = Buffer.alloc(0);
  let end = 0;
  let before = 0;

  function makeRoom(size: number): void {
    full.push(piece.subarray(0, end));
    before += end;
    piece = Buffer.allocUnsafeSlow(Math.max(size, full.length === 1 ? FIRST : PIECE));
    end = 0;
  }

  return {
    put(body, stamp) {
      const size = 1 + body.length + stamp.length;
      if (end + size > piece.length) makeRoom(size);
      const input = piece.subarray(end, end + size);
      input[0] = LEAF_PREFIX;
      body.copy(input, 1);
      stamp.copy(input, 1 + body.length);
      end += size;
      return { input, start: before + end - size };
    },
    used: () => Buffer.concat([...full, piece.subarray(0, end)]),
  };
}

/** Most batches are small. */
const FIRST = 8 * 1024;

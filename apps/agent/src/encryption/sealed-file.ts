import { open, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createWriteStream } from 'node:fs';
import {
  CHUNK_BYTES,
  HEADER_BYTES,
  isHeaderOf,
  openChunk,
  sealChunk,
  TAG_BYTES,
  type ContentKey,
} from './sealed-chunks.ts';

/** Turns plain text, as it comes, into the bytes of a file. */
export interface ChunkSealer {
  /** What can be written by now. */
  take(plaintext: Uint8Array): Buffer[];
  /** The rest. */
  end(): Buffer[];
}

/** Seals chunk by chunk; the header comes first. */
export function chunkSealer(key: ContentKey): ChunkSealer {
  let [rest, index, isBegun] = [Buffer.alloc(0), 0, false];
  const begin = (): Buffer[] => {
    if (isBegun) return [];
    isBegun = true;
    return [key.header];
  };
  return {
    take(plaintext) {
      const sealed = begin();
      rest = Buffer.concat([rest, plaintext]);
      // A full chunk waits until something follows: the last one is sealed as such.
      for (; rest.length > CHUNK_BYTES; rest = rest.subarray(CHUNK_BYTES)) {
        sealed.push(sealChunk(key, { index, isLast: false }, rest.subarray(0, CHUNK_BYTES)));
        index += 1;
      }
      return sealed;
    },
    end: () => [...begin(), sealChunk(key, { index, isLast: true }, rest)],
  };
}

/** Reads the plain text of a sealed file from an offset on. Throws when it is not what was written under the key. */
export async function* readSealed(path: string, key: ContentKey, offset = 0): AsyncGenerator<Buffer> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  const count = Math.ceil((size - HEADER_BYTES) / (CHUNK_BYTES + TAG_BYTES));
  if (count < 1 || !isHeaderOf(key, await readAt(file, 0, HEADER_BYTES))) throw new Error('another key, or no header');

  // Beyond the last chunk there is nothing, which the last one has to say.
  let index = Math.min(Math.floor(offset / CHUNK_BYTES), count - 1);
  for (let skip = offset - index * CHUNK_BYTES; index < count; index += 1, skip = 0) {
    const sealed = await readAt(file, HEADER_BYTES + index * (CHUNK_BYTES + TAG_BYTES), CHUNK_BYTES + TAG_BYTES);
    const plaintext = openChunk(key, { index, isLast: index === count - 1 }, sealed);
    if (plaintext.length > skip) yield plaintext.subarray(skip);
  }
}

/** Writes the plain text of a sealed file to another one. */
export const unsealTo = (path: string, key: ContentKey, target: string): Promise<void> =>
  pipeline(readSealed(path, key), createWriteStream(target, { flags: 'wx', mode: 0o600 }));

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}

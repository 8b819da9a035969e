import { createReadStream } from 'node:fs';
import type { StoredDataset } from '../domain/dataset.ts';
import { sealedFileProblem } from '../encryption/content-cipher.ts';
import { readSealed } from '../encryption/sealed-file.ts';
import { holdFile, type HoldParts } from './held-content.ts';

/** The bytes of a content, in plain text, as they are read; it stays where it is until it is disposed. */
export interface OpenContent extends AsyncDisposable {
  readonly bytes: AsyncIterable<Buffer>;
}

/** Bytes of a chunk of a download. */
export const CHUNK_BYTES = 1024 * 1024;

/** Opens a content from an offset on. What is encrypted is decrypted on its way: it lies nowhere in plain text. */
export async function openContent(parts: HoldParts, stored: StoredDataset, offset: number): Promise<OpenContent> {
  await using opening = new AsyncDisposableStack();
  const { path } = opening.use(await holdFile(parts, stored, ''));
  const { name, keyVersion } = stored.dataset;
  const key = keyVersion === '' ? undefined : await parts.cipher.keyOf(stored);
  const bytes = key
    ? explained(name, readSealed(path, key, offset))
    : (createReadStream(path, { start: offset, highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>);
  const opened = opening.move();
  return { bytes, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

async function* explained(name: string, bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* bytes;
  } catch (error) {
    throw sealedFileProblem(name, error);
  }
}

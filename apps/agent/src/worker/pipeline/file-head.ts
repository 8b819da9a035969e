import { open } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { Readable } from 'node:stream';

/** How a text file is compressed, by its first bytes. */
export type TextCompression = 'uncompressed' | 'gzip' | 'zstd';

const HEAD_CHARACTERS = 256 * 1024;

/** Looks at the first bytes of a file. */
export async function compressionOf(file: string): Promise<TextCompression> {
  await using handle = await open(file);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
  const magic = buffer.subarray(0, bytesRead).toString('hex');
  if (magic.startsWith('1f8b')) return 'gzip';
  return magic === '28b52ffd' ? 'zstd' : 'uncompressed';
}

/** The text of a file as a stream of bytes, decompressed. */
export function openText(file: string, compression: TextCompression): Readable {
  const bytes = createReadStream(file);
  if (compression === 'uncompressed') return bytes;
  const decompress = compression === 'gzip' ? createGunzip() : createZstdDecompress();
  bytes.on('error', (error) => decompress.destroy(error));
  return bytes.pipe(decompress);
}

/** The first characters of a file, without a byte order mark; whole lines unless one is longer. */
export async function headOf(file: string, compression: TextCompression): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of openText(file, compression)) {
    parts.push(part as Buffer);
    size += (part as Buffer).length;
    if (size >= HEAD_CHARACTERS) break;
  }
  const head = new TextDecoder().decode(Buffer.concat(parts).subarray(0, HEAD_CHARACTERS));
  if (size < HEAD_CHARACTERS) return head;
  const end = Math.max(head.lastIndexOf('\n'), head.lastIndexOf('\r'));
  return end > 0 ? head.slice(0, end + 1) : head;
}

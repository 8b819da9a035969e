import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { csvRecords, type RecordShape } from './csv-records.ts';
import { openText, type TextCompression } from './file-head.ts';

/** What became of the records of a file. */
export interface CopiedRecords {
  /** Lines that were given up. */
  readonly malformed: number;
  /** The first of them. */
  readonly lines: readonly number[];
}

const MAX_NAMED = 3;
const BATCH_BYTES = 64 * 1024;

/** Copies the records of a CSV file that are not malformed, each line break as one LF. */
export async function copyRecords(
  file: string,
  compression: TextCompression,
  copy: string,
  shape: RecordShape,
): Promise<CopiedRecords> {
  let malformed = 0;
  const lines: number[] = [];

  async function* kept(): AsyncGenerator<Buffer> {
    let batch: Buffer[] = [];
    let size = 0;
    for await (const { bytes, line } of csvRecords(openText(file, compression), shape)) {
      if (!bytes) {
        malformed += 1;
        if (lines.length < MAX_NAMED) lines.push(line);
        continue;
      }
      batch.push(withLf(bytes), LINE_BREAK);
      size += bytes.length + 1;
      if (size < BATCH_BYTES) continue;
      yield Buffer.concat(batch);
      [batch, size] = [[], 0];
    }
    yield Buffer.concat(batch);
  }

  await pipeline(Readable.from(kept()), createWriteStream(copy));
  return { malformed, lines };
}

const LINE_BREAK = Buffer.from('\n');

// Line breaks inside quotes; most records have none.
const withLf = (bytes: Buffer): Buffer =>
  bytes.includes('\r') ? Buffer.from(bytes.toString('latin1').replace(/\r\n?/g, '\n'), 'latin1') : bytes;

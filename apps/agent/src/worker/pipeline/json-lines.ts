import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { linesOf } from '../lines-of.ts';
import { openText, type TextCompression } from './file-head.ts';

/** What a file of lines held. */
export interface CopiedLines {
  /** Lines that are not empty. */
  readonly total: number;
  /** Of these JSON objects. */
  readonly kept: number;
  /** The number of the first line that is none, from 1; 0 when all are. */
  readonly firstBad: number;
}

/** Copies the lines of a file that are JSON objects. */
export async function copyObjects(
  file: string,
  compression: TextCompression,
  copy: string,
  maxBytes: number,
): Promise<CopiedLines> {
  const out = createWriteStream(copy);
  let number = 0;
  let total = 0;
  let kept = 0;
  let firstBad = 0;
  for await (const line of linesOf(openText(file, compression))) {
    number += 1;
    if (line.trim() === '') continue;
    total += 1;
    if (!isObject(line, maxBytes)) {
      firstBad ||= number;
      continue;
    }
    kept += 1;
    if (!out.write(`${line}\n`)) await once(out, 'drain');
  }
  out.end();
  await finished(out);
  return { total, kept, firstBad };
}

function isObject(line: string, maxBytes: number): boolean {
  if (line.length > maxBytes) return false;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

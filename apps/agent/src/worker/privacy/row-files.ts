import { createReadStream, createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { linesOf } from '../lines-of.ts';
import type { JsonRow } from './anonymizer.ts';

const MAX_ROWS = 1_000;
/** Well below the 4 MiB that a message may have. */
const MAX_CHARACTERS = 512 * 1024;
const MANY_DIGITS = /\d{16}/;

/** The rows of a file with one JSON object a line, in batches that fit into messages. */
export async function* readBatches(file: string): AsyncGenerator<JsonRow[]> {
  let batch: JsonRow[] = [];
  let characters = 0;
  for await (const line of linesOf(createReadStream(file))) {
    if (line === '') continue;
    if (batch.length >= MAX_ROWS || (batch.length > 0 && characters + line.length > MAX_CHARACTERS)) {
      yield batch;
      [batch, characters] = [[], 0];
    }
    batch.push(rowOf(line));
    characters += line.length;
  }
  if (batch.length > 0) yield batch;
}

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/** Whole numbers that a double cannot hold travel as text; the declared type of their column makes them numbers again. */
const exact: Reviver = (_, value, { source }) =>
  typeof value === 'number' && source !== undefined && /^-?\d+$/.test(source) && !Number.isSafeInteger(value)
    ? source
    : value;

const rowOf = (line: string): JsonRow =>
  JSON.parse(line, MANY_DIGITS.test(line) ? (exact as (key: string, value: unknown) => unknown) : undefined) as JsonRow;

/** Writes rows, one JSON object a line; answers the names of columns in the order in which they came. */
export async function writeBatches(
  file: string,
  batches: AsyncIterable<readonly JsonRow[]>,
): Promise<{ columns: string[]; rows: number }> {
  const out = createWriteStream(file, { flags: 'wx', mode: 0o600 });
  const failed = once(out, 'error').then(([error]) => Promise.reject(error as Error));
  failed.catch(() => undefined);
  const columns = new Set<string>();
  let rows = 0;
  try {
    for await (const batch of batches) {
      for (const row of batch) for (const name of Object.keys(row)) columns.add(name);
      rows += batch.length;
      const text = batch.map((row) => `${JSON.stringify(row)}\n`).join('');
      if (!out.write(text)) await Promise.race([once(out, 'drain'), failed]);
    }
  } finally {
    out.end();
  }
  await finished(out);
  return { columns: [...columns], rows };
}

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { startTestRun, type TestRun } from '../../testing/test-run-state.ts';
import { query } from '../duck/rows.ts';
import type { Format, Packing } from '../plan/plan.ts';
import { write } from './write.ts';

let run: TestRun;
let steps = 0;
beforeAll(async () => {
  run = await startTestRun();
  await run.table('data', `select * from (values (1, 'x,"y"', 1.5::double), (2, null, 'nan'::double)) t(a, b, c)`);
});
afterAll(() => run[Symbol.asyncDispose]());

async function written(format: Format, packing: Packing) {
  const id = `w${(steps += 1)}`;
  const file = join(run.dir, id);
  const outcome = await write(run.state, { kind: 'write', id, input: 'data', format, packing, file });
  const bytes = await readFile(file);
  expect(outcome).toMatchObject({
    rowsOut: 2,
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  });
  return { bytes, file };
}

describe('a written file', () => {
  it('is CSV', async () => {
    expect((await written('csv', 'none')).bytes.toString()).toBe('a,b,c\n1,"x,""y""",1.5\n2,,nan\n');
    expect(gunzipSync((await written('csv', 'gzip')).bytes).toString()).toContain('a,b,c\n');
  });

  it('is JSON that any parser takes: it knows no NaN', async () => {
    const rows = [
      { a: 1, b: 'x,"y"', c: 1.5 },
      { a: 2, b: null, c: null },
    ];
    expect(JSON.parse((await written('json', 'none')).bytes.toString())).toEqual(rows);
    const lines = zstdDecompressSync((await written('ndjson', 'zstd')).bytes)
      .toString()
      .trim()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(rows);
  });

  it.each<Packing>(['snappy', 'zstd', 'none'])('is Parquet, packed with %s', async (packing) => {
    const { file } = await written('parquet', packing);
    const { rows } = await query(run.state.connection, `select a, b, c from read_parquet('${file}')`);
    expect(rows).toEqual([
      [1, 'x,"y"', 1.5],
      [2, null, NaN],
    ]);
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { startTestRun, type TestRun } from '../../testing/test-run-state.ts';
import { query } from '../duck/rows.ts';
import { StepFailure } from '../duck/step-failure.ts';
import type { Format, ReadPlan } from '../plan/plan.ts';
import { read } from './read.ts';
import type { StepOutcome } from './step-outcome.ts';

let run: TestRun;
let steps = 0;
beforeAll(async () => {
  run = await startTestRun();
});
afterAll(() => run[Symbol.asyncDispose]());

const csv = { delimiter: undefined, quote: '"', header: undefined, nullTexts: [] };

interface Reading extends StepOutcome {
  readonly types: Record<string, string>;
  readonly rows: unknown[][];
}

async function reading(format: Format, content: string | Buffer, rest: Partial<ReadPlan> = {}): Promise<Reading> {
  const id = `step_${(steps += 1)}`;
  const file = join(run.dir, `${id}.input`);
  await writeFile(file, content);
  const plan: ReadPlan = {
    kind: 'read',
    id,
    file,
    format,
    csv,
    columns: [],
    columnTypes: {},
    skipMalformed: false,
    ...rest,
  };
  const outcome = await read(run.state, plan);
  const { rows } = await query(run.state.connection, `select columns(*)::varchar from ${id}`);
  const types = Object.fromEntries(outcome.columns.map(({ name, native }) => [name, native]));
  return { ...outcome, types, rows: rows.map((row) => [...row]) };
}

const problem = (reads: Promise<unknown>): Promise<unknown> =>
  reads.then(
    () => 'read',
    (error: unknown) =>
      error instanceof StepFailure
        ? `${error.failure.reason}: ${String(error.failure.facts['problem'] ?? '')}`
        : String(error),
  );

describe('a CSV file', () => {
  it('has the types that fit all of its rows, not just the first ones', async () => {
    const rows = Array.from({ length: 30_000 }, (_, i) => `${i},${i},2020-01-0${(i % 9) + 1},true,0${i % 10}`);
    const text = ['id,amount,day,ok,code', ...rows, '1,2.5,2020-01-01 10:00:00,1,05'].join('\n');
    const { types, rowsOut } = await reading('csv', text);
    expect(types).toEqual({ id: 'BIGINT', amount: 'DOUBLE', day: 'TIMESTAMP', ok: 'VARCHAR', code: 'VARCHAR' });
    expect(rowsOut).toBe(30_001);
  });

  it.each([
    ['0', '-1', 'BIGINT'],
    ['9223372036854775807', '1', 'BIGINT'],
    ['9223372036854775808', '1', 'VARCHAR'],
    ['007', '1', 'VARCHAR'],
    ['+1', '1', 'VARCHAR'],
    ['1.50', '1e3', 'DOUBLE'],
    ['1e999', '1', 'VARCHAR'],
    ['nan', '1', 'VARCHAR'],
    ['true', 'FALSE', 'BOOLEAN'],
    ['2020-02-30', '2020-01-01', 'VARCHAR'],
    ['2020-02-29', '', 'DATE'],
    ['2020-01-01T10:00', '2020-01-01', 'TIMESTAMP'],
    ['2020-01-01T10:00:00Z', '2020-01-01 10:00:00+02', 'TIMESTAMP WITH TIME ZONE'],
    ['', '', 'VARCHAR'],
  ])('reads %s beside %s as %s', async (a, b, type) => {
    expect((await reading('csv', `x,y\n${a},1\n${b},1\n`)).types['x']).toBe(type);
  });

  it('keeps every row around a broken one, and counts the broken ones', async () => {
    const rows = Array.from({ length: 2000 }, (_, i) => `${i},n${i}`);
    rows[100] = '1';
    rows[200] = '1,2,3';
    rows[300] = '5,"open';
    rows[400] = '6,"closed"early';
    const text = ['id,name', ...rows].join('\n');
    const outcome = await reading('csv', text, { skipMalformed: true });
    expect(outcome).toMatchObject({ rowsIn: 2000, rowsOut: 1996, rowsSkipped: 4, types: { id: 'BIGINT' } });
    expect(await problem(reading('csv', text))).toBe(
      'INPUT_UNREADABLE: 4 malformed line(s): line 102, 202, 302 and others',
    );
  });

  it('may mix line breaks, hold them in quotes and lack one at its end', async () => {
    const { rows } = await reading('csv', 'a,b\r\n1,"x\r\ny"\n2,z');
    expect(rows).toEqual([
      ['1', 'x\ny'],
      ['2', 'z'],
    ]);
  });

  it('may not be UTF-8 in part', async () => {
    const text = Buffer.concat([Buffer.from('a,b\n1,caf'), Buffer.from([0xe9]), Buffer.from('\n2,ok\n')]);
    expect(await reading('csv', text, { skipMalformed: true })).toMatchObject({ rows: [['2', 'ok']], rowsSkipped: 1 });
  });

  it('means null by what it is told, and by nothing', async () => {
    const layout = { ...csv, nullTexts: ['NA', '-'] };
    const { rows, types } = await reading('csv', 'a,b\nNA,x\n1,-\n,""\n', { csv: layout });
    expect(types).toEqual({ a: 'BIGINT', b: 'VARCHAR' });
    expect(rows).toEqual([
      [null, 'x'],
      ['1', null],
      [null, null],
    ]);
  });

  it('is read in the columns asked for, in their order, as the types declared', async () => {
    const columnTypes = { day: 'TIMESTAMP', amount: 'DECIMAL(10,2)' };
    const { types, rows } = await reading('csv', 'id,day,amount\n1,2020-01-01,1.5\n', {
      columns: ['amount', 'day'],
      columnTypes,
    });
    expect(Object.entries(types)).toEqual([
      ['amount', 'DECIMAL(10,2)'],
      ['day', 'TIMESTAMP'],
    ]);
    expect(rows).toEqual([['1.50', '2020-01-01 00:00:00']]);
  });

  it('has malformed rows where a value is not of the type declared: nothing is cut off', async () => {
    const text = 'n,day\n1,2020-01-01\n1.5,2020-01-01\n2,2020-01-01 10:00:00\nx,2020-01-01\n,\n';
    const columnTypes = { n: 'INTEGER', day: 'DATE' };
    expect(await reading('csv', text, { columnTypes, skipMalformed: true })).toMatchObject({
      rows: [
        ['1', '2020-01-01'],
        [null, null],
      ],
      rowsSkipped: 3,
    });
    expect(await problem(reading('csv', text, { columnTypes }))).toBe(
      'INPUT_UNREADABLE: n is not INTEGER in 2 row(s); day is not DATE in 1 row(s)',
    );
  });

  it('may be compressed, empty, or nothing but a header', async () => {
    expect((await reading('csv', gzipSync('a,b\n1,2\n'))).rows).toEqual([['1', '2']]);
    expect(await reading('csv', '')).toMatchObject({ rowsOut: 0, types: { column0: 'VARCHAR' } });
    expect(await reading('csv', 'a,b\n')).toMatchObject({ rowsOut: 0, types: { a: 'VARCHAR', b: 'VARCHAR' } });
  });

  it('does not run what stands in the name of a type or of a column', async () => {
    for (const type of ["INTEGER) from read_text('/etc/passwd'", 'INTEGER); drop table x', 'int, 2', 'nope']) {
      expect(await problem(reading('csv', 'a\n1\n', { columnTypes: { a: type } }))).toContain(
        'SQL_INVALID: column_types',
      );
    }
    const { types } = await reading('csv', '"a"" , (select 1)",b\'\n1,2\n');
    expect(types).toEqual({ 'a" , (select 1)': 'BIGINT', "b'": 'BIGINT' });
  });

  it('lacks a column that is asked for', async () => {
    expect(await problem(reading('csv', 'a\n1\n', { columns: ['A'] }))).toBe('COLUMN_NOT_FOUND: ');
  });
});

describe('JSON', () => {
  it('of several types in one column becomes text', async () => {
    const { types, rows } = await reading(
      'json',
      '[{"a": 1, "b": "x"}, {"a": "q", "b": [1, 2]}, {"b": null}, {"a": 2.50}]',
    );
    expect(types).toEqual({ a: 'VARCHAR', b: 'VARCHAR' });
    expect(rows).toEqual([
      ['1', 'x'],
      ['q', '[1,2]'],
      [null, null],
      ['2.5', null],
    ]);
  });

  it('has numbers, texts, times and objects', async () => {
    const text =
      '[{"n": 1, "x": -1.5, "big": 18446744073709551615, "d": "2020-01-01", "o": {"a": 1}, "l": [1]}, {"n": -1}]';
    expect((await reading('json', text)).types).toEqual({
      n: 'BIGINT',
      x: 'DOUBLE',
      big: 'HUGEINT',
      d: 'DATE',
      o: 'STRUCT(a BIGINT)',
      l: 'BIGINT[]',
    });
  });

  it('has malformed rows where something is no object', async () => {
    const text = '[{"a": 1}, 5, null, {"a": 2}, [3]]';
    expect(await reading('json', text, { skipMalformed: true })).toMatchObject({
      rowsOut: 2,
      rowsSkipped: 3,
      rowsIn: 5,
    });
    expect(await problem(reading('json', text))).toBe('INPUT_UNREADABLE: 3 row(s) are no JSON objects');
  });

  it('cannot be read in part when it is cut off, or is no array', async () => {
    expect(await problem(reading('json', '[{"a": 1}, {"a"', { skipMalformed: true }))).toContain(
      'INPUT_UNREADABLE: Malformed JSON at byte',
    );
    expect(await problem(reading('json', '{"a": 1}'))).toBe('INPUT_UNREADABLE: it is not a JSON array');
  });

  it('may be empty, and may have many keys', async () => {
    expect(await reading('json', '[]')).toMatchObject({ rowsOut: 0 });
    const keys = Array.from({ length: 300 }, (_, i) => `{"key${i}": ${i}}`);
    expect(Object.keys((await reading('json', `[${keys.join(',')}]`)).types)).toHaveLength(300);
  });

  it('one object per line has malformed lines where a line is something else', async () => {
    const text = '{"a":1}\n{"a":2,\n\n{"a":"three"}\n[1]\n7\n';
    expect(await reading('ndjson', text, { skipMalformed: true })).toMatchObject({
      rows: [['1'], ['three']],
      rowsSkipped: 3,
    });
    expect(await problem(reading('ndjson', text))).toBe(
      'INPUT_UNREADABLE: 3 row(s) are no JSON objects, the first one on line 2',
    );
    expect(await reading('ndjson', 'x\ny\n', { skipMalformed: true })).toMatchObject({ rowsOut: 0, rowsSkipped: 2 });
  });

  it('of the wrong types is malformed', async () => {
    const text = '[{"n": 1}, {"n": "x"}, {"n": 1.5}]';
    const outcome = await reading('json', text, { columnTypes: { n: 'SMALLINT' }, skipMalformed: true });
    expect(outcome).toMatchObject({ rows: [['1']], rowsSkipped: 2, types: { n: 'SMALLINT' } });
  });
});

describe('Parquet', () => {
  it('that is none is refused', async () => {
    expect(await problem(reading('parquet', 'a,b\n'))).toContain('INPUT_UNREADABLE: ');
  });
});

import fc from 'fast-check';
import { startTestRun, type TestRun } from '../../testing/test-run-state.ts';
import { text } from '../duck/sql.ts';
import { profile } from './profile.ts';
import type { ColumnPortrait } from './step-outcome.ts';

let run: TestRun;
beforeAll(async () => {
  run = await startTestRun();
});
afterAll(() => run[Symbol.asyncDispose]());

async function portraits(select: string, topValues = 10, columns: readonly string[] = []): Promise<ColumnPortrait[]> {
  await run.table('data', select);
  await run.state.connection.run('drop view if exists profiled');
  const outcome = await profile(run.state, { kind: 'profile', id: 'profiled', input: 'data', columns, topValues });
  return [...(outcome.profile ?? [])];
}

const only = async (select: string): Promise<ColumnPortrait> => {
  const [portrait] = await portraits(select);
  if (!portrait) throw new Error('no column');
  return portrait;
};

const values = <T>(items: readonly (T | null)[], sql: (item: T) => string, type: string): string =>
  `select v::${type} as v from (values ${items.map((item) => `(${item === null ? 'null' : sql(item)})`).join(', ')}) t(v)`;

describe('a profile', () => {
  it('of numbers agrees with a plain loop', async () => {
    const number = fc.option(fc.integer({ min: -1000, max: 1000 }), { nil: null });
    await fc.assert(
      fc.asyncProperty(fc.array(number, { minLength: 1, maxLength: 40 }), async (items) => {
        const portrait = await only(values(items, String, 'integer'));
        const present = items.filter((item) => item !== null).sort((a, b) => a - b);
        expect(portrait).toMatchObject({
          rows: items.length,
          nulls: items.length - present.length,
          distinct: new Set(present).size,
        });
        if (present.length === 0) {
          expect(portrait.numeric).toBeUndefined();
          return;
        }
        const mean = present.reduce((a, b) => a + b, 0) / present.length;
        const variance = present.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, present.length - 1);
        expect(portrait.numeric).toMatchObject({
          min: present[0],
          max: present.at(-1),
          mean: expect.closeTo(mean, 6),
          stddev: expect.closeTo(Math.sqrt(variance), 6),
        });
        const quantile = (share: number): number => {
          const place = share * (present.length - 1);
          const [below = 0, above = 0] = [present[Math.floor(place)], present[Math.ceil(place)]];
          return below + (above - below) * (place - Math.floor(place));
        };
        [0.25, 0.5, 0.75, 0.95, 0.99].forEach((share, index) => {
          expect(portrait.numeric?.quantiles[index]).toBeCloseTo(quantile(share), 6);
        });
        expect(portrait.topValues[0]?.count).toBe(
          Math.max(...present.map((item) => present.filter((other) => other === item).length)),
        );
      }),
      { numRuns: 25 },
    );
  });

  it('of text counts lengths, blanks and numbers', async () => {
    const items = ['a', 'a', 'bcd', '', ' \t', '1.5', '-3', null, 'é'];
    const portrait = await only(values(items, text, 'varchar'));
    expect(portrait).toMatchObject({
      rows: 9,
      nulls: 1,
      distinct: 7,
      min: { value: { value: '' } },
      max: { value: { value: 'é' } },
      numeric: undefined,
      text: { minLength: 0, maxLength: 3, meanLength: 13 / 8, blanks: 2, numeric: 2 },
    });
    expect(portrait.topValues[0]).toEqual({ value: { value: { $case: 'stringValue', value: 'a' } }, count: 2 });
  });

  it('leaves NaN and infinities out of statistics, and does not overflow', async () => {
    const items = [1e300, -1e300, NaN, Infinity, 0];
    const portrait = await only(values(items, (item) => text(String(item)), 'double'));
    expect(portrait.numeric).toMatchObject({ min: -1e300, max: 1e300, mean: 0, stddev: expect.closeTo(1e300, -290) });
    expect(portrait.distinct).toBe(5);
  });

  it('knows every type, and cuts what is long', async () => {
    const columns = await portraits(
      `select [1, 2] as l, {'a': 1} as s, map {'k': 1} as m, date '2020-01-01' as d, timestamp '2020-01-01 10:00:00.5' as t,
         timestamptz '2020-01-01 10:00:00+02' as z, interval '1 year 2 days 3 hours' as i, time '10:00' as c,
         1.50::decimal(10, 2) as p, 170141183460469231731687303715884105727::hugeint as h, 'ab'::blob as b,
         uuid '00000000-0000-0000-0000-000000000001' as u, true as f, repeat('x', 1000) as x,
         range(10000) as long, null as n`,
    );
    const shown = Object.fromEntries(columns.map(({ column, min }) => [column.name, min.value?.value]));
    expect(shown).toMatchObject({
      d: '2020-01-01',
      t: '2020-01-01T10:00:00.5',
      z: '2020-01-01T08:00:00Z',
      i: 'P1Y2DT3H',
      c: '10:00:00',
      p: '1.50',
      h: '170141183460469231731687303715884105727',
      b: new Uint8Array([97, 98]),
      u: '00000000-0000-0000-0000-000000000001',
      f: true,
      x: 'x'.repeat(256),
      long: undefined,
      n: undefined,
    });
    expect(shown['l']).toMatchObject({ cells: [{ value: { value: 1n } }, { value: { value: 2n } }] });
    expect(shown['s']).toMatchObject({ fields: { a: { value: { value: 1n } } } });
    expect(shown['m']).toMatchObject({ fields: { k: { value: { value: 1n } } } });
  });

  it('is of the columns asked for, and of an empty table too', async () => {
    const [portrait, ...others] = await portraits('select 1 as a, 2 as b where false', 0, ['b']);
    expect(others).toEqual([]);
    expect(portrait).toMatchObject({ column: { name: 'b' }, rows: 0, distinct: 0, topValues: [], numeric: undefined });
    await expect(portraits('select 1 as a', 10, ['A'])).rejects.toMatchObject({
      failure: { reason: 'COLUMN_NOT_FOUND', facts: { columns: 'A', available: 'a' } },
    });
  });
});

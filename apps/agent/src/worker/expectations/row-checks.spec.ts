import fc from 'fast-check';
import { agrees, findingFor, findingIn, holds, NOW, tables, times } from '../../testing/expectation-oracle.ts';
import { startTestRun, type TestRun } from '../../testing/test-run-state.ts';
import type { CheckOf, PlainValue } from '../plan/plan.ts';

let run: TestRun;
beforeAll(async () => {
  run = await startTestRun({ startedAt: NOW });
});
afterAll(() => run[Symbol.asyncDispose]());

const integer = (value: number): PlainValue => ({ kind: 'integer', value: BigInt(value) });

describe('not_null', () => {
  it('finds the rows that a loop finds', () =>
    holds(fc.tuple(tables, fc.constantFrom('n' as const, 'f' as const, 's' as const, 't' as const)), ([data, column]) =>
      agrees(run, { kind: 'not_null', column }, data, (row) => row[column] === null),
    ));
});

describe('in_range', () => {
  const bound = fc.option(fc.integer({ min: -5, max: 5 }), { nil: undefined });
  const bounds = fc
    .record({ min: bound, max: bound, minExclusive: fc.boolean(), maxExclusive: fc.boolean() })
    .filter(({ min, max }) => min !== undefined || max !== undefined);
  type Bounds = typeof bounds extends fc.Arbitrary<infer B> ? B : never;

  const check = (column: string, { min, max, ...rest }: Bounds): CheckOf<'in_range'> => ({
    kind: 'in_range',
    column,
    min: min === undefined ? undefined : integer(min),
    max: max === undefined ? undefined : integer(max),
    ...rest,
  });
  const isOutside = (value: number, { min, max, minExclusive, maxExclusive }: Bounds): boolean =>
    Number.isNaN(value) ||
    (min !== undefined && (minExclusive ? value <= min : value < min)) ||
    (max !== undefined && (maxExclusive ? value >= max : value > max));

  it('finds numbers outside, NaN included', () =>
    holds(fc.tuple(tables, bounds, fc.constantFrom('n' as const, 'f' as const)), ([data, limits, column]) =>
      agrees(run, check(column, limits), data, (row) => row[column] !== null && isOutside(row[column], limits)),
    ));

  it('finds text that is not a number between them', () =>
    holds(fc.tuple(tables, bounds), ([data, limits]) =>
      agrees(run, check('s', limits), data, ({ s }) => s !== null && (s.trim() === '' || isOutside(Number(s), limits))),
    ));

  it('finds times outside', () =>
    holds(fc.tuple(tables, times), ([data, value]) => {
      const since = { min: { kind: 'time', value }, max: undefined, minExclusive: false, maxExclusive: false } as const;
      return agrees(run, { kind: 'in_range', column: 't', ...since }, data, ({ t }) => t !== null && t < value);
    }));

  it('cannot compare a list with a number', async () => {
    await run.table('lists', 'select [1, 2] as l');
    const limits = check('l', { min: 1, max: undefined, minExclusive: false, maxExclusive: false });
    const { error } = await findingIn(run, 'lists', limits);
    expect(error).toBe('"l" holds INTEGER[], which cannot be compared with an integer');
  });

  it('says its bounds in words', async () => {
    const words = async (limits: Bounds) => (await findingFor(run, check('n', limits), [])).check;
    const open = { minExclusive: true, maxExclusive: true };
    expect(await words({ min: 1, max: 2, minExclusive: false, maxExclusive: false })).toBe('n is between 1 and 2');
    expect(await words({ min: 1, max: 2, ...open })).toBe('n is more than 1 and less than 2');
    expect(await words({ min: undefined, max: 2, ...open, maxExclusive: false })).toBe('n is at most 2');
  });
});

describe('in_set', () => {
  it('finds what is not of the set', () =>
    holds(
      fc.tuple(tables, fc.uniqueArray(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 4 })),
      ([data, set]) =>
        agrees(
          run,
          { kind: 'in_set', column: 'n', values: set.map(integer) },
          data,
          ({ n }) => n !== null && !set.includes(n),
        ),
    ));

  it('compares text letter by letter', () =>
    holds(tables, (data) => {
      const set = ['a', 'b', 'é'];
      const values = set.map((value): PlainValue => ({ kind: 'text', value }));
      return agrees(run, { kind: 'in_set', column: 's', values }, data, ({ s }) => s !== null && !set.includes(s));
    }));

  it('takes ten thousand values', async () => {
    const values = Array.from({ length: 10_000 }, (_, value) => integer(value));
    const rows = [-1, 9999].map((n) => ({ n, f: null, s: null, t: null }));
    const finding = await findingFor(run, { kind: 'in_set', column: 'n', values }, rows);
    expect(finding).toMatchObject({ rowsFailed: 1, check: 'n is one of 0, 1, 2, 3, 4 and 9995 more' });
  });
});

describe('matches', () => {
  it.each([true, false])('finds what does not match (in part: %s)', (partial) =>
    holds(tables, (data) => {
      const pattern = partial ? /[a-c]/ : /^(?:[a-c]+|\d)$/;
      const check = { kind: 'matches', column: 's', pattern: partial ? '[a-c]' : '[a-c]+|\\d', partial } as const;
      return agrees(run, check, data, ({ s }) => s !== null && !pattern.test(s));
    }),
  );

  it('cannot be checked with a pattern that is none, and says so', async () => {
    const check = { kind: 'matches', column: 's', pattern: '(', partial: false } as const;
    const finding = await findingFor(run, check, [{ n: 1, f: 1, s: 'a', t: null }]);
    expect(finding).toMatchObject({ error: 'missing )', passRatio: 0 });
  });
});

describe('an expectation', () => {
  it('cannot be checked without its column, which is compared byte for byte', async () => {
    const finding = await findingFor(run, { kind: 'not_null', column: 'N' }, []);
    expect(finding).toMatchObject({ check: 'not null', error: 'there is no column "N"', passRatio: 0, columns: [] });
  });
});

import fc from 'fast-check';
import { agrees, findingFor, holds, NOW, tables, type OracleRow } from '../../testing/expectation-oracle.ts';
import { startTestRun, type TestRun } from '../../testing/test-run-state.ts';

let run: TestRun;
beforeAll(async () => {
  run = await startTestRun({ startedAt: NOW });
});
afterAll(() => run[Symbol.asyncDispose]());

type Column = keyof OracleRow;
const columnsOf = (...names: readonly Column[]) =>
  fc.uniqueArray(fc.constantFrom(...names), { minLength: 1, maxLength: 2 });

/** Equal as SQL sees it: NaN is NaN, and there is one zero. */
const same = (a: OracleRow[Column], b: OracleRow[Column]): boolean =>
  a instanceof Date && b instanceof Date ? a.getTime() === b.getTime() : a === b || Object.is(a, b);

describe('unique', () => {
  it('finds every row that has a twin', () =>
    holds(fc.tuple(tables, columnsOf('n', 'f', 's', 't')), ([data, columns]) =>
      agrees(run, { kind: 'unique', columns }, data, (row) => {
        if (columns.some((name) => row[name] === null)) return false;
        return data.filter((other) => columns.every((name) => same(row[name], other[name]))).length > 1;
      }),
    ));
});

describe('referential', () => {
  it('finds the rows whose values are not there', () =>
    holds(fc.tuple(tables, tables, columnsOf('n', 's')), ([data, others, columns]) => {
      const check = { kind: 'referential', columns, referenceStep: 'others', referenceColumns: [] } as const;
      const isOrphan = (row: OracleRow): boolean =>
        columns.every((name) => row[name] !== null) &&
        !others.some((other) => columns.every((name) => other[name] === row[name]));
      return agrees(run, check, data, isOrphan, others);
    }));

  it('cannot be checked against columns of another type, or a step that is not there', async () => {
    const check = { kind: 'referential', columns: ['n'], referenceStep: 'others', referenceColumns: ['s'] } as const;
    expect((await findingFor(run, check, [])).error).toBe('"n" holds INTEGER, "s" VARCHAR');
    const nowhere = { ...check, referenceStep: 'nowhere' };
    expect((await findingFor(run, nowhere, [])).error).toBe('there is no earlier step "nowhere"');
  });
});

describe('row_count', () => {
  it('holds between its bounds', () =>
    holds(fc.tuple(tables, fc.nat(20), fc.nat(20)), async ([data, min, max]) => {
      const finding = await findingFor(run, { kind: 'row_count', min, max }, data);
      expect(finding.passRatio).toBe(data.length >= min && data.length <= max ? 1 : 0);
      expect(finding.observed).toEqual({ value: { $case: 'intValue', value: BigInt(data.length) } });
    }));
});

describe('freshness', () => {
  it('holds when the newest time is new enough', () =>
    holds(fc.tuple(tables, fc.integer({ min: 1, max: 40 * 86_400 })), async ([data, seconds]) => {
      const finding = await findingFor(run, { kind: 'freshness', column: 't', maxAgeMs: seconds * 1000 }, data);
      const newest = Math.max(...data.flatMap(({ t }) => (t ? [t.getTime()] : [])));
      expect(finding.passRatio).toBe(newest >= NOW.getTime() - seconds * 1000 ? 1 : 0);
    }));
});

describe('custom_sql', () => {
  const check = (query: string) => ({ kind: 'custom_sql', query }) as const;

  it('counts what a query returns', () =>
    holds(tables, async (data) => {
      const finding = await findingFor(run, check('select * from data where n > 2 -- too many'), data);
      const broken = data.filter(({ n }) => n !== null && n > 2);
      expect(finding).toMatchObject({ rowsFailed: broken.length, rowsChecked: data.length, error: '' });
      expect(finding.evidence.rows).toHaveLength(broken.length);
    }));

  it('cannot be checked when DuckDB does not understand it', async () => {
    const { error } = await findingFor(run, check('select nope from data'), []);
    expect(error).toContain('Referenced column "nope" not found');
  });

  it('ends the run when it does what it may not', async () => {
    await expect(findingFor(run, check("from read_text('/etc/passwd')"), [])).rejects.toMatchObject({
      failure: { reason: 'SQL_FORBIDDEN' },
    });
  });

  it('does not say what a value was where it could not be used', async () => {
    const rows = [{ n: 1, f: 1, s: 'secret', t: null }];
    const { error } = await findingFor(run, check('select error(s) from data'), rows);
    expect(error).toBe('a value cannot be used like this');
  });
});

describe('evidence', () => {
  it('is whole rows, with long text cut', async () => {
    const above = {
      min: { kind: 'integer', value: 2n },
      max: undefined,
      minExclusive: false,
      maxExclusive: false,
    } as const;
    const rows = [{ n: 1, f: 0.5, s: 'x'.repeat(300), t: NOW }];
    const { evidence } = await findingFor(run, { kind: 'in_range', column: 'n', ...above }, rows);
    expect(evidence.columns.map(({ name }) => name)).toEqual(['n', 'f', 's', 't']);
    expect(evidence.rows[0]?.row.cells.map(({ value }) => value?.value)).toEqual([
      1n,
      0.5,
      'x'.repeat(256),
      '2026-01-01T00:00:00Z',
    ]);
  });
});

import fc from 'fast-check';
import { text } from '../worker/duck/sql.ts';
import type { Finding } from '../worker/pipeline/step-outcome.ts';
import { validate } from '../worker/pipeline/validate.ts';
import type { Check, ExpectationPlan } from '../worker/plan/plan.ts';
import type { TestRun } from './test-run-state.ts';

/** A row of the tables that expectations are tried on: an integer, a number, a text, a time. */
export interface OracleRow {
  readonly n: number | null;
  readonly f: number | null;
  readonly s: string | null;
  readonly t: Date | null;
}

/** When the runs of these tests start. */
export const NOW = new Date('2026-01-01T00:00:00Z');

const nullable = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null, freq: 5 });

/** Times of the month before NOW. */
export const times = fc.date({ min: new Date('2025-12-01T00:00:00Z'), max: NOW, noInvalidDate: true });

/** Tables of up to 30 rows, with nulls, NaN, infinities and text that is almost a number. */
export const tables: fc.Arbitrary<OracleRow[]> = fc.array(
  fc.record({
    n: nullable(fc.integer({ min: -5, max: 5 })),
    f: nullable(fc.oneof(fc.double({ min: -5, max: 5, noNaN: true }), fc.constantFrom(NaN, Infinity, -Infinity, -0))),
    s: nullable(fc.constantFrom('', 'a', 'ab', 'B', '1', '2.5', 'é', 'x\ny', 'NaN')),
    t: nullable(times),
  }),
  { maxLength: 30 },
);

/** Tries a law on 25 cases. */
export const holds = <T>(cases: fc.Arbitrary<T>, law: (value: T) => Promise<void>): Promise<void> =>
  fc.assert(fc.asyncProperty(cases, law), { numRuns: 25 });

/** What validate says of a table `data`, beside a table `others` to refer to. */
export async function findingFor(
  run: TestRun,
  check: Check,
  data: readonly OracleRow[],
  others: readonly OracleRow[] = [],
): Promise<Finding> {
  await run.table('data', select(data));
  await run.table('others', select(others));
  return findingIn(run, 'data', check);
}

/** What validate says of the table of a step. */
export async function findingIn(run: TestRun, input: string, check: Check): Promise<Finding> {
  await run.state.connection.run('drop view if exists checked');
  const expectation: ExpectationPlan = {
    id: 'it',
    severity: 'error',
    weight: 1,
    minPassRatio: 1,
    maxEvidence: 100,
    check,
  };
  const plan = { kind: 'validate', id: 'checked', input, minScore: 0, continueOnError: false } as const;
  const [finding] = (await validate(run.state, { ...plan, expectations: [expectation] })).findings ?? [];
  if (!finding) throw new Error('nothing was found');
  return finding;
}

/** Holds what DuckDB finds against what a plain loop finds, row by row. */
export async function agrees(
  run: TestRun,
  check: Check,
  data: readonly OracleRow[],
  breaks: (row: OracleRow) => boolean,
  others: readonly OracleRow[] = [],
): Promise<void> {
  const finding = await findingFor(run, check, data, others);
  const broken = data.flatMap((row, index) => (breaks(row) ? [index + 1] : []));
  expect(finding).toMatchObject({ error: '', rowsChecked: data.length, rowsFailed: broken.length });
  expect(finding.evidence.rows.map(({ rowNumber }) => rowNumber)).toEqual(broken);
  expect(finding.passRatio).toBeCloseTo(data.length === 0 ? 1 : 1 - broken.length / data.length, 12);
}

function select(rows: readonly OracleRow[]): string {
  const values = rows.length === 0 ? '(null, null, null, null)' : rows.map(literal).join(', ');
  const source = `(values ${values}) v(n, f, s, t) ${rows.length === 0 ? 'where false' : ''}`;
  return `select n::integer as n, f::double as f, s::varchar as s, t::timestamptz as t from ${source}`;
}

const literal = ({ n, f, s, t }: OracleRow): string =>
  `(${n ?? 'null'}, ${f === null ? 'null' : `${text(String(f))}::double`}, ${s === null ? 'null' : text(s)}, ` +
  `${t === null ? 'null' : `${text(t.toISOString())}::timestamptz`})`;

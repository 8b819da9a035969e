import { count, first, numberOf } from '../duck/rows.ts';
import { ROW_NUMBER } from '../duck/tables.ts';
import type { ExpectationPlan } from '../plan/plan.ts';
import type { Evidence, Finding } from '../pipeline/step-outcome.ts';
import { none, rowsFound, rowsOf, type Budget } from './evidence.ts';
import {
  Uncheckable,
  type CheckContext,
  type Prepared,
  type QueryCheck,
  type RowCheck,
  type TableCheck,
} from './row-check.ts';

/** How many rows break each check of rows, or in words why that could not be counted. */
export type Counted = ReadonlyMap<RowCheck, number | string>;

type Trial = <T>(work: () => Promise<T>) => Promise<T | string>;

/** Counts what all checks of rows find, in one scan; one by one when that fails, so that the others are not hurt. */
export async function countRowChecks(
  context: CheckContext,
  prepared: readonly (Prepared | string)[],
  trial: Trial,
): Promise<Counted> {
  const checks = prepared.filter((check) => typeof check !== 'string').filter((check) => check.kind === 'rows');
  const together = await trial(() => countBroken(context, checks));
  if (typeof together !== 'string') return new Map(checks.map((check, index) => [check, together[index] ?? 0]));

  const counts = new Map<RowCheck, number | string>();
  for (const check of checks) {
    const alone = await trial(() => countBroken(context, [check]));
    counts.set(check, typeof alone === 'string' ? alone : (alone[0] ?? 0));
  }
  return counts;
}

async function countBroken({ connection, table }: CheckContext, checks: readonly RowCheck[]): Promise<number[]> {
  if (checks.length === 0) return [];
  const counts = checks.map(({ broken }) => `count(*) filter (where ${broken})`).join(', ');
  return (await first(connection, `select ${counts} from ${table.source}`)).map(numberOf);
}

/** What came of one check. */
export function findingOf(
  context: CheckContext,
  expectation: ExpectationPlan,
  check: Prepared,
  counts: Counted,
  budget: Budget,
): Promise<Finding> {
  switch (check.kind) {
    case 'rows':
      return ofRows(context, expectation, check, counts.get(check) ?? 0, budget);
    case 'query':
      return ofQuery(context, expectation, check, budget);
    case 'table':
      return ofTable(context, expectation, check);
  }
}

async function ofRows(
  { connection, table }: CheckContext,
  { id, maxEvidence }: ExpectationPlan,
  check: RowCheck,
  failed: number | string,
  budget: Budget,
): Promise<Finding> {
  if (typeof failed === 'string') throw new Uncheckable(failed);
  // Rows come in the order of the table: the scan ends with the last row that is wanted.
  const from = `from ${table.numbered} where ${check.broken}`;
  const wanted = { from, limit: maxEvidence, checked: check.columns };
  const evidence = failed > 0 && maxEvidence > 0 ? await rowsOf(connection, table, wanted, budget) : none;
  return finding(id, check, table.rows, failed, evidence);
}

async function ofQuery(
  { connection, table }: CheckContext,
  { id, maxEvidence }: ExpectationPlan,
  check: QueryCheck,
  budget: Budget,
): Promise<Finding> {
  const failed = await count(connection, check.failed, check.bindings);
  const from = `from ${check.breaking}${check.hasPlaces ? ` order by ${ROW_NUMBER}` : ''}`;
  const wanted = {
    from,
    limit: maxEvidence,
    checked: check.columns,
    ...(check.bindings && { bindings: check.bindings }),
  };
  if (failed === 0 || maxEvidence === 0) return finding(id, check, table.rows, failed, none);
  const evidence = check.hasPlaces
    ? await rowsOf(connection, table, wanted, budget)
    : await rowsFound(connection, wanted, budget);
  return finding(id, check, table.rows, failed, evidence);
}

async function ofTable(
  { connection, table }: CheckContext,
  { id }: ExpectationPlan,
  check: TableCheck,
): Promise<Finding> {
  const { holds, observed } = await check.judge(connection);
  return { ...finding(id, check, table.rows, 0, none), passRatio: holds ? 1 : 0, observed };
}

const finding = (
  expectation: string,
  { words, columns }: Prepared,
  rowsChecked: number,
  rowsFailed: number,
  evidence: Evidence,
): Finding => ({
  expectation,
  check: words,
  columns,
  rowsChecked,
  rowsFailed,
  passRatio: rowsFailed === 0 ? 1 : Math.max(0, 1 - rowsFailed / rowsChecked),
  observed: undefined,
  evidence,
  error: '',
});

import type { CheckOf } from '../plan/plan.ts';
import type { CheckContext, TableCheck } from './row-check.ts';

/** row_count: there are so many rows. */
export function rowCount({ min, max }: CheckOf<'row_count'>, { table }: CheckContext): TableCheck {
  const holds = table.rows >= (min ?? 0) && table.rows <= (max ?? Infinity);
  const observed = { value: { $case: 'intValue' as const, value: BigInt(table.rows) } };
  return {
    kind: 'table',
    words: `there are ${[...(min === undefined ? [] : [`at least ${min}`]), ...(max === undefined ? [] : [`at most ${max}`])].join(' and ')} rows`,
    columns: [],
    judge: () => Promise.resolve({ holds, observed }),
  };
}

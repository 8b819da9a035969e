import { ident } from '../duck/sql.ts';
import type { CheckOf } from '../plan/plan.ts';
import type { CheckContext, RowCheck } from './row-check.ts';
import { columnOf } from './values.ts';

/** not_null: no value is null. */
export function notNull({ column }: CheckOf<'not_null'>, { table }: CheckContext): RowCheck {
  const { name } = columnOf(table, column);
  return { kind: 'rows', words: `${name} is not null`, columns: [name], broken: `${ident(name)} is null` };
}

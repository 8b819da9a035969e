import { ident, text } from '../duck/sql.ts';
import type { CheckOf } from '../plan/plan.ts';
import type { CheckContext, RowCheck } from './row-check.ts';
import { columnOf, comparable } from './values.ts';

/** matches: values match a pattern (RE2), whole or in part. */
export function matches({ column, pattern, partial }: CheckOf<'matches'>, { table }: CheckContext): RowCheck {
  const { name, ...type } = columnOf(table, column);
  const value = comparable({ name, ...type }, 'text');
  const test = `${partial ? 'regexp_matches' : 'regexp_full_match'}(${value}, ${text(pattern)})`;
  return {
    kind: 'rows',
    words: `${name} ${partial ? 'contains a match of' : 'matches'} /${pattern}/`,
    columns: [name],
    broken: `(${ident(name)} is not null and not coalesce(${test}, false))`,
  };
}

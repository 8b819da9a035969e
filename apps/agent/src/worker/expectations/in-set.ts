import { ident } from '../duck/sql.ts';
import type { CheckOf } from '../plan/plan.ts';
import { Uncheckable, type CheckContext, type RowCheck } from './row-check.ts';
import { columnOf, comparable, listed, sqlOf, wordsOf } from './values.ts';

const MAX_IN_WORDS = 5;

/** in_set: values are of a set. */
export function inSet({ column: name, values }: CheckOf<'in_set'>, { table }: CheckContext): RowCheck {
  const column = columnOf(table, name);
  const [first] = values;
  if (!first) throw new Uncheckable('its set is empty');
  const value = comparable(column, first.kind);

  const shown = values.slice(0, MAX_IN_WORDS).map(wordsOf);
  const rest = values.length > shown.length ? [`${values.length - shown.length} more`] : [];
  return {
    kind: 'rows',
    words: `${name} is one of ${listed([...shown, ...rest])}`,
    columns: [name],
    broken: `(${ident(name)} is not null and not coalesce(${value} in (${values.map(sqlOf).join(', ')}), false))`,
  };
}

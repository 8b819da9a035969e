import type { ColumnFact } from '../duck/columns.ts';
import { ident } from '../duck/sql.ts';
import type { InRangeCheck, PlainValue } from '../plan/plan.ts';
import { Uncheckable, type CheckContext, type RowCheck } from './row-check.ts';
import { columnOf, comparable, sqlOf, wordsOf } from './values.ts';

/** in_range: values lie between bounds. NaN lies between none, nor does text that is not of the bounds' kind. */
export function inRange(check: InRangeCheck, { table }: CheckContext): RowCheck {
  const column = columnOf(table, check.column);
  const kind = (check.min ?? check.max)?.kind;
  if (kind === undefined) throw new Uncheckable('it has no bound');
  const value = comparable(column, kind);

  const inside = [
    ...bound(value, check.min, check.minExclusive ? '>' : '>='),
    ...bound(value, check.max, check.maxExclusive ? '<' : '<='),
    ...(mayBeNaN(column, kind) ? [`not isnan(${value})`] : []),
  ].join(' and ');
  return {
    kind: 'rows',
    words: `${column.name} is ${boundsInWords(check)}`,
    columns: [column.name],
    broken: `(${ident(column.name)} is not null and not coalesce(${inside}, false))`,
  };
}

const bound = (value: string, limit: PlainValue | undefined, operator: string): string[] =>
  limit ? [`${value} ${operator} ${sqlOf(limit)}`] : [];

const mayBeNaN = (column: ColumnFact, kind: PlainValue['kind']): boolean =>
  kind !== 'time' && (column.kind === 'double' || column.family === 'text');

function boundsInWords({ min, max, minExclusive, maxExclusive }: InRangeCheck): string {
  if (min && max && !minExclusive && !maxExclusive) return `between ${wordsOf(min)} and ${wordsOf(max)}`;
  const lower = min ? [`${minExclusive ? 'more than' : 'at least'} ${wordsOf(min)}`] : [];
  const upper = max ? [`${maxExclusive ? 'less than' : 'at most'} ${wordsOf(max)}`] : [];
  return [...lower, ...upper].join(' and ');
}

import { ident, idents } from '../duck/sql.ts';
import type { CheckOf } from '../plan/plan.ts';
import type { CheckContext, QueryCheck } from './row-check.ts';
import { columnsOf, listed } from './values.ts';

/** unique: no two rows have the same values. Every row of a group of equals breaks it; rows with a null do not. */
export function unique({ columns: names }: CheckOf<'unique'>, { table }: CheckContext): QueryCheck {
  const columns = columnsOf(table, names).map(({ name }) => name);
  const complete = columns.map((name) => `${ident(name)} is not null`).join(' and ');
  const repeated = `from ${table.source} where ${complete} group by ${idents(columns)} having count(*) > 1`;
  const same = columns.map((name) => `r.${ident(name)} = g.${ident(name)}`).join(' and ');

  return {
    kind: 'query',
    words: `${listed(columns)} ${columns.length === 1 ? 'is' : 'are'} unique`,
    columns,
    failed: `select coalesce(sum(n), 0) from (select count(*) as n ${repeated})`,
    breaking: `(select r.* from ${table.numbered} r semi join (select ${idents(columns)} ${repeated}) g on ${same})`,
    hasPlaces: true,
  };
}

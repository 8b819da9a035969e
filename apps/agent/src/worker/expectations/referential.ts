import type { ColumnFact } from '../duck/columns.ts';
import { ident } from '../duck/sql.ts';
import type { ReferentialCheck } from '../plan/plan.ts';
import { Uncheckable, type CheckContext, type QueryCheck } from './row-check.ts';
import { columnsOf, listed } from './values.ts';

/** referential: the values of columns, together, exist in the table of another step; rows with a null break nothing. */
export function referential(check: ReferentialCheck, { table, tables }: CheckContext): QueryCheck {
  const reference = tables.get(check.referenceStep);
  if (!reference) throw new Uncheckable(`there is no earlier step "${check.referenceStep}"`);
  const columns = columnsOf(table, check.columns);
  const keys = columnsOf(reference, check.referenceColumns.length > 0 ? check.referenceColumns : check.columns);
  if (keys.length !== columns.length) throw new Uncheckable('it names more columns on one side than on the other');

  const pairs = columns.map((column, index) => equality(column, keys[index]));
  const complete = columns.map(({ name }) => `r.${ident(name)} is not null`).join(' and ');
  const orphans = (rows: string): string =>
    `from ${rows} r anti join ${reference.source} k on ${pairs.join(' and ')} where ${complete}`;
  const names = columns.map(({ name }) => name);
  return {
    kind: 'query',
    words: `${listed(names)} ${names.length === 1 ? 'exists' : 'exist'} in ${check.referenceStep}`,
    columns: names,
    failed: `select count(*) ${orphans(table.source)}`,
    breaking: `(select r.* ${orphans(table.numbered)})`,
    hasPlaces: true,
  };
}

function equality(column: ColumnFact, key: ColumnFact | undefined): string {
  if (!key) throw new Uncheckable('it names more columns on one side than on the other');
  if (column.family !== key.family || (column.family === 'other' && column.native !== key.native)) {
    throw new Uncheckable(`"${column.name}" holds ${column.native}, "${key.name}" ${key.native}`);
  }
  return `r.${ident(column.name)} = k.${ident(key.name)}`;
}

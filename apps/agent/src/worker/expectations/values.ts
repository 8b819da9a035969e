import { literal } from '../duck/bindings.ts';
import type { ColumnFact, ColumnFamily } from '../duck/columns.ts';
import { ident } from '../duck/sql.ts';
import type { Table } from '../duck/tables.ts';
import type { PlainValue } from '../plan/plan.ts';
import { Uncheckable } from './row-check.ts';

/** The columns of these names. Throws Uncheckable when one is missing. */
export function columnsOf(table: Table, names: readonly string[]): readonly ColumnFact[] {
  return names.map((name) => {
    const column = table.columns.find((candidate) => candidate.name === name);
    if (!column) throw new Uncheckable(`there is no column "${name}"`);
    return column;
  });
}

/** The column of this name. Throws Uncheckable when it is missing. */
export function columnOf(table: Table, name: string): ColumnFact {
  const [column] = columnsOf(table, [name]);
  if (!column) throw new Uncheckable(`there is no column "${name}"`);
  return column;
}

const families: Readonly<Record<PlainValue['kind'], ColumnFamily>> = {
  text: 'text',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  time: 'time',
};
const readAs: Readonly<Record<PlainValue['kind'], string>> = {
  text: 'varchar',
  integer: 'double',
  number: 'double',
  boolean: 'boolean',
  time: 'timestamptz',
};

/**
 * SQL of a column's values that can be compared with values of a kind. Text is read as that kind; text that is not of
 * it becomes null. Throws Uncheckable for a column that holds something else.
 */
export function comparable(column: ColumnFact, kind: PlainValue['kind']): string {
  const name = ident(column.name);
  if (kind === 'text' && column.family !== 'other') return `${name}::varchar`;
  if (kind === 'time' && column.family === 'time') return `${name}::timestamptz`;
  if (column.family === families[kind]) return name;
  if (column.family === 'text') return `try_cast(${name}::varchar as ${readAs[kind]})`;
  throw new Uncheckable(
    `"${column.name}" holds ${column.native}, which cannot be compared with ${kind === 'integer' ? 'an' : 'a'} ${kind}`,
  );
}

/** A value of the request as SQL. */
export const sqlOf = (value: PlainValue): string => literal(value);

/** A value of the request in words. */
export const wordsOf = (value: PlainValue): string =>
  value.kind === 'time' ? value.value.toISOString() : value.kind === 'text' ? `"${value.value}"` : String(value.value);

/** Names in words: a, b and c. */
export const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;

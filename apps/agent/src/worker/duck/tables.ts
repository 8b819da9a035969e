import type { ColumnFact } from './columns.ts';
import { StepFailure } from './step-failure.ts';
import { ident } from './sql.ts';

/** The table that a step made, or passed on under its own name. */
export interface Table {
  /** How SQL names it. */
  readonly source: string;
  /** The same with the place of each row, from 1, in a column ROW_NUMBER. */
  readonly numbered: string;
  readonly columns: readonly ColumnFact[];
  readonly rows: number;
}

/** The column of `Table.numbered`; no column of the data has this name. */
export const ROW_NUMBER = '__weir_row_number';

/** A table that DuckDB holds: its row ids are places. */
export const storedTable = (id: string, columns: readonly ColumnFact[], rows: number): Table => ({
  source: ident(id),
  numbered: `(select rowid + 1 as ${ROW_NUMBER}, * from ${ident(id)})`,
  columns,
  rows,
});

/** A table that is read from its file whenever it is used. */
export const fileTable = (id: string, columns: readonly ColumnFact[], rows: number): Table => ({
  source: ident(id),
  numbered: `(select row_number() over () as ${ROW_NUMBER}, * from ${ident(id)})`,
  columns,
  rows,
});

/** The columns of these names, compared byte for byte. Throws COLUMN_NOT_FOUND with those that are missing. */
export function columnsNamed(
  step: string,
  available: readonly ColumnFact[],
  names: readonly string[],
): readonly ColumnFact[] {
  const byName = new Map(available.map((column) => [column.name, column]));
  const missing = names.filter((name) => !byName.has(name));
  if (missing.length > 0) {
    throw new StepFailure('COLUMN_NOT_FOUND', {
      step,
      columns: listed(missing),
      available: listed([...byName.keys()]),
    });
  }
  return names.flatMap((name) => byName.get(name) ?? []);
}

const MAX_LISTED = 20;

const listed = (names: readonly string[]): string =>
  names.length <= MAX_LISTED
    ? names.join(', ')
    : `${names.slice(0, MAX_LISTED).join(', ')} and ${names.length - MAX_LISTED} more`;

import type { DuckDBConnection, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { Cell } from '@weir/contracts/agent';
import { cellOf, MAX_CHARACTERS } from '../duck/cells.ts';
import { columnOf, type ColumnFact } from '../duck/columns.ts';
import { query, type Bindings, type Rows } from '../duck/rows.ts';
import { ident } from '../duck/sql.ts';
import { ROW_NUMBER, type Table } from '../duck/tables.ts';
import type { Evidence } from '../pipeline/step-outcome.ts';

/** Whole rows are shown up to so many columns; wider tables show the checked columns first. */
export const MAX_COLUMNS = 100;
const MAX_NESTED_CHARACTERS = 4096;

/** How many bytes of evidence a step may still keep. */
export interface Budget {
  left: number;
}

/** Breaking rows as they are asked for. */
export interface EvidenceQuery {
  /** FROM, WHERE and ORDER BY. */
  readonly from: string;
  readonly limit: number;
  readonly checked: readonly string[];
  readonly bindings?: Bindings;
}

/** No evidence. */
export const none: Evidence = { columns: [], rows: [], truncated: false };

/** The first breaking rows of a table, with their places. */
export async function rowsOf(
  connection: DuckDBConnection,
  table: Table,
  { from, limit, checked }: EvidenceQuery,
  budget: Budget,
): Promise<Evidence> {
  const columns = shownColumns(table.columns, checked);
  const selection = [ROW_NUMBER, ...columns.map(short)].join(', ');
  const result = await query(connection, `select ${selection} ${from} limit ${limit}`);
  return kept(columns, result, budget);
}

/** The first rows that a query of the tenant finds; they have no place. */
export async function rowsFound(
  connection: DuckDBConnection,
  { from, limit, bindings }: EvidenceQuery,
  budget: Budget,
): Promise<Evidence> {
  const { names, types, rows } = await query(connection, `select * ${from} limit ${limit}`, bindings);
  const columns = names.map((name, index) => columnOf(name, types[index]?.alias ?? String(types[index])));
  const numbered = { names, types: [undefined, ...types], rows: rows.map((row) => [0, ...row]) };
  return kept(columns, numbered, budget);
}

function shownColumns(columns: readonly ColumnFact[], checked: readonly string[]): readonly ColumnFact[] {
  if (columns.length <= MAX_COLUMNS) return columns;
  const first = columns.filter(({ name }) => checked.includes(name));
  return [...first, ...columns.filter(({ name }) => !checked.includes(name))].slice(0, MAX_COLUMNS);
}

/** A column, long values cut before they leave DuckDB. */
function short({ name, kind, family }: ColumnFact): string {
  const column = ident(name);
  if (family === 'text') return `left(${column}::varchar, ${MAX_CHARACTERS}) as ${column}`;
  if (kind === 'bytes') return `${column}[1:${MAX_CHARACTERS}] as ${column}`;
  if (kind !== 'list' && kind !== 'struct') return column;
  return `case when length(${column}::varchar) <= ${MAX_NESTED_CHARACTERS} then ${column} end as ${column}`;
}

type Numbered = Pick<Rows, 'rows'> & { readonly types: readonly (DuckDBType | undefined)[] };

function kept(columns: readonly ColumnFact[], { types, rows }: Numbered, budget: Budget): Evidence {
  const evidence = [];
  for (const [place = null, ...values] of rows) {
    const cells = values.map((value, index) => cellIn(value, types[index + 1]));
    budget.left -= cells.reduce((sum, cell) => sum + sizeOf(cell), 0);
    if (budget.left < 0) return { columns, rows: evidence, truncated: true };
    evidence.push({ rowNumber: Number(place), row: { cells } });
  }
  return { columns, rows: evidence, truncated: false };
}

const cellIn = (value: DuckDBValue, type: DuckDBType | undefined): Cell =>
  type ? cellOf(value, type) : { value: undefined };

/** Roughly what a cell takes on the wire. */
function sizeOf({ value }: Cell): number {
  switch (value?.$case) {
    case 'listValue':
      return value.value.cells.reduce((sum, cell) => sum + sizeOf(cell), 4);
    case 'structValue':
      return Object.entries(value.value.fields).reduce((sum, [name, cell]) => sum + name.length + sizeOf(cell) + 8, 4);
    case 'stringValue':
      return Buffer.byteLength(value.value) + 6;
    case 'bytesValue':
      return value.value.length + 6;
    case undefined:
      return 2;
    default:
      return 16;
  }
}

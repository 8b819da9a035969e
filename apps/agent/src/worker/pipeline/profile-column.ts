import type { DuckDBConnection } from '@duckdb/node-api';
import type { Cell } from '@weir/contracts/agent';
import { cellOf, MAX_CHARACTERS } from '../duck/cells.ts';
import type { ColumnFact } from '../duck/columns.ts';
import { first, numberOf, query } from '../duck/rows.ts';
import { ident } from '../duck/sql.ts';
import type { Table } from '../duck/tables.ts';
import type { ColumnPortrait, NumericPortrait, TextPortrait } from './step-outcome.ts';

// Not a name that a step can have.
const VALUES = '_values';
const MAX_NESTED_CHARACTERS = 4096;

/** What the values of one column look like. Counts are exact: its distinct values are gathered once, with their counts. */
export async function portraitOf(
  connection: DuckDBConnection,
  table: Table,
  column: ColumnFact,
  topValues: number,
): Promise<ColumnPortrait> {
  const name = ident(column.name);
  await connection.run(
    `create or replace temp table ${VALUES} as select ${name} as v, count(*) as n from ${table.source} group by v`,
  );
  const [distinct, nulls] = await first(
    connection,
    `select count(v), coalesce(sum(n) filter (where v is null), 0) from ${VALUES}`,
  );
  const present = numberOf(distinct) > 0;
  const portrait = {
    column,
    rows: table.rows,
    nulls: numberOf(nulls),
    distinct: numberOf(distinct),
    ...(await extremes(connection, column)),
    numeric: present && column.family === 'number' ? await numeric(connection, table, column) : undefined,
    text: present && column.family === 'text' ? await textual(connection) : undefined,
    topValues: topValues > 0 ? await top(connection, column, topValues) : [],
  };
  await connection.run(`drop table temp.main.${VALUES}`);
  return portrait;
}

async function extremes(connection: DuckDBConnection, column: ColumnFact): Promise<{ min: Cell; max: Cell }> {
  const sql = `select ${short(column, 'min(v)')}, ${short(column, 'max(v)')} from ${VALUES}`;
  const { rows, types } = await query(connection, sql);
  const [min = null, max = null] = rows[0] ?? [];
  const [type] = types;
  if (!type) return { min: { value: undefined }, max: { value: undefined } };
  return { min: cellOf(min, type), max: cellOf(max, type) };
}

async function top(connection: DuckDBConnection, column: ColumnFact, limit: number) {
  const sql = `select ${short(column, 'v')}, n from ${VALUES} where v is not null order by n desc, v limit ${limit}`;
  const { rows, types } = await query(connection, sql);
  const [type] = types;
  return rows.flatMap(([value = null, n]) => (type ? [{ value: cellOf(value, type), count: numberOf(n) }] : []));
}

/** Sorting more numbers than these takes longer than quantiles are worth: beyond them they are estimated (t-digest). */
const MAX_SORTED = 10_000_000;
const SHARES = '[0.25, 0.5, 0.75, 0.95, 0.99]';
// Squares of larger numbers overflow.
const MAX_SQUARE_ROOT = 1e150;

async function numeric(
  connection: DuckDBConnection,
  { source, rows }: Table,
  column: ColumnFact,
): Promise<NumericPortrait | undefined> {
  const number = `${ident(column.name)}::double`;
  const finite = `from (select ${number} as x from ${source} where isfinite(${number}))`;
  const quantiles = rows <= MAX_SORTED ? 'quantile_cont' : 'approx_quantile';
  const [min, max, mean, shares] = await first(
    connection,
    `select min(x), max(x), avg(x), list_transform(${quantiles}(x, ${SHARES}), q -> q::double)::varchar ${finite}`,
  );
  if (min === null || min === undefined) return undefined;
  const scale = Math.max(Math.abs(numberOf(min)), Math.abs(numberOf(max))) > MAX_SQUARE_ROOT ? MAX_SQUARE_ROOT : 1;
  const [stddev] = await first(connection, `select coalesce(stddev_samp(x / ${scale}), 0) ${finite}`);
  return {
    min: numberOf(min),
    max: numberOf(max),
    mean: numberOf(mean),
    stddev: numberOf(stddev) * scale,
    quantiles: JSON.parse(String(shares)) as number[],
  };
}

async function textual(connection: DuckDBConnection): Promise<TextPortrait> {
  const [minLength, maxLength, meanLength, blanks, numbers] = await first(
    connection,
    `select min(length(t)), max(length(t)), sum(length(t) * n) / sum(n),
            coalesce(sum(n) filter (where not regexp_matches(t, '\\S')), 0),
            coalesce(sum(n) filter (where try_cast(t as double) is not null), 0)
     from (select v::varchar as t, n from ${VALUES} where v is not null)`,
  );
  return {
    minLength: numberOf(minLength),
    maxLength: numberOf(maxLength),
    meanLength: numberOf(meanLength),
    blanks: numberOf(blanks),
    numeric: numberOf(numbers),
  };
}

/** A value of a column, cut before it leaves DuckDB. */
function short({ kind, family }: ColumnFact, value: string): string {
  if (family === 'text') return `left(${value}::varchar, ${MAX_CHARACTERS})`;
  if (kind === 'bytes') return `${value}[1:${MAX_CHARACTERS}]`;
  if (kind !== 'list' && kind !== 'struct') return value;
  return `case when length(${value}::varchar) <= ${MAX_NESTED_CHARACTERS} then ${value} end`;
}

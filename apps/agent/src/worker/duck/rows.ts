import type { DuckDBConnection, DuckDBResultReader, DuckDBType, DuckDBValue } from '@duckdb/node-api';

/** Values of the parameters of a statement, by name, with the types that they have in SQL. */
export interface Bindings {
  readonly values: Record<string, DuckDBValue>;
  readonly types: Record<string, DuckDBType>;
}

/** A small result, held in memory. */
export interface Rows {
  readonly names: readonly string[];
  readonly types: readonly DuckDBType[];
  readonly rows: readonly (readonly DuckDBValue[])[];
}

/** Runs one statement and reads all that it returns: for small results only. */
export async function query(connection: DuckDBConnection, sql: string, bindings?: Bindings): Promise<Rows> {
  const reader = await read(connection, sql, bindings);
  return { names: reader.columnNames(), types: reader.columnTypes(), rows: reader.getRows() };
}

/** The first row of a result. */
export async function first(
  connection: DuckDBConnection,
  sql: string,
  bindings?: Bindings,
): Promise<readonly DuckDBValue[]> {
  return (await query(connection, sql, bindings)).rows[0] ?? [];
}

/** The first value of the first row, as a number. */
export const count = async (connection: DuckDBConnection, sql: string, bindings?: Bindings): Promise<number> =>
  numberOf((await first(connection, sql, bindings))[0] ?? null);

/** A count or a sum as a number; NULL is 0. */
export const numberOf = (value: DuckDBValue | undefined): number => Number(value ?? 0);

const read = (connection: DuckDBConnection, sql: string, bindings?: Bindings): Promise<DuckDBResultReader> =>
  bindings ? connection.runAndReadAll(sql, bindings.values, bindings.types) : connection.runAndReadAll(sql);

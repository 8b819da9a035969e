import type { DuckDBConnection } from '@duckdb/node-api';
import { query } from './rows.ts';

/** What the cells of a column hold, in the words of the contract's ColumnType. */
export type ColumnKind =
  'boolean' | 'integer' | 'double' | 'decimal' | 'string' | 'bytes' | 'timestamp' | 'calendar' | 'list' | 'struct';

/** What checks can do with the values of a column. */
export type ColumnFamily = 'number' | 'text' | 'boolean' | 'time' | 'other';

/** One column of a table. */
export interface ColumnFact {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly family: ColumnFamily;
  /** DuckDB's name of the type. */
  readonly native: string;
}

/** The columns of what `source` selects: a table or a query in parentheses. */
export async function describe(connection: DuckDBConnection, source: string): Promise<ColumnFact[]> {
  const { rows } = await query(connection, `describe from ${source}`);
  return rows.map(([name, native]) => columnOf(String(name), String(native)));
}

/** A column by DuckDB's name of its type. */
export function columnOf(name: string, native: string): ColumnFact {
  const [kind, family] = typeOf(native);
  return { name, kind, family, native };
}

type Kinds = readonly [ColumnKind, ColumnFamily];

const simple: Readonly<Record<string, Kinds>> = {
  BOOLEAN: ['boolean', 'boolean'],
  TINYINT: ['integer', 'number'],
  SMALLINT: ['integer', 'number'],
  INTEGER: ['integer', 'number'],
  BIGINT: ['integer', 'number'],
  UTINYINT: ['integer', 'number'],
  USMALLINT: ['integer', 'number'],
  UINTEGER: ['integer', 'number'],
  UBIGINT: ['decimal', 'number'],
  HUGEINT: ['decimal', 'number'],
  UHUGEINT: ['decimal', 'number'],
  FLOAT: ['double', 'number'],
  DOUBLE: ['double', 'number'],
  BLOB: ['bytes', 'other'],
  'TIMESTAMP WITH TIME ZONE': ['timestamp', 'time'],
  DATE: ['calendar', 'time'],
  TIMESTAMP: ['calendar', 'time'],
  TIMESTAMP_S: ['calendar', 'time'],
  TIMESTAMP_MS: ['calendar', 'time'],
  TIMESTAMP_NS: ['calendar', 'time'],
  TIME: ['calendar', 'other'],
  TIME_NS: ['calendar', 'other'],
  INTERVAL: ['calendar', 'other'],
  VARCHAR: ['string', 'text'],
  JSON: ['string', 'text'],
  UUID: ['string', 'text'],
};

function typeOf(native: string): Kinds {
  if (native.endsWith(']')) return ['list', 'other'];
  if (/^(STRUCT|MAP)\(/.test(native)) return ['struct', 'other'];
  if (native.startsWith('DECIMAL(')) return ['decimal', 'number'];
  if (native.startsWith('ENUM(')) return ['string', 'text'];
  return simple[native] ?? ['string', 'other'];
}

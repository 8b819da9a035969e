import { PreviewDatasetResponse, type Row } from '@weir/contracts/agent';
import { CsvOptions } from '@weir/contracts/registry';
import type { DuckDBConnection } from '@duckdb/node-api';
import { cellOf } from '../duck/cells.ts';
import { columnOf } from '../duck/columns.ts';
import { identifier, relationOf } from '../duck/relation.ts';
import { openSandbox } from '../duck/sandbox.ts';
import type { ReaderRequest } from './reader-protocol.ts';

const LIMITS = { memoryBytes: 512 * 1024 * 1024, threads: 2 };
// Half of what a message may have: the rest is left to columns and framing.
const MAX_ROWS_BYTES = 2 * 1024 * 1024;

/** Reads columns and row count of a file, or its first rows. Runs in the reader process. */
export async function readFile({ path, format, csv, preview }: ReaderRequest): Promise<PreviewDatasetResponse> {
  using sandbox = await openSandbox([path], LIMITS);
  const relation = relationOf(path, format, csv && CsvOptions.decode(csv));
  const { connection } = sandbox;
  // Awaited here: the sandbox is gone once this returns.
  return preview
    ? await firstRows(connection, relation, preview.columns, preview.maxRows)
    : await describe(connection, relation);
}

async function describe(connection: DuckDBConnection, relation: string): Promise<PreviewDatasetResponse> {
  const shape = await connection.run(`select * from ${relation} limit 0`);
  const types = shape.columnTypes();
  const columns = shape.columnNames().map((name, index) => columnOf(name, typeAt(types, index)));
  const counted = await connection.runAndReadAll(`select count(*)::bigint from ${relation}`);
  const rowCount = counted.getRows()[0]?.[0];
  return { columns, rows: [], rowCount: typeof rowCount === 'bigint' ? rowCount : 0n };
}

async function firstRows(connection: DuckDBConnection, relation: string, wanted: readonly string[], maxRows: number) {
  const selected = wanted.length === 0 ? '*' : wanted.map(identifier).join(', ');
  const result = await connection.runAndReadAll(`select ${selected} from ${relation} limit ${maxRows}`);
  const types = result.columnTypes();
  const columns = result.columnNames().map((name, index) => columnOf(name, typeAt(types, index)));
  const rows: Row[] = [];
  let bytes = 0;
  for (const values of result.getRows()) {
    const row = { cells: values.map((value, index) => cellOf(value, typeAt(types, index))) };
    bytes += PreviewDatasetResponse.encode({ columns: [], rows: [row], rowCount: 0n }).finish().length;
    if (bytes > MAX_ROWS_BYTES) break;
    rows.push(row);
  }
  return { columns, rows, rowCount: 0n };
}

function typeAt<T>(types: readonly T[], index: number): T {
  const type = types[index];
  if (type === undefined) throw new RangeError(`there is no column ${index}`);
  return type;
}

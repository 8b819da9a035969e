import { PreviewDatasetResponse, type Row } from '@weir/contracts/agent';
import { CsvOptions } from '@weir/contracts/registry';
import type { DuckDBConnection } from '@duckdb/node-api';
import { cellOf } from '../duck/cells.ts';
import { columnOf } from '../duck/columns.ts';
import { identifier, literal, relationOf } from '../duck/relation.ts';
import { openSandbox } from '../duck/sandbox.ts';
import type { ReaderRequest } from './reader-protocol.ts';

const LIMITS = { memoryBytes: 512 * 1024 * 1024, threads: 2 };
// Half of what a message may have: the rest is left to columns and framing.
const MAX_ROWS_BYTES = 2 * 1024 * 1024;

/** Reads columns and row count of a file, or its first rows. Runs in the reader process. */
export async function readFile({ path, format, csv, preview }: ReaderRequest): Promise<PreviewDatasetResponse> {
  const copyTo = preview?.copyTo;
  using sandbox = await openSandbox(copyTo === undefined ? [path] : [path, copyTo], LIMITS);
  const relation = relationOf(path, format, csv && CsvOptions.decode(csv));
  const { connection } = sandbox;
  if (preview && copyTo !== undefined) {
    const rows = selectionOf(relation, preview.columns, preview.maxRows);
    await connection.run(`copy (${rows}) to ${literal(copyTo)} (format parquet, use_tmp_file false)`);
    return { columns: [], rows: [], rowCount: 0n };
  }
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

const selectionOf = (relation: string, wanted: readonly string[], maxRows: number): string =>
  `select ${wanted.length === 0 ? '*' : wanted.map(identifier).join(', ')} from ${relation} limit ${maxRows}`;

async function firstRows(connection: DuckDBConnection, relation: string, wanted: readonly string[], maxRows: number) {
  const result = await connection.runAndReadAll(selectionOf(relation, wanted, maxRows));
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

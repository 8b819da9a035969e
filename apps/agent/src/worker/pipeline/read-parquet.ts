import { stat } from 'node:fs/promises';
import { describe } from '../duck/columns.ts';
import { count } from '../duck/rows.ts';
import { ident, idents, text } from '../duck/sql.ts';
import { StepFailure } from '../duck/step-failure.ts';
import { columnsNamed, fileTable } from '../duck/tables.ts';
import type { ReadPlan } from '../plan/plan.ts';
import { load } from './load-table.ts';
import type { RunState } from './run-state.ts';
import type { StepOutcome } from './step-outcome.ts';

/** Parquet is read where it lies, by the columns and row groups that later steps need; nothing is copied. */
export async function readParquet(state: RunState, plan: ReadPlan): Promise<StepOutcome> {
  const { connection, limits } = state;
  const from = `read_parquet(${text(plan.file)})`;
  const available = await describe(connection, from);
  const { size } = await stat(plan.file);
  if (Object.keys(plan.columnTypes).length > 0) {
    const columns = available.map((column) => ({ ...column, value: ident(column.name) }));
    return load(state, plan, { from: `from ${from}`, columns, skipped: 0, sizeBytes: size });
  }

  const rows = await count(connection, `select sum(num_rows) from parquet_file_metadata(${text(plan.file)})`);
  if (rows > limits.rows) throw new StepFailure('ROW_LIMIT_EXCEEDED', { step: plan.id, limit: limits.rows });
  const columns = plan.columns.length > 0 ? columnsNamed(plan.id, available, plan.columns) : available;
  await connection.run(
    `create view ${ident(plan.id)} as select ${idents(columns.map(({ name }) => name))} from ${from}`,
  );
  state.tables.set(plan.id, fileTable(plan.id, columns, rows));
  return { rowsIn: rows, rowsOut: rows, rowsSkipped: 0, sizeBytes: size, detail: 'Parquet', columns };
}

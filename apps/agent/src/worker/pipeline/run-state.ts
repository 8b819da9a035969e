import type { DuckDBConnection } from '@duckdb/node-api';
import { ident } from '../duck/sql.ts';
import type { Table } from '../duck/tables.ts';
import type { Limits, PlainValue } from '../plan/plan.ts';

/** What the steps of one run share. */
export interface RunState {
  readonly connection: DuckDBConnection;
  /** Tables by the id of their step. */
  readonly tables: Map<string, Table>;
  readonly parameters: Readonly<Record<string, PlainValue>>;
  readonly limits: Limits;
  /** When the run started. */
  readonly startedAt: Date;
  /** A folder of its own for scratch files. */
  readonly scratch: string;
}

/** The table of an earlier step; plans are checked, so it is there. */
export function tableOf(state: RunState, id: string): Table {
  const table = state.tables.get(id);
  if (!table) throw new Error(`no table ${id}`);
  return table;
}

/** Gives a table the name of a step that leaves it as it is, for SQL of later steps. */
export async function passOn(state: RunState, id: string, table: Table): Promise<void> {
  await state.connection.run(`create view ${ident(id)} as from ${table.source}`);
  state.tables.set(id, table);
}

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe as columnsOf } from '../worker/duck/columns.ts';
import { openDatabase } from '../worker/duck/open-database.ts';
import { count } from '../worker/duck/rows.ts';
import { ident } from '../worker/duck/sql.ts';
import { storedTable, type Table } from '../worker/duck/tables.ts';
import type { RunState } from '../worker/pipeline/run-state.ts';

/** A run's database as it is in an engine process, with its locks, in the process of the test. */
export interface TestRun extends AsyncDisposable {
  readonly state: RunState;
  readonly dir: string;
  /** Makes the table of a step. */
  table(id: string, query: string): Promise<Table>;
}

/** Opens one; `files` are those beside its folder that it may open. */
export async function startTestRun(rest: Partial<RunState> = {}, files: readonly string[] = []): Promise<TestRun> {
  const dir = await mkdtemp(join(tmpdir(), 'weir-run-'));
  await mkdir(join(dir, 'spill'));
  const bounds = { memoryBytes: 200_000_000, threads: 2, spillDir: join(dir, 'spill'), spillBytes: 100_000_000 };
  const { connection, close } = await openDatabase({ ...bounds, files, scratch: dir });
  const state: RunState = {
    connection,
    tables: new Map(),
    parameters: {},
    limits: { durationMs: 60_000, memoryBytes: 400_000_000, rows: 1_000_000, files: 10, outputBytes: 100_000_000 },
    startedAt: new Date(),
    scratch: dir,
    ...rest,
  };
  return {
    state,
    dir,
    async table(id, query) {
      const rows = await count(connection, `create or replace table ${ident(id)} as ${query}`);
      const table = storedTable(id, await columnsOf(connection, ident(id)), rows);
      state.tables.set(id, table);
      return table;
    },
    async [Symbol.asyncDispose]() {
      close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

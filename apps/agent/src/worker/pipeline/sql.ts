import { bindingsFor } from '../duck/bindings.ts';
import { describe } from '../duck/columns.ts';
import { readDuckError, type DuckError } from '../duck/duck-error.ts';
import { count } from '../duck/rows.ts';
import { ident } from '../duck/sql.ts';
import { StepFailure } from '../duck/step-failure.ts';
import { storedTable } from '../duck/tables.ts';
import { resourceFailure } from '../duck/translate-error.ts';
import type { SqlPlan } from '../plan/plan.ts';
import { checkQuery, placer } from '../sandbox.ts';
import { tableOf, type RunState } from './run-state.ts';
import type { StepOutcome } from './step-outcome.ts';

/** sql: makes a table of what one SELECT of the tenant returns. */
export async function sql(state: RunState, { id, query }: SqlPlan): Promise<StepOutcome> {
  const { connection, tables, limits } = state;
  const checked = await checkQuery(connection, id, query, new Set(tables.keys()));
  const bindings = bindingsFor(checked.parameters, state.parameters);

  await understood(state, id, query);
  const create = `create table ${ident(id)} as select * from ${checked.source} limit ${limits.rows + 1}`;
  const rows = await refusing(state, id, () => count(connection, create, bindings));
  if (rows > limits.rows) throw new StepFailure('ROW_LIMIT_EXCEEDED', { step: id, limit: limits.rows });

  const columns = await describe(connection, ident(id));
  tables.set(id, storedTable(id, columns, rows));
  const rowsIn = checked.tables.reduce((sum, table) => sum + tableOf(state, table).rows, 0);
  return { rowsIn, rowsOut: rows, rowsSkipped: 0, sizeBytes: 0, detail: `${columns.length} column(s)`, columns };
}

/** Has DuckDB bind the statement as the tenant wrote it, so that places in its messages are right. */
async function understood(state: RunState, step: string, query: string): Promise<void> {
  const at = placer(step, query);
  await refusing(
    state,
    step,
    async () => {
      (await state.connection.prepare(query)).destroySync();
    },
    ({ message, position }) => at('SQL_INVALID', message, position),
  );
}

const withoutPlace =
  (step: string) =>
  ({ message }: DuckError): StepFailure =>
    new StepFailure('SQL_INVALID', { step, problem: message });

/** Runs a statement of the tenant; what DuckDB says against it becomes SQL_INVALID. */
export async function refusing<T>(
  state: RunState,
  step: string,
  work: () => Promise<T>,
  refusal: (said: DuckError) => StepFailure = withoutPlace(step),
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const known = resourceFailure(error, step, state.limits);
    if (known) throw known;
    const said = readDuckError(error);
    throw said.type === 'IO' ? new StepFailure('INPUT_UNREADABLE', { step, problem: said.message }) : refusal(said);
  }
}

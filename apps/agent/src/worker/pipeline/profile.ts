import { columnsNamed } from '../duck/tables.ts';
import { resourceFailure, EngineBroken } from '../duck/translate-error.ts';
import type { ProfilePlan } from '../plan/plan.ts';
import { portraitOf } from './profile-column.ts';
import { passOn, tableOf, type RunState } from './run-state.ts';
import type { ColumnPortrait, StepOutcome } from './step-outcome.ts';

/** profile: what the values of each column look like. */
export async function profile(state: RunState, plan: ProfilePlan): Promise<StepOutcome> {
  const table = tableOf(state, plan.input);
  const columns = plan.columns.length > 0 ? columnsNamed(plan.id, table.columns, plan.columns) : table.columns;

  const portraits: ColumnPortrait[] = [];
  try {
    for (const column of columns) portraits.push(await portraitOf(state.connection, table, column, plan.topValues));
  } catch (error) {
    throw resourceFailure(error, plan.id, state.limits) ?? new EngineBroken(error);
  }

  await passOn(state, plan.id, table);
  const { rows } = table;
  const detail = `${portraits.length} column(s) described`;
  return {
    rowsIn: rows,
    rowsOut: rows,
    rowsSkipped: 0,
    sizeBytes: 0,
    detail,
    columns: table.columns,
    profile: portraits,
  };
}

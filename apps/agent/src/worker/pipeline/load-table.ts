import { describe, type ColumnFact } from '../duck/columns.ts';
import { count, first, numberOf } from '../duck/rows.ts';
import { ident } from '../duck/sql.ts';
import { StepFailure } from '../duck/step-failure.ts';
import { columnsNamed, storedTable } from '../duck/tables.ts';
import type { ReadPlan } from '../plan/plan.ts';
import { declared } from './declared-type.ts';
import type { RunState } from './run-state.ts';
import type { StepOutcome } from './step-outcome.ts';

/** What a reader found in a file. */
export interface Found {
  /** FROM, over the rows that are not malformed by their layout. */
  readonly from: string;
  /** The columns of the file, with the SQL of their values. */
  readonly columns: readonly (ColumnFact & { readonly value: string })[];
  /** Rows that are malformed by their layout. */
  readonly skipped: number;
  readonly sizeBytes: number;
}

interface Loaded {
  readonly name: string;
  readonly value: string;
  /** SQL that is true where the value is not of the type that the step declares. */
  readonly mistyped: string | undefined;
}

/** Makes the table of a read step: its columns, in its order, of the types that it declares. */
export async function load(state: RunState, plan: ReadPlan, found: Found): Promise<StepOutcome> {
  const columns = await chosen(state, plan, found);
  const mistyped = columns.flatMap((column) => (column.mistyped === undefined ? [] : [`(${column.mistyped})`]));
  const skipped = found.skipped + (await countMistyped(state, plan, found, columns));

  const { connection, limits } = state;
  const where = mistyped.length === 0 ? '' : ` where not (${mistyped.join(' or ')})`;
  const selection = columns.map(({ name, value }) => `${value} as ${ident(name)}`).join(', ');
  const rows = await count(
    connection,
    `create table ${ident(plan.id)} as select ${selection} ${found.from}${where} limit ${limits.rows + 1}`,
  );
  if (rows > limits.rows) throw new StepFailure('ROW_LIMIT_EXCEEDED', { step: plan.id, limit: limits.rows });

  const made = await describe(connection, ident(plan.id));
  state.tables.set(plan.id, storedTable(plan.id, made, rows));
  const detail = skipped === 0 ? '' : `${skipped} malformed row(s) left out`;
  return {
    rowsIn: rows + skipped,
    rowsOut: rows,
    rowsSkipped: skipped,
    sizeBytes: found.sizeBytes,
    detail,
    columns: made,
  };
}

async function chosen(state: RunState, plan: ReadPlan, found: Found): Promise<readonly Loaded[]> {
  const names = plan.columns.length > 0 ? plan.columns : found.columns.map(({ name }) => name);
  const values = new Map(found.columns.map(({ name, value }) => [name, value]));
  columnsNamed(plan.id, found.columns, Object.keys(plan.columnTypes));
  const columns: Loaded[] = [];
  for (const column of columnsNamed(plan.id, found.columns, names)) {
    const type = Object.hasOwn(plan.columnTypes, column.name) ? plan.columnTypes[column.name] : undefined;
    const value = values.get(column.name) ?? ident(column.name);
    if (type === undefined) columns.push({ name: column.name, value, mistyped: undefined });
    else columns.push({ name: column.name, ...(await declared(state.connection, plan.id, value, column, type)) });
  }
  return columns;
}

/** Counts the rows with a value that is not of its declared type; the first one fails a step that skips none. */
async function countMistyped(
  { connection }: RunState,
  plan: ReadPlan,
  { from }: Found,
  columns: readonly Loaded[],
): Promise<number> {
  const checked = columns.flatMap(({ name, mistyped }) => (mistyped === undefined ? [] : [{ name, mistyped }]));
  if (checked.length === 0) return 0;
  const any = checked.map(({ mistyped }) => `(${mistyped})`).join(' or ');
  const counts = checked.map(({ mistyped }) => `count(*) filter (where ${mistyped})`).join(', ');
  const [total, ...perColumn] = await first(connection, `select count(*) filter (where ${any}), ${counts} ${from}`);
  if (numberOf(total) === 0 || plan.skipMalformed) return numberOf(total);

  const broken = checked.flatMap(({ name }, index) => {
    const rows = numberOf(perColumn[index]);
    return rows === 0 ? [] : [`${name} is not ${plan.columnTypes[name] ?? ''} in ${rows} row(s)`];
  });
  throw new StepFailure('INPUT_UNREADABLE', { step: plan.id, problem: broken.join('; ') });
}

import { cellOf } from '../duck/cells.ts';
import { query } from '../duck/rows.ts';
import { text } from '../duck/sql.ts';
import type { CheckOf } from '../plan/plan.ts';
import type { CheckContext, TableCheck } from './row-check.ts';
import { columnOf, comparable } from './values.ts';

/** freshness: the newest time is at most so old when the run starts. Times without a zone are UTC. */
export function freshness({ column: name, maxAgeMs }: CheckOf<'freshness'>, context: CheckContext): TableCheck {
  const column = columnOf(context.table, name);
  const time = comparable(column, 'time');
  const oldest = new Date(context.startedAt.getTime() - maxAgeMs).toISOString();
  const newest = `max(${time}) filter (where isfinite(${time}))`;
  const sql = `select ${newest}, coalesce(${newest} >= ${text(oldest)}::timestamptz, false) from ${context.table.source}`;

  return {
    kind: 'table',
    words: `the newest ${name} is at most ${maxAgeMs / 1000} s old`,
    columns: [name],
    async judge(connection) {
      const { rows, types } = await query(connection, sql);
      const [value = null, holds] = rows[0] ?? [];
      const [type] = types;
      return { holds: holds === true, observed: type ? cellOf(value, type) : { value: undefined } };
    },
  };
}

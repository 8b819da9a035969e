import { sql, type Transaction } from 'kysely';
import { monthOf, msByMonth } from '../domain/month.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

/** What is added to a month. */
export interface UsageDelta {
  readonly processing_ms?: number | bigint;
  readonly processed_bytes?: bigint;
  readonly rows_read?: bigint;
  readonly rows_written?: bigint;
  readonly jobs_completed?: number;
  readonly jobs_failed?: number;
  readonly jobs_cancelled?: number;
}

const COUNTED = [
  'processing_ms',
  'processed_bytes',
  'rows_read',
  'rows_written',
  'jobs_completed',
  'jobs_failed',
  'jobs_cancelled',
] as const satisfies readonly (keyof UsageDelta)[];

/** Adds to a tenant's month; `storedBytes` replaces what was measured before. */
export async function addUsage(
  tx: Tx,
  { tenant, month, at }: { tenant: string; month: string; at: Date },
  delta: UsageDelta,
  storedBytes?: bigint,
): Promise<void> {
  const sums = COUNTED.map((column) => sql`${sql.ref(column)} = u.${sql.ref(column)} + excluded.${sql.ref(column)}`);
  const stored = storedBytes === undefined ? sql`u.stored_bytes` : sql`${storedBytes}::bigint`;
  await sql`
    insert into usage_months as u (tenant, month, last_activity_at, stored_bytes, ${sql.join(COUNTED.map((name) => sql.ref(name)))})
    values (${tenant}, ${`${month}-01`}::date, ${at}, ${storedBytes ?? 0n}, ${sql.join(COUNTED.map((name) => sql`${delta[name] ?? 0}::bigint`))})
    on conflict (tenant, month) do update set ${sql.join(sums)},
      stored_bytes = ${stored}, last_activity_at = greatest(u.last_activity_at, excluded.last_activity_at)`.execute(tx);
}

/** Counts the time of a slot, each part in the month in which it passed. */
export async function addTime(tx: Tx, tenant: string, from: Date, to: Date): Promise<void> {
  for (const { month, ms } of msByMonth(from, to)) {
    await addUsage(tx, { tenant, month, at: to }, { processing_ms: ms });
  }
}

/** Notes that something happened now. */
export const touch = (tx: Tx, tenant: string, now: Date, storedBytes?: bigint): Promise<void> =>
  addUsage(tx, { tenant, month: monthOf(now), at: now }, {}, storedBytes);

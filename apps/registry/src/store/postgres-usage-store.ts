import type { Database } from '@weir/database';
import { sql, type RawBuilder, type Transaction } from 'kysely';
import type { UsageRecord } from '../domain/usage.ts';
import type { Schema } from './schema.ts';
import type { UsagePage, UsageStore } from './usage-store.ts';

type Tx = Transaction<Schema>;

/** Usage in PostgreSQL. */
export function postgresUsageStore(database: Database<Schema>): UsageStore {
  return {
    find: (scope, tenant, month) =>
      database.within(scope, async (tx) => {
        const wanted = sql`select ${tenant}::text as tenant, ${month ? firstDay(month) : presentMonth} as month`;
        const [usage] = await read(tx, wanted);
        if (!usage) throw new Error('a month without use is a row of zeros');
        return usage;
      }),
    list: (scope, page) => database.within(scope, (tx) => read(tx, listed(page))),
  };
}

const firstDay = (month: string): RawBuilder<unknown> => sql`${`${month}-01`}::date`;
const presentMonth = sql`date_trunc('month', now() at time zone 'UTC')::date`;

function listed({ tenant, from, to, after, limit }: UsagePage): RawBuilder<unknown> {
  const conditions = [
    sql`month <= ${to ? firstDay(to) : presentMonth}`,
    ...(tenant === undefined ? [] : [sql`tenant = ${tenant}`]),
    ...(from ? [sql`month >= ${firstDay(from)}`] : []),
    ...(after
      ? [sql`(month < ${firstDay(after.month)} or (month = ${firstDay(after.month)} and tenant > ${after.tenant}))`]
      : []),
  ];
  return sql`select tenant, month from usage_months where ${sql.join(conditions, sql` and `)}
    order by month desc, tenant limit ${limit}`;
}

/** The months that `wanted` selects (tenant, month), with what slots that have not been counted yet add to them. */
async function read(tx: Tx, wanted: RawBuilder<unknown>): Promise<UsageRecord[]> {
  const { rows } = await sql<Row>`
    with wanted as materialized (${wanted})
    select w.tenant, to_char(w.month, 'YYYY-MM') as month,
      (coalesce(u.processing_ms, 0) + coalesce(s.processing_ms, 0))::bigint as processing_ms,
      coalesce(s.active, 0)::int as active_jobs,
      coalesce(u.processed_bytes, 0) as processed_bytes, coalesce(u.stored_bytes, 0) as stored_bytes,
      coalesce(u.rows_read, 0) as rows_read, coalesce(u.rows_written, 0) as rows_written,
      coalesce(u.jobs_completed, 0) as jobs_completed,
      (coalesce(u.jobs_failed, 0) + coalesce(s.failed, 0))::bigint as jobs_failed,
      coalesce(u.jobs_cancelled, 0) as jobs_cancelled, u.last_activity_at
    from wanted w
    left join usage_months u on u.tenant = w.tenant and u.month = w.month
    left join lateral (
      select
        sum(greatest(0, extract(epoch from least(j.expires_at, now(), m.ends) - greatest(j.acquired_at, m.starts)) * 1000)) as processing_ms,
        count(*) filter (where j.expires_at > now() and now() >= m.starts and now() < m.ends) as active,
        count(*) filter (where j.expires_at <= now() and j.expires_at >= m.starts and j.expires_at < m.ends) as failed
      from job_slots j, (
        select w.month::timestamp at time zone 'UTC' as starts, (w.month + interval '1 month') at time zone 'UTC' as ends
      ) m
      where j.tenant = w.tenant and j.ended_at is null
    ) s on true
    order by w.month desc, w.tenant`.execute(tx);
  return rows.map(recordOf);
}

interface Row {
  readonly tenant: string;
  readonly month: string;
  readonly processing_ms: bigint;
  readonly active_jobs: number;
  readonly processed_bytes: bigint;
  readonly stored_bytes: bigint;
  readonly rows_read: bigint;
  readonly rows_written: bigint;
  readonly jobs_completed: bigint;
  readonly jobs_failed: bigint;
  readonly jobs_cancelled: bigint;
  readonly last_activity_at: Date | null;
}

const recordOf = (row: Row): UsageRecord => ({
  tenant: row.tenant,
  month: row.month,
  processingMs: row.processing_ms,
  activeJobs: row.active_jobs,
  processedBytes: row.processed_bytes,
  storedBytes: row.stored_bytes,
  rowsRead: row.rows_read,
  rowsWritten: row.rows_written,
  jobsCompleted: row.jobs_completed,
  jobsFailed: row.jobs_failed,
  jobsCancelled: row.jobs_cancelled,
  lastActivityAt: row.last_activity_at ?? undefined,
});

import { JobState, type Job } from '@weir/contracts/agent';
import type { Database } from '@weir/database';
import { reason } from '@weir/errors';
import { sql, type ExpressionBuilder, type Transaction } from 'kysely';
import { componentsOf, datasetsOf } from '../domain/job.ts';
import { isJob, jobIn, jobKeyOf, storedJobIn, waitingBefore, workBytes } from './job-row.ts';
import type { JobFilter, JobPage, JobStore, NewJob } from './job-store.ts';
import { postgresJobClaims } from './postgres-job-claims.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;

/** Jobs in PostgreSQL, as one process of the service sees them. */
export function postgresJobStore(database: Database<Schema>, instance: string): JobStore {
  return {
    ...postgresJobClaims(database, instance),
    accept: (scope, job, capacity) => database.within(scope, (tx) => accept(tx, job, capacity)),
    find: (scope, name) =>
      database.within(scope, async (tx) => {
        const query = tx.selectFrom('jobs').selectAll().select(waitingBefore.as('before')).where(isJob(name));
        const row = await query.where('hidden', '=', false).executeTakeFirst();
        return row && storedJobIn(row);
      }),
    list: (scope, filter, before, limit) => database.within(scope, (tx) => list(tx, filter, before, limit)),
    cancel: (scope, name, why) => database.within(scope, (tx) => cancel(tx, name, why)),
    forgetExpired: (scope) =>
      database.within(scope, async (tx) => {
        // The batch of a call is kept for its repeats, and a call that never ended is over for good by then.
        const old = tx
          .deleteFrom('jobs')
          .where((eb) =>
            eb.or([
              eb('finished_at', '<', sql<Date>`now() - interval '30 days'`),
              eb.and([eb('hidden', '=', true), eb('created_at', '<', sql<Date>`now() - interval '25 hours'`)]),
            ]),
          );
        return Number((await old.executeTakeFirst()).numDeletedRows);
      }),
  };
}

async function accept(tx: Tx, { name, work, runId, submittedBy, traceparent }: NewJob, capacity: number) {
  const key = jobKeyOf(name);
  // One at a time for each tenant, so that its queue never holds more than it may.
  await sql`select pg_advisory_xact_lock(hashtext(${`jobs of ${key.tenant}`}))`.execute(tx);
  const waiting = await countWaiting(tx, key.tenant);
  if (waiting >= capacity) throw queueFull(key.tenant, waiting);
  const row = await tx
    .insertInto('jobs')
    .values({
      ...key,
      work: workBytes(work),
      components: componentsOf(work),
      datasets: datasetsOf(work),
      run_id: runId,
      submitted_by: submittedBy,
      traceparent: traceparent ?? null,
      state: JobState.QUEUED,
    })
    .onConflict((on) => on.doNothing())
    .returningAll()
    .executeTakeFirst();
  return row && jobIn({ ...row, before: BigInt(waiting) });
}

async function countWaiting(tx: Tx, tenant: string): Promise<number> {
  const { waiting } = await tx
    .selectFrom('jobs')
    .select((eb) => eb.fn.countAll<bigint>().as('waiting'))
    .where('tenant', '=', tenant)
    .where('state', '=', JobState.QUEUED)
    .where('hidden', '=', false)
    .executeTakeFirstOrThrow();
  return Number(waiting);
}

const queueFull = (tenant: string, waiting: number) =>
  reason(
    'QUEUE_FULL',
    { tenant: `tenants/${tenant}`, waiting },
    { retryAfterMs: 5_000, quota: [{ subject: `tenants/${tenant}`, description: 'jobs that wait' }] },
  );

async function list(tx: Tx, filter: JobFilter, before: bigint | undefined, limit: number): Promise<JobPage> {
  const query = tx.selectFrom('jobs').selectAll().select(waitingBefore.as('before')).where(matches(filter));
  const from = before === undefined ? query : query.where('seq', '<', before);
  const rows = await from.orderBy('seq', 'desc').limit(limit).execute();
  const jobs = rows.map((row) => ({ ...jobIn(row), work: undefined, outcome: undefined }));
  return { jobs, last: rows.at(-1)?.seq ?? 0n };
}

const matches =
  ({ tenant, states, component, dataset, submittedBy, createdFrom, createdUntil }: JobFilter) =>
  (eb: ExpressionBuilder<Schema, 'jobs'>) =>
    eb.and([
      eb('tenant', '=', tenant),
      eb('hidden', '=', false),
      ...(states.length === 0 ? [] : [eb('state', 'in', states)]),
      ...(component === '' ? [] : [sql<boolean>`components @> array[${component}]`]),
      ...(dataset === '' ? [] : [sql<boolean>`datasets @> array[${dataset}]`]),
      ...(submittedBy === '' ? [] : [eb('submitted_by', '=', submittedBy)]),
      ...(createdFrom ? [eb('created_at', '>=', createdFrom)] : []),
      ...(createdUntil ? [eb('created_at', '<', createdUntil)] : []),
    ]);

async function cancel(tx: Tx, name: string, why: string): Promise<Job | undefined> {
  const query = tx.selectFrom('jobs').selectAll().where(isJob(name)).where('hidden', '=', false);
  const row = await query.forUpdate().executeTakeFirst();
  if (!row) return undefined;
  if (row.state !== JobState.QUEUED && row.state !== JobState.RUNNING) return jobIn(row);
  const isQueued = row.state === JobState.QUEUED;
  const cancelled = await tx
    .updateTable('jobs')
    .set({
      state: isQueued ? JobState.CANCELLED : JobState.CANCELLING,
      finished_at: isQueued ? sql<Date>`now()` : null,
      cancel_reason: why,
      revision: row.revision + 1n,
    })
    .where(isJob(name))
    .returningAll()
    .executeTakeFirstOrThrow();
  return jobIn(cancelled);
}

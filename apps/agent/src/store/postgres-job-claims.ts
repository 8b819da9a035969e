import { JobState } from '@weir/contracts/agent';
import type { Database } from '@weir/database';
import { reason } from '@weir/errors';
import { sql, type ExpressionBuilder, type Transaction, type UpdateObject } from 'kysely';
import { componentsOf, datasetsOf, jobName, type JobClaim } from '../domain/job.ts';
import { isJob, jobKeyOf, outcomeBytes, storedJobIn, workBytes } from './job-row.ts';
import type { JobEnd, JobStore, NewJob, NextJob } from './job-store.ts';
import type { Schema } from './schema.ts';

type Tx = Transaction<Schema>;
type Claims = Pick<
  JobStore,
  'tenantsWaiting' | 'claimNext' | 'claimCall' | 'begin' | 'putBack' | 'publish' | 'finish' | 'recover' | 'cancelling'
>;

/** The part of the job store that works on jobs: claims decide who may. */
export function postgresJobClaims(database: Database<Schema>, instance: string): Claims {
  return {
    tenantsWaiting: (scope) =>
      database.within(scope, async (tx) => {
        const rows = await tx.selectFrom('jobs').select('tenant').distinct().where(isWaiting).execute();
        return rows.map(({ tenant }) => tenant);
      }),
    claimNext: (scope, tenant) => database.within(scope, (tx) => claimNext(tx, tenant, instance)),
    claimCall: (scope, job) => database.within(scope, (tx) => claimCall(tx, job, instance)),
    begin: (scope, claim) =>
      database.within(scope, (tx) =>
        change(tx, claim, [JobState.QUEUED], {
          state: JobState.RUNNING,
          attempts: sql<number>`attempts + 1`,
          started_at: sql<Date>`coalesce(started_at, now())`,
        }),
      ),
    putBack: (scope, claim, waitMs) =>
      database.within(scope, async (tx) => {
        const not_before = sql<Date>`now() + make_interval(secs => ${waitMs / 1000})`;
        const wait = { state: JobState.QUEUED, claimed_by: null, not_before };
        await change(tx, claim, [JobState.QUEUED, JobState.RUNNING], wait);
      }),
    publish: (scope, claim, { state, outcome }) =>
      database.within(scope, (tx) => {
        const kept = { ends_as: state, outcome: outcome ? outcomeBytes(outcome) : null };
        return change(tx, claim, [JobState.RUNNING], kept, false);
      }),
    finish: (scope, claim, end) => database.within(scope, (tx) => finish(tx, claim, end)),
    recover: (scope) => database.within(scope, recover),
    cancelling: (scope, names) => database.within(scope, (tx) => cancelling(tx, names)),
  };
}

async function cancelling(tx: Tx, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const ids = names.map((name) => jobKeyOf(name).id);
  const query = tx.selectFrom('jobs').select(['tenant', 'id']).where('id', 'in', ids);
  const rows = await query.where('state', 'in', [JobState.CANCELLING, JobState.CANCELLED]).execute();
  const stopped = new Set(rows.map(({ tenant, id }) => jobName(tenant, id)));
  return names.filter((name) => stopped.has(name));
}

type Where = ExpressionBuilder<Schema, 'jobs'>;

const isWaiting = (eb: Where) =>
  eb.and([eb('state', '=', JobState.QUEUED), eb('claimed_by', 'is', null), eb('hidden', '=', false)]);

async function claimNext(tx: Tx, tenant: string, instance: string): Promise<NextJob | undefined> {
  const next = await tx
    .selectFrom('jobs')
    .select(['id', sql<number>`greatest(0, extract(epoch from not_before - now()) * 1000)::float8`.as('wait_ms')])
    .where('tenant', '=', tenant)
    .where(isWaiting)
    .orderBy('seq')
    .limit(1)
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  if (!next) return undefined;
  // The first one keeps its turn while it waits: later ones do not overtake it.
  if (next.wait_ms > 0) return { waitMs: next.wait_ms };
  const name = jobName(tenant, next.id);
  const row = await tx
    .updateTable('jobs')
    .set((eb) => ({ claim: eb('claim', '+', 1n), claimed_by: instance, not_before: null }))
    .where(isJob(name))
    .returningAll()
    .executeTakeFirstOrThrow();
  return { stored: storedJobIn(row), claim: { name, number: row.claim } };
}

async function claimCall(tx: Tx, { name, work, runId, submittedBy, traceparent }: NewJob, instance: string) {
  const row = await tx
    .insertInto('jobs')
    .values({
      ...jobKeyOf(name),
      hidden: true,
      work: workBytes(work),
      components: componentsOf(work),
      datasets: datasetsOf(work),
      run_id: runId,
      submitted_by: submittedBy,
      traceparent: traceparent ?? null,
      state: JobState.RUNNING,
      claim: 1n,
      claimed_by: instance,
      started_at: sql<Date>`now()`,
    })
    .onConflict((on) =>
      on
        .columns(['tenant', 'id'])
        .doUpdateSet({
          claim: sql<bigint>`jobs.claim + 1`,
          claimed_by: instance,
          state: JobState.RUNNING,
          finished_at: null,
        })
        .where('jobs.work', '=', workBytes(work))
        .where('jobs.hidden', '=', true),
    )
    .returningAll()
    .executeTakeFirst();
  if (!row) throw reason('REQUEST_ID_REUSED', { request_id: jobKeyOf(name).id });
  return { stored: storedJobIn(row), claim: { name, number: row.claim } };
}

/** Changes a claimed job that is in one of `states`; false when the claim counts no more. */
async function change(
  tx: Tx,
  { name, number }: JobClaim,
  states: readonly JobState[],
  values: UpdateObject<Schema, 'jobs'>,
  isNews = true,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('jobs')
    .set({ ...values, ...(isNews && { revision: sql<bigint>`revision + 1` }) })
    .where(isJob(name))
    .where('claim', '=', number)
    .where('state', 'in', states)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

const finish = (tx: Tx, claim: JobClaim, { state, outcome, cancelReason }: JobEnd): Promise<boolean> =>
  change(tx, claim, [JobState.QUEUED, JobState.RUNNING, JobState.CANCELLING], {
    state,
    claimed_by: null,
    finished_at: sql<Date>`now()`,
    ...(outcome && { outcome: outcomeBytes(outcome) }),
    ...(cancelReason !== '' && { cancel_reason: cancelReason }),
  });

async function recover(tx: Tx): Promise<number> {
  const { QUEUED, RUNNING, CANCELLING, CANCELLED } = JobState;
  const { numUpdatedRows } = await tx
    .updateTable('jobs')
    .set({
      state: sql<number>`case
        when ends_as is not null then ends_as
        when state = ${CANCELLING} then ${CANCELLED}::smallint
        else ${QUEUED}::smallint end`,
      finished_at: sql<Date>`case when ends_as is not null or state = ${CANCELLING} then now() end`,
      claimed_by: null,
      // Whoever had it and is not gone after all must not go on.
      claim: sql<bigint>`claim + 1`,
      revision: sql<bigint>`revision + 1`,
    })
    .where('state', 'in', [QUEUED, RUNNING, CANCELLING])
    .where('claimed_by', 'is not', null)
    .where('claimed_by', 'not in', tx.selectFrom('instances').select('instances.id'))
    .where('hidden', '=', false)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

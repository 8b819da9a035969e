import { Job, JobState } from '@weir/contracts/agent';
import { sql, type ExpressionBuilder, type Selectable } from 'kysely';
import { expiryOf, jobName, type JobOutcomeMessage, type JobWork, type StoredJob } from '../domain/job.ts';
import type { Schema } from './schema.ts';

/** A job as the table holds it, with how many wait before it. */
export type JobRow = Selectable<Schema['jobs']> & { readonly before?: bigint | undefined };

/** The key of "tenants/acme/jobs/nightly". */
export function jobKeyOf(name: string): { tenant: string; id: string } {
  const [, tenant = '', , id = ''] = name.split('/');
  return { tenant, id };
}

/** The row of one job. */
export const isJob = (name: string) => (eb: ExpressionBuilder<Schema, 'jobs'>) => {
  const { tenant, id } = jobKeyOf(name);
  return eb.and([eb('jobs.tenant', '=', tenant), eb('jobs.id', '=', id)]);
};

/** How many jobs of its tenant start before a job that waits. */
export const waitingBefore = sql<bigint>`(
  select count(*) from jobs as other
  where other.tenant = jobs.tenant and other.state = ${JobState.QUEUED} and not other.hidden and other.seq < jobs.seq
)`;

/** The message in a row, without progress. */
export function jobIn(row: JobRow): Job {
  return Job.fromPartial({
    name: jobName(row.tenant, row.id),
    work: Job.decode(row.work).work,
    state: row.state as JobState,
    revision: row.revision,
    outcome: row.outcome ? Job.decode(row.outcome).outcome : undefined,
    attempts: row.attempts,
    queuePosition: row.state === JobState.QUEUED ? Number(row.before ?? 0n) : 0,
    submittedBy: row.submitted_by,
    cancelReason: row.cancel_reason,
    createdAt: row.created_at,
    startedAt: row.started_at ?? undefined,
    finishedAt: row.finished_at ?? undefined,
    expiresAt: expiryOf(row.finished_at),
  });
}

/** The job in a row, with what only the service knows. */
export const storedJobIn = (row: JobRow): StoredJob => ({
  job: jobIn(row),
  runId: row.run_id,
  traceparent: row.traceparent ?? undefined,
});

/** The bytes of work. */
export const workBytes = (work: JobWork): Buffer => Buffer.from(Job.encode(Job.fromPartial({ work })).finish());

/** The bytes of an outcome. */
export const outcomeBytes = (outcome: JobOutcomeMessage): Buffer =>
  Buffer.from(Job.encode(Job.fromPartial({ outcome })).finish());

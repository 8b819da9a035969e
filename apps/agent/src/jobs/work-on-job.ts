import { tenantScope } from '@weir/context';
import { JobState } from '@weir/contracts/agent';
import { isReason, reason, WeirError } from '@weir/errors';
import { hasEnded, type JobClaim, type StoredJob } from '../domain/job.ts';
import { isPassing } from '../domain/passing-trouble.ts';
import { failureOf } from '../domain/run-failure.ts';
import { outsideOfCall } from '../runs/outside-of-call.ts';
import type { JobEnd } from '../store/job-store.ts';
import { runBatchJob, summaryOfKept } from './batch-job.ts';
import { ClaimLost, tenantOf, type JobWorkParts } from './job-work.ts';
import { runSingleJob } from './single-job.ts';

/** Works on one claimed job until it has ended or waits again. `onBegun` is told when it has begun. */
export type WorkOnJob = (stored: StoredJob, claim: JobClaim, signal: AbortSignal, onBegun: () => void) => Promise<void>;

/** Works on jobs of both kinds. */
export function workOnJobs(parts: JobWorkParts): WorkOnJob {
  return async (stored, claim, signal, onBegun) => {
    const run = stored.job.work?.$case === 'batch' ? runBatchJob : runSingleJob;
    try {
      const end = await outsideOfCall(stored.traceparent, async () => {
        try {
          return await run(parts, stored, claim, signal, onBegun);
        } catch (error) {
          return await afterFailure(parts, claim, error);
        }
      });
      if (end !== 'wait') await finish(parts, stored, claim, end);
    } finally {
      parts.feed.forget(claim.name);
    }
  };
}

const RETRY_MS = 1_000;
const SUSPENDED_MS = 10_000;

/** How a job ends that failed; 'wait' when it waits again or somebody else has it. */
async function afterFailure(parts: JobWorkParts, claim: JobClaim, error: unknown): Promise<JobEnd | 'wait'> {
  const { jobs } = parts;
  const scope = tenantScope(tenantOf(claim));
  const stored = await jobs.find(scope, claim.name);
  if (!stored || hasEnded(stored.job) || error instanceof ClaimLost) return 'wait';
  if (stored.job.state === JobState.CANCELLING) return cancelled(parts, stored, '');
  if (isReason(error, 'TENANT_DELETED')) return cancelled(parts, stored, error.message);
  if (isPassing(error)) {
    await jobs.putBack(scope, claim, pauseAfter(error));
    return 'wait';
  }
  return { state: JobState.FAILED, outcome: { $case: 'failure', value: failureOf(error) }, cancelReason: '' };
}

// What was accepted from a suspended tenant is done when the tenant is back.
const pauseAfter = (error: unknown): number =>
  isReason(error, 'TENANT_SUSPENDED')
    ? SUSPENDED_MS
    : error instanceof WeirError
      ? (error.details.retryAfterMs ?? RETRY_MS)
      : RETRY_MS;

/** The end of a job that was cancelled: of a batch with what its items came to. */
async function cancelled(parts: JobWorkParts, { job }: StoredJob, cancelReason: string): Promise<JobEnd> {
  const state = JobState.CANCELLED;
  if (job.startedAt === undefined) return { state, outcome: undefined, cancelReason };
  if (job.work?.$case === 'batch') {
    const value = await summaryOfKept(parts, job.name, job.work.value);
    return { state, outcome: { $case: 'summary', value }, cancelReason };
  }
  const value = failureOf(reason('CANCELLED', { method: job.name }));
  return { state, outcome: { $case: 'failure', value }, cancelReason };
}

async function finish(parts: JobWorkParts, stored: StoredJob, claim: JobClaim, end: JobEnd): Promise<void> {
  const scope = tenantScope(tenantOf(claim));
  await parts.unitOfWork(scope, async () => {
    if (await parts.jobs.finish(scope, claim, end)) await parts.events.ended(scope, stored, end);
  });
  parts.events.wake();
  parts.feed.changed(claim.name);
}

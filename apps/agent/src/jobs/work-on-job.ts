import { tenantScope } from '@weir/context';
import { JobState, RunOutcome, type RunResult } from '@weir/contracts/agent';
import { isReason, reason, WeirError } from '@weir/errors';
import { hasEnded, type JobClaim, type StoredJob } from '../domain/job.ts';
import { isPassing } from '../domain/passing-trouble.ts';
import { failureOf } from '../domain/run-failure.ts';
import { outsideOfCall } from '../runs/outside-of-call.ts';
import type { RunEngine } from '../runs/run-order.ts';
import type { JobEnd, JobStore } from '../store/job-store.ts';
import type { UnitOfWork } from '../store/unit-of-work.ts';
import type { JobEvents } from './job-events.ts';
import { runProgress, type JobFeed } from './job-feed.ts';

/** Works on one claimed job until it has ended or waits again. `onBegun` is told when it has begun. */
export type WorkOnJob = (stored: StoredJob, claim: JobClaim, signal: AbortSignal, onBegun: () => void) => Promise<void>;

/** What it takes. */
export interface JobWorkParts {
  readonly jobs: JobStore;
  readonly feed: JobFeed;
  readonly engine: RunEngine;
  readonly events: JobEvents;
  readonly unitOfWork: UnitOfWork;
}

/** Works on jobs that are one run. */
export function workOnRuns(parts: JobWorkParts): WorkOnJob {
  return async (stored, claim, signal, onBegun) => {
    const { feed } = parts;
    try {
      const end = await outsideOfCall(stored.traceparent, () => runJob(parts, stored, claim, signal, onBegun));
      if (end === 'wait') return;
      await finish(parts, stored, claim, end);
    } finally {
      feed.forget(claim.name);
    }
  };
}

const RETRY_MS = 1_000;
const SUSPENDED_MS = 10_000;

/** Runs a job and says how it ends; 'wait' when it waits again or somebody else has it. */
async function runJob(
  parts: JobWorkParts,
  stored: StoredJob,
  claim: JobClaim,
  signal: AbortSignal,
  onBegun: () => void,
): Promise<JobEnd | 'wait'> {
  const { jobs, engine, feed } = parts;
  const scope = tenantScope(tenantOf(claim));
  const begin = async (): Promise<void> => {
    if (!(await jobs.begin(scope, claim))) throw new ClaimLost();
    feed.changed(claim.name);
    onBegun();
  };
  try {
    const result = await engine.run(
      orderOf(stored, claim),
      {
        onBegin: begin,
        onProgress: (progress) => feed.progressed(claim.name, runProgress(progress)),
        onFacts: (facts) => parts.events.facts(claim.name, facts),
        onPublish: async (inside, published) => {
          if (!(await jobs.publish(inside, claim, endOf(published)))) throw new ClaimLost();
        },
      },
      signal,
    );
    return endOf(result);
  } catch (error) {
    return afterFailure(parts, claim, error);
  }
}

async function afterFailure({ jobs }: JobWorkParts, claim: JobClaim, error: unknown): Promise<JobEnd | 'wait'> {
  const scope = tenantScope(tenantOf(claim));
  const stored = await jobs.find(scope, claim.name);
  if (!stored || hasEnded(stored.job) || error instanceof ClaimLost) return 'wait';
  if (stored.job.state === JobState.CANCELLING) return { state: JobState.CANCELLED, outcome: undefined, cancelReason: '' };
  if (isReason(error, 'TENANT_DELETED')) {
    return { state: JobState.CANCELLED, outcome: undefined, cancelReason: error.message };
  }
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

async function finish(parts: JobWorkParts, stored: StoredJob, claim: JobClaim, end: JobEnd): Promise<void> {
  const scope = tenantScope(tenantOf(claim));
  await parts.unitOfWork(scope, async () => {
    if (await parts.jobs.finish(scope, claim, end)) await parts.events.ended(scope, stored, end);
  });
  parts.events.wake();
  parts.feed.changed(claim.name);
}

const endOf = (result: RunResult): JobEnd => ({
  state: result.outcome === RunOutcome.SUCCEEDED ? JobState.SUCCEEDED : JobState.FAILED,
  outcome: { $case: 'result', value: result },
  cancelReason: '',
});

function orderOf({ job, runId }: StoredJob, claim: JobClaim) {
  if (job.work?.$case !== 'run') throw reason('INTERNAL', { correlation_id: claim.name });
  return {
    tenant: tenantOf(claim),
    runId,
    spec: job.work.value,
    askedBy: job.submittedBy,
    parentJob: claim.name,
    requestedAt: job.createdAt ?? new Date(),
    sharedSlot: undefined,
  };
}

const tenantOf = ({ name }: JobClaim): string => name.split('/')[1] ?? '';

/** Somebody else works on the job now, or it is not to be worked on any more. */
export class ClaimLost extends Error {
  override readonly name = 'ClaimLost';
}

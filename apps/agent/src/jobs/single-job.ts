import { JobState, RunOutcome, type RunResult } from '@weir/contracts/agent';
import type { JobClaim, StoredJob } from '../domain/job.ts';
import type { RunHooks } from '../runs/run-order.ts';
import type { JobEnd } from '../store/job-store.ts';
import { begin, ClaimLost, tenantOf, type JobWorkParts } from './job-work.ts';

/** Runs a job that is one run, and says how it ends. */
export async function runSingleJob(
  parts: JobWorkParts,
  stored: StoredJob,
  claim: JobClaim,
  signal: AbortSignal,
  onBegun: () => void,
): Promise<JobEnd> {
  const { jobs, engine, feed, events } = parts;
  const hooks: RunHooks = {
    onBegin: () => begin(parts, claim, onBegun),
    onProgress: (value) => feed.progressed(claim.name, { $case: 'runProgress', value }),
    onFacts: (facts) => events.facts(claim.name, facts),
    onPublish: async (scope, result) => {
      if (!(await jobs.publish(scope, claim, endOf(result)))) throw new ClaimLost();
    },
  };
  return endOf(await engine.run(orderOf(stored, claim), hooks, signal));
}

const endOf = (result: RunResult): JobEnd => ({
  state: result.outcome === RunOutcome.SUCCEEDED ? JobState.SUCCEEDED : JobState.FAILED,
  outcome: { $case: 'result', value: result },
  cancelReason: '',
});

function orderOf({ job, runId }: StoredJob, claim: JobClaim) {
  if (job.work?.$case !== 'run') throw new TypeError(`${claim.name} is no single run`);
  return {
    tenant: tenantOf(claim),
    runId,
    spec: job.work.value,
    askedBy: job.submittedBy,
    caller: undefined,
    parentJob: claim.name,
    requestedAt: job.createdAt ?? new Date(),
    sharedSlot: undefined,
  };
}

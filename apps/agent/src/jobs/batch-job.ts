import { tenantScope, type Scope } from '@weir/context';
import { JobState, type BatchItemResult, type BatchSpec, type BatchSummary } from '@weir/contracts/agent';
import { batchTally } from '../domain/batch-summary.ts';
import type { JobClaim, StoredJob } from '../domain/job.ts';
import type { JobItemStore } from '../store/job-item-store.ts';
import type { JobEnd } from '../store/job-store.ts';
import { batchFacts } from './batch-facts.ts';
import { begin, ClaimLost, tenantOf, type JobWorkParts } from './job-work.ts';
import { runBatch, type BatchHooks } from './run-batch.ts';

/** Runs a job that is a batch, what is left of it, and says how it ends. */
export async function runBatchJob(
  parts: JobWorkParts,
  stored: StoredJob,
  claim: JobClaim,
  signal: AbortSignal,
  onBegun: () => void,
): Promise<JobEnd> {
  const { feed } = parts;
  const summary = await runBatch(
    parts,
    batchOrder(parts, stored, claim),
    {
      onBegin: () => begin(parts, claim, onBegun),
      onItem: keepItem(parts.items, claim),
      onKept: () => feed.changed(claim.name),
      onProgress: (value) => feed.progressed(claim.name, { $case: 'batchProgress', value }),
      onFacts: batchFacts((facts) => parts.events.facts(claim.name, facts)),
    },
    signal,
  );
  return endOfBatch(summary);
}

/** How a batch ends that went to its end. */
export const endOfBatch = (summary: BatchSummary): JobEnd => ({
  state: summary.belowMinSuccessRatio ? JobState.FAILED : JobState.SUCCEEDED,
  outcome: { $case: 'summary', value: summary },
  cancelReason: '',
});

/** Keeps items under a claim. Throws ClaimLost when it counts no more. */
export const keepItem =
  (items: JobItemStore, claim: JobClaim): BatchHooks['onItem'] =>
  async (scope, item) => {
    if (!(await items.keep(scope, claim, item))) throw new ClaimLost();
  };

/** The order of a batch that is kept as a job. */
export function batchOrder({ items }: Pick<JobWorkParts, 'items'>, { job, runId }: StoredJob, claim: JobClaim) {
  if (job.work?.$case !== 'batch') throw new TypeError(`${claim.name} is no batch`);
  const tenant = tenantOf(claim);
  return {
    tenant,
    job: claim.name,
    runId,
    spec: job.work.value,
    askedBy: job.submittedBy,
    caller: undefined,
    requestedAt: job.createdAt ?? new Date(),
    earlier: keptItems(items, tenantScope(tenant), claim.name),
  };
}

/** What the items of a batch have come to so far. */
export async function summaryOfKept({ items }: JobWorkParts, name: string, spec: BatchSpec): Promise<BatchSummary> {
  const tally = batchTally(spec);
  for await (const item of keptItems(items, tenantScope(name.split('/')[1] ?? ''), name)) tally.add(item);
  return tally.summary();
}

const PAGE = 100;
const PAGE_BYTES = 4 * 1024 * 1024;

/** Items that have ended, in the order in which they ended. */
export async function* keptItems(items: JobItemStore, scope: Scope, name: string): AsyncGenerator<BatchItemResult> {
  for (let after = 0n; ;) {
    const page = await items.page(scope, name, after, PAGE, PAGE_BYTES);
    for (const { revision, item } of page.items) {
      after = revision;
      yield item;
    }
    if (page.isLast) return;
  }
}

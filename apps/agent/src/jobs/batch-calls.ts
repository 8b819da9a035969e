import { tenantScope, type CallContext } from '@weir/context';
import { JobState, type BatchSpec, type ProcessBatchResponse } from '@weir/contracts/agent';
import { currentTraceparent } from '@weir/telemetry';
import { createHash, randomUUID } from 'node:crypto';
import { callerOf } from '../access/caller.ts';
import type { FairQueue } from '../domain/fair-queue.ts';
import { jobName, type JobClaim, type StoredJob } from '../domain/job.ts';
import { signalOfCall } from '../runs/end-of-call.ts';
import { outsideOfCall } from '../runs/outside-of-call.ts';
import { queueFull } from '../workers/worker-pool.ts';
import { batchFacts } from './batch-facts.ts';
import { batchOrder, endOfBatch, keepItem, keptItems } from './batch-job.ts';
import type { JobWorkParts } from './job-work.ts';
import { outbox, type Outbox } from './message-outbox.ts';
import { runBatch } from './run-batch.ts';

type Message = ProcessBatchResponse;

/** Batches that calls wait for. What their items came to is kept, so that a repeat answers it and runs the others. */
export interface BatchCalls {
  run(tenant: string, spec: BatchSpec, requestId: string, context: CallContext): AsyncIterable<Message>;
}

/** What it takes. */
export interface BatchCallParts extends JobWorkParts {
  readonly queue: FairQueue;
}

const PROGRESS_MS = 5_000;

/** Runs batches as jobs that nobody else sees. */
export function batchCalls(parts: BatchCallParts): BatchCalls {
  return {
    async *run(tenant, spec, requestId, context) {
      if (parts.queue.isFull(tenant)) throw queueFull(tenant, parts.queue);
      const name = jobName(tenant, idOf(requestId, context));
      const { stored, claim } = await parts.jobs.claimCall(context.scope, {
        name,
        work: { $case: 'batch', value: spec },
        runId: randomUUID(),
        submittedBy: context.principal?.subject ?? '',
        traceparent: currentTraceparent(),
      });
      for await (const item of keptItems(parts.items, context.scope, name))
        yield { update: { $case: 'item', value: item } };

      const messages = outbox<Message>();
      using signal = signalOfCall(context);
      const work = outsideOfCall(currentTraceparent(), () => goOn(parts, { stored, claim, context }, messages, signal));
      work.then(
        () => messages.close(),
        (error: unknown) => messages.fail(error),
      );
      yield* messages.read(PROGRESS_MS);
    },
  };
}

// The same for each repeat, so that it finds what was done before.
function idOf(requestId: string, { principal, method }: CallContext): string {
  if (requestId === '') return `call-${randomUUID()}`;
  const digest = createHash('sha256')
    .update(`${principal?.subject ?? ''} ${method} ${requestId}`)
    .digest('hex');
  return `call-${digest.slice(0, 40)}`;
}

/** A batch that a call has claimed. */
interface ClaimedBatch {
  readonly stored: StoredJob;
  readonly claim: JobClaim;
  readonly context: CallContext;
}

async function goOn(
  parts: BatchCallParts,
  { stored, claim, context }: ClaimedBatch,
  messages: Outbox<Message>,
  signal: AbortSignal,
): Promise<void> {
  const order = { ...batchOrder(parts, stored, claim), caller: callerOf(context) };
  const scope = tenantScope(order.tenant);
  try {
    const summary = await runBatch(
      parts,
      order,
      {
        onBegin: async () => undefined,
        onItem: keepItem(parts.items, claim),
        onKept: (value) => messages.put({ update: { $case: 'item', value } }),
        onProgress: (value) => messages.repeat({ update: { $case: 'progress', value } }),
        onFacts: batchFacts((facts) => context.audit(facts)),
      },
      signal,
    );
    await parts.unitOfWork(scope, async () => {
      await parts.jobs.finish(scope, claim, endOfBatch(summary));
      if (summary.belowMinSuccessRatio) await parts.events.warn(scope, stored.job, summary);
    });
    parts.events.wake();
    messages.put({ update: { $case: 'summary', value: summary } });
  } catch (error) {
    const end = { state: JobState.CANCELLED, outcome: undefined, cancelReason: '' };
    // A repeat takes it up again; if this fails too, it is forgotten a day later.
    await parts.jobs.finish(scope, claim, end).catch(() => undefined);
    throw error;
  }
}

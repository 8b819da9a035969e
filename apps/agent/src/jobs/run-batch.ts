import { tenantScope, type AuditFields, type Scope } from '@weir/context';
import type {
  BatchItem,
  BatchItemResult,
  BatchProgress,
  BatchSpec,
  BatchSummary,
  RunResult,
} from '@weir/contracts/agent';
import { JobOutcome } from '@weir/contracts/registry';
import { isReason } from '@weir/errors';
import { setTimeout as wait } from 'node:timers/promises';
import type { Caller } from '../access/access-decisions.ts';
import { batchTally, type BatchTally } from '../domain/batch-summary.ts';
import { itemRunId } from '../domain/item-runs.ts';
import { failureOf } from '../domain/run-failure.ts';
import { keepSlot, type SlotKeeper } from '../runs/kept-slot.ts';
import type { RunEngine, RunOrder } from '../runs/run-order.ts';
import type { ContentStore } from '../store/content-store.ts';

/** A batch to work on. */
export interface BatchOrder {
  readonly tenant: string;
  /** "tenants/<t>/jobs/<id>": what its slot is held for. */
  readonly job: string;
  readonly runId: string;
  readonly spec: BatchSpec;
  readonly askedBy: string;
  readonly caller: Caller | undefined;
  readonly requestedAt: Date;
  /** Items that ended before. */
  readonly earlier: AsyncIterable<BatchItemResult>;
}

/** What is done with items as they end. */
export interface BatchHooks {
  /** The batch has its slot and begins now. Throws when it must not. */
  readonly onBegin: () => Promise<void>;
  /** Keeps how an item ended, once; joins a transaction of the scope. Throws when the batch must not go on. */
  readonly onItem: (scope: Scope, item: BatchItemResult) => Promise<void>;
  /** An item that was kept. */
  readonly onKept: (item: BatchItemResult) => void;
  readonly onProgress: (progress: BatchProgress) => void;
  /** What becomes known of an item for the audit event of the batch. */
  readonly onFacts: (facts: AuditFields) => void;
}

/** What it takes. */
export interface BatchParts {
  readonly engine: RunEngine;
  readonly keeper: SlotKeeper;
  readonly contents: ContentStore;
}

const DEFAULT_CONCURRENCY = 20;
const QUEUE_PAUSE_MS = 200;

/** Runs the items of a batch that have not ended, under one job slot. When it stops early the other items go no further. */
export async function runBatch(
  parts: BatchParts,
  order: BatchOrder,
  hooks: BatchHooks,
  outer: AbortSignal,
): Promise<BatchSummary> {
  const ending = new AbortController();
  const signal = AbortSignal.any([outer, ending.signal]);
  const tally = batchTally(order.spec);
  for await (const item of order.earlier) tally.add(item);

  const slot = await acquire(parts, order, signal);
  const kept = keepSlot(parts.keeper, slot, (why) => ending.abort(why));
  try {
    await hooks.onBegin();
    await runItems(parts, order, hooks, tally, kept.fencingToken, signal);
    signal.throwIfAborted();
    return tally.summary();
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  } finally {
    await kept.release(outcomeOf(tally, signal), usageOf(tally));
  }
}

async function runItems(
  parts: BatchParts,
  order: BatchOrder,
  hooks: BatchHooks,
  tally: BatchTally,
  fencingToken: bigint,
  signal: AbortSignal,
): Promise<void> {
  const { items, concurrency } = order.spec;
  const rest = items.map((item, index) => ({ item, index })).filter(({ index }) => !tally.ended.has(index));
  const queue = rest[Symbol.iterator]();
  let running = 0;
  const tell = (): void => hooks.onProgress(progressOf(items.length, running, tally));
  const lane = async (): Promise<void> => {
    for (const { item, index } of queue) {
      signal.throwIfAborted();
      running += 1;
      tell();
      try {
        const ended = await runItem(parts, order, hooks, item, index, fencingToken, signal);
        tally.add(ended);
        hooks.onKept(ended);
      } finally {
        running -= 1;
        tell();
      }
    }
  };
  tell();
  const lanes = Array.from(
    { length: Math.min(rest.length, concurrency === 0 ? DEFAULT_CONCURRENCY : concurrency) },
    lane,
  );
  const results = await Promise.allSettled(lanes);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

async function runItem(
  parts: BatchParts,
  order: BatchOrder,
  hooks: BatchHooks,
  { itemId, run }: BatchItem,
  itemIndex: number,
  fencingToken: bigint,
  signal: AbortSignal,
): Promise<BatchItemResult> {
  if (!run) throw new TypeError('the request was checked to have a run in every item');
  const { tenant, askedBy, caller, requestedAt, job: parentJob } = order;
  const runId = itemRunId(order.runId, itemIndex);
  const item: RunOrder = {
    tenant,
    runId,
    spec: run,
    askedBy,
    caller,
    parentJob,
    requestedAt,
    sharedSlot: fencingToken,
  };
  const itemOf = (value: RunResult): BatchItemResult => ({ itemId, itemIndex, outcome: { $case: 'result', value } });
  try {
    return itemOf(
      await runWhenThereIsRoom(parts, item, hooks, (scope, result) => hooks.onItem(scope, itemOf(result)), signal),
    );
  } catch (error) {
    signal.throwIfAborted();
    const failed: BatchItemResult = { itemId, itemIndex, outcome: { $case: 'failure', value: failureOf(error) } };
    await hooks.onItem(tenantScope(tenant), failed);
    return failed;
  }
}

/** The batch was accepted: its items wait where single runs are refused. */
async function runWhenThereIsRoom(
  { engine }: BatchParts,
  item: RunOrder,
  { onFacts }: BatchHooks,
  onPublish: (scope: Scope, result: RunResult) => Promise<void>,
  signal: AbortSignal,
): Promise<RunResult> {
  for (;;) {
    try {
      return await engine.run(item, { onPublish, onFacts }, signal);
    } catch (error) {
      if (!isReason(error, 'QUEUE_FULL')) throw error;
      await wait(QUEUE_PAUSE_MS, undefined, { signal });
    }
  }
}

async function acquire({ keeper, contents }: BatchParts, { tenant, job }: BatchOrder, signal: AbortSignal) {
  signal.throwIfAborted();
  const storedBytes = await contents.used(tenantScope(tenant), tenant);
  return keeper.slots.acquire({ tenant: `tenants/${tenant}`, job, component: '', storedBytes }, signal);
}

const progressOf = (
  itemsTotal: number,
  itemsRunning: number,
  { ended, succeeded, failed }: BatchTally,
): BatchProgress => ({
  itemsTotal,
  itemsWaiting: itemsTotal - ended.size - itemsRunning,
  itemsRunning,
  itemsSucceeded: succeeded,
  itemsFailed: failed,
});

function outcomeOf(tally: BatchTally, signal: AbortSignal): JobOutcome {
  if (signal.aborted) return isReason(signal.reason, 'CANCELLED') ? JobOutcome.CANCELLED : JobOutcome.FAILED;
  return tally.summary().belowMinSuccessRatio ? JobOutcome.FAILED : JobOutcome.COMPLETED;
}

function usageOf(tally: BatchTally) {
  const { usage, rowsIn, rowsOut } = tally.summary();
  return { rowsRead: rowsIn, rowsWritten: rowsOut, processedBytes: usage?.bytesRead ?? 0n, storedBytes: undefined };
}

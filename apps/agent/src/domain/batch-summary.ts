import {
  RunOutcome,
  type BatchItemResult,
  type BatchSpec,
  type BatchSummary,
  type RunUsage,
} from '@weir/contracts/agent';
import { durationOf, millisOf } from './durations.ts';

/** How the items of a batch ended, counted as they end. */
export interface BatchTally {
  add(item: BatchItemResult): void;
  readonly succeeded: number;
  /** Failed, rejected or cancelled. */
  readonly failed: number;
  /** Items that ended, by their place. */
  readonly ended: ReadonlySet<number>;
  /** The summary, items that never ended counted as cancelled. */
  summary(): BatchSummary;
}

const DEFAULT_MIN_SUCCESS = 0.9;

/** A tally of no item yet. */
export function batchTally({ items, minSuccessRatio = DEFAULT_MIN_SUCCESS }: BatchSpec): BatchTally {
  const ended = new Set<number>();
  const counts = { succeeded: 0, failed: 0, rejected: 0, cancelled: 0 };
  const scores: number[] = [];
  let rowsIn = 0n;
  let rowsOut = 0n;
  let usage: RunUsage | undefined;
  let startedAt: Date | undefined;
  let finishedAt: Date | undefined;

  return {
    ended,
    get succeeded() {
      return counts.succeeded;
    },
    get failed() {
      return counts.failed + counts.rejected + counts.cancelled;
    },
    add(item) {
      if (ended.has(item.itemIndex)) return;
      ended.add(item.itemIndex);
      counts[kindOf(item)] += 1;
      if (item.outcome?.$case !== 'result') return;
      const result = item.outcome.value;
      rowsIn += result.rowsIn;
      rowsOut += result.rowsOut;
      usage = addUsage(usage, result.usage);
      if (result.quality) scores.push(result.quality.score);
      startedAt = earlier(startedAt, result.startedAt);
      finishedAt = later(finishedAt, result.finishedAt);
    },
    summary() {
      const successRatio = items.length === 0 ? 1 : counts.succeeded / items.length;
      return {
        itemsTotal: items.length,
        itemsSucceeded: counts.succeeded,
        itemsFailed: counts.failed,
        itemsRejected: counts.rejected,
        itemsCancelled: items.length - counts.succeeded - counts.failed - counts.rejected,
        successRatio,
        belowMinSuccessRatio: successRatio < minSuccessRatio,
        rowsIn,
        rowsOut,
        qualityScore: scores.length === 0 ? undefined : scores.reduce((sum, score) => sum + score, 0) / scores.length,
        usage,
        startedAt,
        finishedAt,
      };
    },
  };
}

function kindOf({ outcome }: BatchItemResult): 'succeeded' | 'failed' | 'rejected' | 'cancelled' {
  if (outcome?.$case === 'result') return outcome.value.outcome === RunOutcome.SUCCEEDED ? 'succeeded' : 'rejected';
  return outcome?.value.reason === 'CANCELLED' ? 'cancelled' : 'failed';
}

function addUsage(sum: RunUsage | undefined, more: RunUsage | undefined): RunUsage | undefined {
  if (!sum || !more) return sum ?? more;
  return {
    processingTime: durationOf(millisOf(sum.processingTime) + millisOf(more.processingTime)),
    cpuTime: durationOf(millisOf(sum.cpuTime) + millisOf(more.cpuTime)),
    peakMemoryBytes: sum.peakMemoryBytes > more.peakMemoryBytes ? sum.peakMemoryBytes : more.peakMemoryBytes,
    rowsRead: sum.rowsRead + more.rowsRead,
    rowsWritten: sum.rowsWritten + more.rowsWritten,
    bytesRead: sum.bytesRead + more.bytesRead,
    bytesWritten: sum.bytesWritten + more.bytesWritten,
  };
}

const earlier = (a: Date | undefined, b: Date | undefined) => (a && b ? (a < b ? a : b) : (a ?? b));
const later = (a: Date | undefined, b: Date | undefined) => (a && b ? (a > b ? a : b) : (a ?? b));

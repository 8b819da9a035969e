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
export const batchTally = (spec: BatchSpec): BatchTally => new Tally(spec);

class Tally implements BatchTally {
  readonly ended = new Set<number>();
  readonly #spec: BatchSpec;
  readonly #counts = { succeeded: 0, failed: 0, rejected: 0, cancelled: 0 };
  readonly #scores: number[] = [];
  readonly #sums: Sums = { rowsIn: 0n, rowsOut: 0n, usage: undefined, startedAt: undefined, finishedAt: undefined };

  constructor(spec: BatchSpec) {
    this.#spec = spec;
  }

  get succeeded(): number {
    return this.#counts.succeeded;
  }

  get failed(): number {
    return this.#counts.failed + this.#counts.rejected + this.#counts.cancelled;
  }

  add(item: BatchItemResult): void {
    if (this.ended.has(item.itemIndex)) return;
    this.ended.add(item.itemIndex);
    this.#counts[kindOf(item)] += 1;
    if (item.outcome?.$case !== 'result') return;
    const result = item.outcome.value;
    const sums = this.#sums;
    sums.rowsIn += result.rowsIn;
    sums.rowsOut += result.rowsOut;
    sums.usage = addUsage(sums.usage, result.usage);
    sums.startedAt = earlier(sums.startedAt, result.startedAt);
    sums.finishedAt = later(sums.finishedAt, result.finishedAt);
    if (result.quality) this.#scores.push(result.quality.score);
  }

  summary(): BatchSummary {
    const { items, minSuccessRatio = DEFAULT_MIN_SUCCESS } = this.#spec;
    const { succeeded, failed, rejected } = this.#counts;
    const scores = this.#scores;
    const successRatio = items.length === 0 ? 1 : succeeded / items.length;
    return {
      ...this.#sums,
      itemsTotal: items.length,
      itemsSucceeded: succeeded,
      itemsFailed: failed,
      itemsRejected: rejected,
      itemsCancelled: items.length - succeeded - failed - rejected,
      successRatio,
      belowMinSuccessRatio: successRatio < minSuccessRatio,
      qualityScore: scores.length === 0 ? undefined : scores.reduce((sum, score) => sum + score, 0) / scores.length,
    };
  }
}

type Sums = Pick<BatchSummary, 'rowsIn' | 'rowsOut' | 'usage' | 'startedAt' | 'finishedAt'>;

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

import type { RunMetrics } from '@weir/contracts/agent';
import { build, type Histogram } from 'hdr-histogram-js';

/** How often runs took so long, in milliseconds. */
export interface DurationCount {
  readonly ms: number;
  readonly count: number;
}

/** What runs add up to. */
export interface RunFigures {
  readonly succeeded: bigint;
  /** Failed or rejected. */
  readonly failed: bigint;
  readonly cancelled: bigint;
  /** Of runs that were not cancelled. */
  readonly durations: readonly DurationCount[];
  readonly durationSumMs: number;
  readonly datasets: bigint;
  readonly rows: bigint;
  readonly processingMs: number;
  readonly qualitySum: number;
  readonly qualityCount: bigint;
  readonly lastStartedAt: Date | undefined;
}

// Microseconds, up to a day.
const HIGHEST = 86_400_000_000;

/** A histogram of durations with three significant digits. */
export const durationHistogram = (): Histogram =>
  build({
    bitBucketSize: 'packed',
    numberOfSignificantValueDigits: 3,
    highestTrackableValue: HIGHEST,
    autoResize: true,
  });

/** Puts durations into a histogram. */
export function record(histogram: Histogram, durations: readonly DurationCount[]): Histogram {
  for (const { ms, count } of durations) {
    histogram.recordValueWithCount(Math.min(HIGHEST, Math.max(1, Math.round(ms * 1000))), count);
  }
  return histogram;
}

/** The figures as the contract has them. */
export function metricsOf(figures: RunFigures): RunMetrics {
  const { succeeded, failed, cancelled, processingMs, rows } = figures;
  const ended = succeeded + failed;
  const histogram = record(durationHistogram(), figures.durations);
  const percentile = (share: number): number => (ended === 0n ? 0 : histogram.getValueAtPercentile(share) / 1000);
  return {
    totalRequests: ended + cancelled,
    successfulRequests: succeeded,
    failedRequests: failed,
    cancelledRequests: cancelled,
    successRate: ratio(succeeded, ended),
    errorRate: ratio(failed, ended),
    averageMs: ended === 0n ? 0 : figures.durationSumMs / Number(ended),
    p95Ms: percentile(95),
    p99Ms: percentile(99),
    datasetsProcessed: figures.datasets,
    rowsProcessed: rows,
    rowsPerSecond: processingMs === 0 ? 0 : (Number(rows) * 1000) / processingMs,
    dataQualityScore: figures.qualityCount === 0n ? undefined : figures.qualitySum / Number(figures.qualityCount),
    lastRequestAt: figures.lastStartedAt,
  };
}

const ratio = (part: bigint, all: bigint): number => (all === 0n ? 0 : Number(part) / Number(all));

import { CheckKind, CheckResult } from '@weir/contracts/deployment';
import type { Check } from './lane.ts';
import type { Verdict } from './next-step.ts';

/** What the new colour must show. */
export interface Thresholds {
  readonly minReady: number;
  /** 0: no smoke runs are asked for. */
  readonly smokeRuns: number;
  readonly maxErrorRate: number;
  readonly maxErrorRateIncrease: number;
  readonly maxP95Ratio: number;
  readonly maxP95Ms: number | undefined;
}

/** One smoke run. */
export interface Sample {
  readonly failed: boolean;
  readonly ms: number;
}

/** What was measured in a window; `old` is undefined where there is no old colour. */
export interface Measured {
  readonly ready: number;
  readonly probes: { readonly made: number; readonly succeeded: number };
  readonly fresh: readonly Sample[];
  readonly old: readonly Sample[] | undefined;
}

/** Share of health probes that must succeed: one slow answer on a busy machine is no verdict. */
const MIN_HEALTH = 0.9;

/** Holds what was measured against its bounds. Every check must pass; one without enough data does not. */
export function evaluate(measured: Measured, thresholds: Thresholds, now: number): Check[] {
  const checks = [readyReplicas(measured, thresholds), health(measured)];
  if (thresholds.smokeRuns > 0) {
    checks.push(smokeRuns(measured, thresholds), errorRate(measured, thresholds), ...p95(measured, thresholds));
  }
  return checks.map((check) => ({ ...check, checkedAt: now }));
}

/** Whether the checks let a rollout go on, and which do not. */
export function verdictOf(checks: readonly Check[]): Verdict {
  const broken = checks.filter(({ result }) => result !== CheckResult.PASSED);
  return { passed: broken.length === 0, problem: broken.map(({ description }) => description).join('; ') };
}

/** The 95th percentile by the nearest-rank method, in milliseconds; undefined without a value. */
export function percentile95(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.95) - 1];
}

type Draft = Omit<Check, 'checkedAt'>;

const outcome = (passed: boolean): CheckResult => (passed ? CheckResult.PASSED : CheckResult.FAILED);

const readyReplicas = ({ ready }: Measured, { minReady }: Thresholds): Draft => ({
  kind: CheckKind.READY_REPLICAS,
  result: outcome(ready >= minReady),
  measured: ready,
  threshold: minReady,
  baseline: undefined,
  samples: ready,
  description: `${ready} replica(s) ready, ${minReady} needed`,
});

function health({ probes }: Measured): Draft {
  const share = probes.made === 0 ? 0 : probes.succeeded / probes.made;
  return {
    kind: CheckKind.HEALTH,
    result: probes.made === 0 ? CheckResult.NOT_MEASURED : outcome(share >= MIN_HEALTH),
    measured: share,
    threshold: MIN_HEALTH,
    baseline: undefined,
    samples: probes.made,
    description: `${probes.succeeded} of ${probes.made} health probes succeeded`,
  };
}

const smokeRuns = ({ fresh, old }: Measured, { smokeRuns: wanted }: Thresholds): Draft => ({
  kind: CheckKind.SMOKE_RUNS,
  result: fresh.length >= wanted ? CheckResult.PASSED : CheckResult.NOT_MEASURED,
  measured: fresh.length,
  threshold: wanted,
  baseline: old?.length,
  samples: fresh.length,
  description: `${fresh.length} of ${wanted} smoke runs were made within the window`,
});

function errorRate({ fresh, old }: Measured, thresholds: Thresholds): Draft {
  const share = failedShare(fresh);
  const baseline = old && failedShare(old);
  const relative = baseline === undefined ? Infinity : baseline + thresholds.maxErrorRateIncrease;
  const threshold = Math.min(thresholds.maxErrorRate, relative);
  return {
    kind: CheckKind.ERROR_RATE,
    result: share === undefined ? CheckResult.NOT_MEASURED : outcome(share <= threshold),
    measured: share ?? 0,
    threshold,
    baseline,
    samples: fresh.length,
    description: `${fresh.filter(({ failed }) => failed).length} of ${fresh.length} smoke runs failed`,
  };
}

function p95({ fresh, old }: Measured, { maxP95Ratio, maxP95Ms }: Thresholds): Draft[] {
  const measured = p95Of(fresh);
  const baseline = old && p95Of(old);
  const relative = baseline === undefined ? Infinity : baseline * maxP95Ratio;
  const threshold = Math.min(relative, maxP95Ms ?? Infinity);
  // Neither an absolute bound nor an old colour to compare with: nothing to check.
  if (threshold === Infinity) return [];
  return [
    {
      kind: CheckKind.P95_MS,
      result: measured === undefined ? CheckResult.NOT_MEASURED : outcome(measured <= threshold),
      measured: measured ?? 0,
      threshold,
      baseline,
      samples: fresh.length,
      description: `p95 is ${Math.round(measured ?? 0)} ms, at most ${Math.round(threshold)} ms`,
    },
  ];
}

const failedShare = (samples: readonly Sample[]): number | undefined =>
  samples.length === 0 ? undefined : samples.filter(({ failed }) => failed).length / samples.length;

const p95Of = (samples: readonly Sample[]): number | undefined =>
  percentile95(samples.filter(({ failed }) => !failed).map(({ ms }) => ms));

import { ExpectationOutcome, type QualityReport, type RunRoute } from '@weir/contracts/agent';
import type { Environment, Severity } from '@weir/contracts/registry';

/** How a run ended, as history keeps it. */
export interface RunRecord {
  readonly tenant: string;
  readonly runId: string;
  readonly component: string;
  /** Empty when none was resolved. */
  readonly version: string;
  readonly environment: Environment;
  readonly route: RunRoute | undefined;
  readonly state: 'succeeded' | 'rejected' | 'failed' | 'cancelled';
  /** The reason of a failure; empty without one. */
  readonly reason: string;
  readonly job: string;
  readonly datasets: readonly string[];
  readonly rowsIn: bigint;
  readonly rowsOut: bigint;
  readonly processingMs: number;
  /** From request to answer. */
  readonly durationMs: number;
  readonly qualityScore: number | undefined;
  readonly startedAt: Date;
  readonly issues: readonly RunIssue[];
}

/** A broken expectation. */
export interface RunIssue {
  readonly expectation: string;
  readonly dataset: string;
  readonly check: string;
  readonly severity: Severity;
  readonly rowsFailed: bigint;
  readonly rowsChecked: bigint;
}

/** The broken expectations of a report about what was read from a dataset. */
export const issuesOf = (quality: QualityReport | undefined, dataset: string): RunIssue[] =>
  (quality?.expectations ?? [])
    .filter(({ outcome }) => outcome !== ExpectationOutcome.PASSED)
    .map(({ expectation, check, severity, rowsFailed, rowsChecked }) => ({
      expectation,
      dataset,
      check,
      severity,
      rowsFailed,
      rowsChecked,
    }));

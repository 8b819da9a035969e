import type { Usage } from '@weir/contracts/registry';
import { durationOf } from './month.ts';
import { tenantNameOf } from './names.ts';

/** What a tenant used in a month, the slots that are held now included. */
export interface UsageRecord {
  readonly tenant: string;
  /** "2026-11" */
  readonly month: string;
  readonly processingMs: bigint;
  readonly activeJobs: number;
  readonly processedBytes: bigint;
  readonly storedBytes: bigint;
  readonly rowsRead: bigint;
  readonly rowsWritten: bigint;
  readonly jobsCompleted: bigint;
  readonly jobsFailed: bigint;
  readonly jobsCancelled: bigint;
  readonly lastActivityAt: Date | undefined;
}

/** A month as callers see it. */
export const usageMessage = ({ tenant, month, processingMs, ...counts }: UsageRecord): Usage => ({
  name: `${tenantNameOf(tenant)}/usage/${month}`,
  processingTime: durationOf(processingMs),
  ...counts,
});

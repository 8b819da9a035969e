import type { JobOutcome, JobSlot, JobUsage, StopReason } from '@weir/contracts/registry';

/** What a job slot is taken for. */
export interface SlotRequest {
  /** "tenants/acme" */
  readonly tenant: string;
  /** "tenants/acme/jobs/<id>" */
  readonly job: string;
  /** "components/<id>/versions/<semver>" */
  readonly component: string;
  /** Bytes that the tenant stores now. */
  readonly storedBytes: bigint;
}

/** The right of jobs to run, as the registry lends it. */
export interface JobSlots {
  /** Takes a slot, or takes over the one that the job has. Throws JOB_SLOTS_EXHAUSTED and its like. */
  acquire(request: SlotRequest, signal: AbortSignal): Promise<JobSlot>;
  /** Keeps it for another time to live; says why to stop, if so. Throws SLOT_LOST. */
  renew(slot: JobSlot): Promise<StopReason>;
  /** Gives it back. */
  release(slot: JobSlot, outcome: JobOutcome, usage: JobUsage): Promise<void>;
}

import type { Scope } from '@weir/context';
import type { JobOutcome, JobUsage, StopReason } from '@weir/contracts/registry';
import type { SlotRecord } from '../domain/job-slot.ts';

/** Job slots, and what their jobs used: one source of truth. Time is the store's own. */
export interface SlotStore {
  /**
   * Holds everything about a tenant's slots until the transaction ends, counts leases that ended by themselves, and
   * tells what is in use. Undefined when there is no such tenant.
   */
  hold(scope: Scope, tenant: string): Promise<SlotsHeld | undefined>;
  /** The live slot of a job, held; call `hold` first. */
  ofJob(scope: Scope, tenant: string, job: string): Promise<SlotRecord | undefined>;
  /** Takes a slot, under a new fencing token; call `hold` first. */
  take(scope: Scope, slot: NewSlot, storedBytes: bigint | undefined): Promise<SlotRecord>;
  /** Gives a live slot to its holder anew, under a new fencing token; call `hold` first. */
  takeOver(scope: Scope, slot: SlotRecord, ttlMs: number): Promise<SlotRecord>;
  /** One slot, held until the transaction ends, ended or not. */
  holdOne(scope: Scope, tenant: string, id: string): Promise<SlotRecord | undefined>;
  /** Whether a slot's lease still runs. */
  isLive(scope: Scope, slot: SlotRecord): Promise<boolean>;
  /** Makes a lease end `ttlMs` from now, and notes why the holder is told to stop, if it is. */
  renew(scope: Scope, slot: SlotRecord, ttlMs: number, stop: StopReason): Promise<SlotRecord>;
  /** Ends a slot, or corrects what was counted for a lease that had ended by itself; call `hold` first. */
  release(scope: Scope, slot: SlotRecord, outcome: JobOutcome, usage: JobUsage): Promise<SlotRecord>;
  /** Milliseconds for which the tenant's slots were held in the present month, those that are held now included. */
  processingMs(scope: Scope, tenant: string): Promise<bigint>;
}

/** What a tenant's slots amount to. */
export interface SlotsHeld {
  /** Live slots. */
  readonly active: number;
  /** Bytes stored, as last measured. */
  readonly storedBytes: bigint;
  /** Until the first live lease ends by itself; undefined when there is none. */
  readonly nextEndMs: number | undefined;
}

/** A slot to take. */
export interface NewSlot {
  readonly tenant: string;
  readonly job: string;
  /** What the job runs. */
  readonly version: { readonly component: string; readonly key: string } | undefined;
  readonly holder: string;
  readonly ttlMs: number;
}

import { StopReason, type JobOutcome, type JobSlot } from '@weir/contracts/registry';
import { tenantNameOf } from './names.ts';
import { boundOf, effectiveLimits, type TenantRecord } from './tenant.ts';

/** A job slot as it is stored. */
export interface SlotRecord {
  readonly tenant: string;
  readonly id: string;
  readonly job: string;
  readonly holder: string;
  readonly fencingToken: bigint;
  readonly ttlMs: number;
  readonly acquiredAt: Date;
  readonly expiresAt: Date;
  readonly stopReason: StopReason;
  /** Set once its time was counted. */
  readonly endedAt: Date | undefined;
  readonly expired: boolean;
  readonly outcome: JobOutcome | undefined;
  readonly released: boolean;
}

const HOUR_MS = 3_600_000n;

/** "tenants/acme/slots/..." */
export const slotNameOf = ({ tenant, id }: Pick<SlotRecord, 'tenant' | 'id'>): string =>
  `${tenantNameOf(tenant)}/slots/${id}`;

/** A slot as its holder sees it. */
export const slotMessage = (slot: SlotRecord): JobSlot => ({
  name: slotNameOf(slot),
  job: `${tenantNameOf(slot.tenant)}/jobs/${slot.job}`,
  fencingToken: slot.fencingToken,
  acquiredAt: slot.acquiredAt,
  expiresAt: slot.expiresAt,
});

/** For how long a slot that has ended was held. */
export const heldMs = ({ acquiredAt, endedAt }: SlotRecord): number =>
  Math.max(0, (endedAt?.getTime() ?? acquiredAt.getTime()) - acquiredAt.getTime());

/** The processing hours of a tenant, when they are used up; undefined while some are left. */
export function hoursUsedUp(tenant: TenantRecord, processingMs: bigint): bigint | undefined {
  const hours = boundOf(effectiveLimits(tenant).monthlyProcessingHours);
  return hours !== undefined && processingMs >= hours * HOUR_MS ? hours : undefined;
}

/** Why a holder should stop. */
export function stopReason(tenant: TenantRecord | undefined, processingMs: bigint): StopReason {
  if (!tenant || tenant.deletedAt) return StopReason.TENANT_DELETED;
  if (tenant.suspendedAt) return StopReason.TENANT_SUSPENDED;
  const usedUp = hoursUsedUp(tenant, processingMs) !== undefined;
  return usedUp ? StopReason.PROCESSING_HOURS_EXHAUSTED : StopReason.UNSPECIFIED;
}

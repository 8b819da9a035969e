import type { Limits, Quota, Tenant } from '@weir/contracts/registry';
import { TenantState, Tier, type Clearance, type Environment } from '@weir/contracts/registry';
import { etagOf } from './etag.ts';
import { tenantNameOf } from './names.ts';

/** How long a deleted tenant can be undeleted. */
export const UNDELETE_MS = 30 * 24 * 3_600_000;

/** A tenant as it is stored: limits that are undefined are those of its tier. */
export interface TenantRecord {
  readonly id: string;
  readonly displayName: string;
  readonly tier: Tier;
  readonly limits: Limits;
  readonly allowedEnvironments: Environment[];
  readonly clearanceCeiling: Clearance;
  readonly revision: bigint;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly suspendedAt: Date | undefined;
  readonly deletedAt: Date | undefined;
  readonly purgeAt: Date | undefined;
}

/** What can be said of a tenant when it is made or changed. */
export type TenantSettings = Pick<
  TenantRecord,
  'displayName' | 'tier' | 'limits' | 'allowedEnvironments' | 'clearanceCeiling'
>;

/** Limits with none left open. */
export interface EffectiveLimits extends Limits {
  maxConcurrentJobs: number;
  monthlyProcessingHours: Quota;
  storageGb: Quota;
}

type Defaults = Omit<EffectiveLimits, 'customLimits'>;

const atMost = (value: bigint): Quota => ({ bound: { $case: 'atMost', value } });
const unlimited: Quota = { bound: { $case: 'unlimited', value: true } };

const tierLimits: Readonly<Partial<Record<Tier, Defaults>>> = {
  [Tier.BASIC]: { maxConcurrentJobs: 2, monthlyProcessingHours: atMost(100n), storageGb: atMost(10n) },
  [Tier.PROFESSIONAL]: { maxConcurrentJobs: 10, monthlyProcessingHours: atMost(1_000n), storageGb: atMost(1_000n) },
  [Tier.ENTERPRISE]: { maxConcurrentJobs: 100, monthlyProcessingHours: unlimited, storageGb: unlimited },
};

// A CUSTOM tenant states every limit; should one be missing all the same, it gets the least.
const leastLimits: Defaults = { maxConcurrentJobs: 1, monthlyProcessingHours: atMost(1n), storageGb: atMost(1n) };

/** The limits that hold: those stated, the rest from the tier. */
export function effectiveLimits({ tier, limits }: Pick<TenantRecord, 'tier' | 'limits'>): EffectiveLimits {
  const defaults = tierLimits[tier] ?? leastLimits;
  return {
    maxConcurrentJobs: limits.maxConcurrentJobs ?? defaults.maxConcurrentJobs,
    monthlyProcessingHours: limits.monthlyProcessingHours ?? defaults.monthlyProcessingHours,
    storageGb: limits.storageGb ?? defaults.storageGb,
    customLimits: limits.customLimits,
  };
}

/** The limits that a tier does not give and that must be stated, by their names in the contract. */
export function missingLimits({ tier, limits }: Pick<TenantRecord, 'tier' | 'limits'>): string[] {
  if (tier !== Tier.CUSTOM) return [];
  const stated = {
    max_concurrent_jobs: limits.maxConcurrentJobs,
    monthly_processing_hours: limits.monthlyProcessingHours,
    storage_gb: limits.storageGb,
  };
  return Object.entries(stated).flatMap(([name, value]) => (value === undefined ? [name] : []));
}

/** The bound of a quota; undefined where there is none. */
export const boundOf = ({ bound }: Quota): bigint | undefined => (bound?.$case === 'atMost' ? bound.value : undefined);

/** Where a tenant stands. Deleted wins over suspended: an undeleted tenant is as it was. */
export const stateOf = ({ deletedAt, suspendedAt }: Pick<TenantRecord, 'deletedAt' | 'suspendedAt'>): TenantState =>
  deletedAt ? TenantState.DELETED : suspendedAt ? TenantState.SUSPENDED : TenantState.ACTIVE;

/** A tenant as callers see it. */
export const tenantMessage = (tenant: TenantRecord): Tenant => ({
  name: tenantNameOf(tenant.id),
  displayName: tenant.displayName,
  tier: tenant.tier,
  limits: effectiveLimits(tenant),
  allowedEnvironments: tenant.allowedEnvironments,
  clearanceCeiling: tenant.clearanceCeiling,
  state: stateOf(tenant),
  etag: etagOf(tenant.revision),
  createdAt: tenant.createdAt,
  updatedAt: tenant.updatedAt,
  deletedAt: tenant.deletedAt,
  purgeAt: tenant.purgeAt,
});

import type { AcquireJobSlotRequest, AcquireJobSlotResponse } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { childName, parse, tenantName, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { hoursUsedUp, slotMessage } from '../domain/job-slot.ts';
import { monthOf } from '../domain/month.ts';
import { idOf } from '../domain/names.ts';
import { placeOf } from '../domain/published-version.ts';
import { boundOf, effectiveLimits, type EffectiveLimits, type TenantRecord } from '../domain/tenant.ts';
import type { SlotsHeld, SlotStore } from '../store/slot-store.ts';
import type { TenantStore } from '../store/tenant-store.ts';
import { versionRef } from './component-fields.ts';
import { amount, ttl } from './slot-fields.ts';

const DEFAULT_TTL_MS = 30_000;

const Request = z
  .object({
    tenant: tenantName(),
    job: childName('jobs'),
    component: z.union([z.literal(''), versionRef()], 'must be "components/<id>/versions/<semver>"'),
    ttl: ttl(),
    storedBytes: amount().optional(),
    expectedBytes: amount(),
  })
  .refine(({ tenant, job }) => job.startsWith(`${tenant}/`), { path: ['job'], message: 'must be of the same tenant' });

/** What slots are taken with. */
export interface SlotStores {
  readonly tenants: TenantStore;
  readonly slots: SlotStore;
}

/** AcquireJobSlot: a slot for a job, or the one it has under a new token. */
export function acquireJobSlot({ tenants, slots }: SlotStores): Unary<AcquireJobSlotRequest, AcquireJobSlotResponse> {
  return async (request, context) => {
    const { tenant: name, job, component, ttl: ttlMs = DEFAULT_TTL_MS, ...bytes } = parse(Request, request);
    const { scope, principal } = context;
    const id = idOf(name);
    const holder = principal?.subject ?? '';
    context.audit({ resource: job, details: { component } });

    // Slots first: whoever suspends or deletes the tenant meanwhile is waited for, and then seen.
    const held = await slots.hold(scope, id);
    const tenant = await tenants.find(scope, id);
    if (!tenant || !held) throw reason('TENANT_NOT_FOUND', { tenant: name });
    refuseInactive(name, tenant);
    const limits = effectiveLimits(tenant);
    const current = await slots.ofJob(scope, id, idOf(job));
    if (current && current.holder !== holder) throw reason('SLOT_TAKEN', { job });
    if (!current) {
      refuseSlots(name, held, limits);
      refuseHours(name, tenant, await slots.processingMs(scope, id));
      refuseStorage(name, (bytes.storedBytes ?? held.storedBytes) + bytes.expectedBytes, limits);
    }
    const version = component === '' ? undefined : placeOf(component);
    const slot = current
      ? await slots.takeOver(scope, current, ttlMs)
      : await slots.take(scope, { tenant: id, job: idOf(job), version, holder, ttlMs }, bytes.storedBytes);
    context.audit({ details: { fencing_token: String(slot.fencingToken), taken_over: current !== undefined } });

    const activeJobs = held.active + (current ? 0 : 1);
    return { slot: slotMessage(slot), activeJobs, maxConcurrentJobs: limits.maxConcurrentJobs };
  };
}

function refuseInactive(name: string, tenant: TenantRecord): void {
  if (tenant.deletedAt) throw reason('TENANT_DELETED', { tenant: name });
  if (tenant.suspendedAt) throw reason('TENANT_SUSPENDED', { tenant: name });
}

// Slots are mostly released, not left to expire: look again soon.
const RETRY_MS = { least: 100, most: 2_000 };

function refuseSlots(name: string, { active, nextEndMs = RETRY_MS.most }: SlotsHeld, limits: EffectiveLimits): void {
  const limit = limits.maxConcurrentJobs;
  if (active < limit) return;
  const retryAfterMs = Math.min(Math.max(nextEndMs, RETRY_MS.least), RETRY_MS.most);
  throw reason(
    'JOB_SLOTS_EXHAUSTED',
    { tenant: name, limit },
    { ...quota(name, `max_concurrent_jobs ${limit}`), retryAfterMs },
  );
}

function refuseHours(name: string, tenant: TenantRecord, processingMs: bigint): void {
  const limit = hoursUsedUp(tenant, processingMs);
  if (limit === undefined) return;
  const facts = { tenant: name, limit, month: monthOf(new Date()) };
  throw reason('PROCESSING_HOURS_EXHAUSTED', facts, quota(name, `monthly_processing_hours ${limit}`));
}

const GB = 1_000_000_000n;

function refuseStorage(name: string, bytes: bigint, limits: EffectiveLimits): void {
  const limit = boundOf(limits.storageGb);
  if (limit === undefined || bytes <= limit * GB) return;
  throw reason('STORAGE_EXHAUSTED', { tenant: name, bytes, limit_gb: limit }, quota(name, `storage_gb ${limit}`));
}

const quota = (subject: string, description: string) => ({ quota: [{ subject, description }] });

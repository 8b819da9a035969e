import { camelCase } from '@weir/contracts';
import type { Limits, UpdateTenantRequest, UpdateTenantResponse } from '@weir/contracts/registry';
import { parse, tenantName, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { checkEtag } from '../domain/etag.ts';
import { idOf } from '../domain/names.ts';
import { tenantMessage, type TenantRecord, type TenantSettings } from '../domain/tenant.ts';
import type { TenantStore } from '../store/tenant-store.ts';
import { refuseMissingLimits } from './create-tenant.ts';
import { holdTenant } from './hold-tenant.ts';
import { maskedFields } from './tenant-fields.ts';

const Fields = z.looseObject(
  { name: tenantName(), etag: z.string(), limits: z.custom<Limits | undefined>() },
  'is required',
);
const Masked = Fields.and(z.custom<Omit<TenantSettings, 'limits'>>());
const Request = z
  .object({
    tenant: Masked,
    updateMask: z.array(z.string(), 'is required').min(1, 'must name at least one field'),
    validateOnly: z.boolean(),
  })
  .superRefine(({ tenant, updateMask }, context) => {
    for (const path of updateMask) {
      const schema = maskedFields[path];
      const keys = path.split('.').map(camelCase);
      const problems = schema?.safeParse(read(tenant, keys)).error?.issues;
      if (!schema) context.addIssue({ code: 'custom', path: ['updateMask'], message: `must not name "${path}"` });
      for (const { message, path: inner } of problems ?? []) {
        context.addIssue({ code: 'custom', path: ['tenant', ...keys, ...inner], message });
      }
    }
  });

/** UpdateTenant: the fields that the mask names. */
export function updateTenant(tenants: TenantStore): Unary<UpdateTenantRequest, UpdateTenantResponse> {
  return async (request, context) => {
    const { tenant: wanted, updateMask, validateOnly } = parse(Request, request);
    const { name, etag } = wanted;
    context.audit({ resource: name, details: { fields: updateMask.join(','), validate_only: validateOnly } });

    const current = await holdTenant(tenants, context.scope, name);
    checkEtag(name, etag, current.revision);
    const settings = apply(current, wanted, new Set(updateMask));
    refuseMissingLimits(settings);
    const tenant = validateOnly
      ? { ...current, ...settings }
      : await tenants.change(context.scope, idOf(name), settings);

    return { tenant: tenantMessage(tenant) };
  };
}

/** The settings that the masked fields lead to. A masked limit that is unset is the tier's again. */
function apply(current: TenantRecord, wanted: z.output<typeof Masked>, mask: ReadonlySet<string>): TenantSettings {
  const pick = <T>(path: string, now: T, next: T): T => (mask.has(path) ? next : now);
  const limits = wanted.limits ?? { customLimits: {} };
  const held = pick('limits', current.limits, limits);
  return {
    displayName: pick('display_name', current.displayName, wanted.displayName),
    tier: pick('tier', current.tier, wanted.tier),
    limits: {
      maxConcurrentJobs: pick('limits.max_concurrent_jobs', held.maxConcurrentJobs, limits.maxConcurrentJobs),
      monthlyProcessingHours: pick(
        'limits.monthly_processing_hours',
        held.monthlyProcessingHours,
        limits.monthlyProcessingHours,
      ),
      storageGb: pick('limits.storage_gb', held.storageGb, limits.storageGb),
      customLimits: pick('limits.custom_limits', held.customLimits, limits.customLimits),
    },
    allowedEnvironments: pick('allowed_environments', current.allowedEnvironments, wanted.allowedEnvironments),
    clearanceCeiling: pick('clearance_ceiling', current.clearanceCeiling, wanted.clearanceCeiling),
  };
}

function read(message: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).find(([name]) => name === key)?.[1]
        : undefined,
    message,
  );
}

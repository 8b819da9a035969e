import type { CreateTenantRequest, CreateTenantResponse } from '@weir/contracts/registry';
import { invalid, reason } from '@weir/errors';
import { parse, resourceId, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { tenantNameOf } from '../domain/names.ts';
import { missingLimits, tenantMessage, type TenantSettings } from '../domain/tenant.ts';
import type { TenantStore } from '../store/tenant-store.ts';
import { tenantFields } from './tenant-fields.ts';

// The log of what concerns no tenant is kept under this name.
const RESERVED = 'platform';

const Request = z.object({
  tenantId: resourceId().refine((id) => id !== RESERVED, 'is reserved'),
  tenant: z.object(tenantFields, 'is required'),
  validateOnly: z.boolean(),
});

/** CreateTenant: a tenant with the limits given, the rest from its tier. */
export function createTenant(tenants: TenantStore): Unary<CreateTenantRequest, CreateTenantResponse> {
  return async (request, context) => {
    const { tenantId, tenant: settings, validateOnly } = parse(Request, request);
    refuseMissingLimits(settings);
    context.audit({ resource: tenantNameOf(tenantId), details: { tier: settings.tier, validate_only: validateOnly } });

    const tenant = validateOnly
      ? await preview(tenants, context.scope, tenantId, settings)
      : await tenants.create(context.scope, tenantId, settings);
    if (!tenant) throw reason('TENANT_EXISTS', { tenant: tenantId });

    return { tenant: tenantMessage(tenant) };
  };
}

type Scope = Parameters<TenantStore['find']>[0];

async function preview(tenants: TenantStore, scope: Scope, id: string, settings: TenantSettings) {
  if (await tenants.find(scope, id)) return undefined;
  const now = new Date();
  const never = { suspendedAt: undefined, deletedAt: undefined, purgeAt: undefined };
  return { id, ...settings, revision: 1n, createdAt: now, updatedAt: now, ...never };
}

/** A CUSTOM tier has no defaults: throws INVALID_ARGUMENT with every limit that is not stated. */
export function refuseMissingLimits(settings: Pick<TenantSettings, 'tier' | 'limits'>): void {
  const missing = missingLimits(settings);
  if (missing.length === 0) return;
  throw invalid(
    missing.map((limit) => ({ field: `tenant.limits.${limit}`, description: 'must be stated for the CUSTOM tier' })),
  );
}

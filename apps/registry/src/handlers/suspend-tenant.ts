import type { SuspendTenantRequest, SuspendTenantResponse } from '@weir/contracts/registry';
import { parse, tenantName, text, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { checkEtag } from '../domain/etag.ts';
import { idOf } from '../domain/names.ts';
import { tenantMessage } from '../domain/tenant.ts';
import type { TenantStore } from '../store/tenant-store.ts';
import { holdTenant } from './hold-tenant.ts';

const Request = z.object({ name: tenantName(), reason: text(1, 500), etag: z.string() });

/** SuspendTenant: nothing new starts; holders of job slots are told on their next renewal. */
export function suspendTenant(tenants: TenantStore): Unary<SuspendTenantRequest, SuspendTenantResponse> {
  return async (request, context) => {
    const { name, reason, etag } = parse(Request, request);
    context.audit({ details: { reason } });

    const current = await holdTenant(tenants, context.scope, name);
    checkEtag(name, etag, current.revision);
    const tenant = current.suspendedAt
      ? current
      : await tenants.change(context.scope, idOf(name), { suspendedAt: new Date() });

    return { tenant: tenantMessage(tenant) };
  };
}

import type { ResumeTenantRequest, ResumeTenantResponse } from '@weir/contracts/registry';
import { parse, tenantName, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { checkEtag } from '../domain/etag.ts';
import { idOf } from '../domain/names.ts';
import { tenantMessage } from '../domain/tenant.ts';
import type { TenantStore } from '../store/tenant-store.ts';
import { holdTenant } from './hold-tenant.ts';

const Request = z.object({ name: tenantName(), etag: z.string() });

/** ResumeTenant: lifts a suspension. */
export function resumeTenant(tenants: TenantStore): Unary<ResumeTenantRequest, ResumeTenantResponse> {
  return async (request, { scope }) => {
    const { name, etag } = parse(Request, request);

    const current = await holdTenant(tenants, scope, name);
    checkEtag(name, etag, current.revision);
    const tenant = current.suspendedAt ? await tenants.change(scope, idOf(name), { suspendedAt: null }) : current;

    return { tenant: tenantMessage(tenant) };
  };
}

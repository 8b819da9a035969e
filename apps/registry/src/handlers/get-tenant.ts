import type { GetTenantRequest, GetTenantResponse } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { parse, tenantName, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { idOf } from '../domain/names.ts';
import { tenantMessage } from '../domain/tenant.ts';
import type { TenantStore } from '../store/tenant-store.ts';

const Request = z.object({ name: tenantName() });

/** GetTenant: deleted tenants only for the platform. */
export function getTenant(tenants: TenantStore): Unary<GetTenantRequest, GetTenantResponse> {
  return async (request, { scope, principal }) => {
    const { name } = parse(Request, request);

    const tenant = await tenants.find(scope, idOf(name));
    const hidden = tenant?.deletedAt !== undefined && principal?.tenant !== undefined;
    if (!tenant || hidden) throw reason('TENANT_NOT_FOUND', { tenant: name });

    return { tenant: tenantMessage(tenant) };
  };
}

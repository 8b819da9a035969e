import type { UndeleteTenantRequest, UndeleteTenantResponse } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { parse, tenantName, type Unary } from '@weir/rpc';
import { z } from 'zod';
import { idOf } from '../domain/names.ts';
import { tenantMessage } from '../domain/tenant.ts';
import type { TenantStore } from '../store/tenant-store.ts';

const Request = z.object({ name: tenantName() });

/** UndeleteTenant: as it was; a tenant that was suspended before is suspended again. */
export function undeleteTenant(tenants: TenantStore): Unary<UndeleteTenantRequest, UndeleteTenantResponse> {
  return async (request, { scope }) => {
    const { name } = parse(Request, request);

    const current = await tenants.hold(scope, idOf(name));
    if (!current) throw reason('TENANT_NOT_FOUND', { tenant: name });
    if (!current.deletedAt) throw reason('TENANT_NOT_DELETED', { tenant: name });
    const tenant = await tenants.change(scope, idOf(name), { deletedAt: null, purgeAt: null });

    return { tenant: tenantMessage(tenant) };
  };
}

import type { Scope } from '@weir/context';
import { reason } from '@weir/errors';
import { idOf } from '../domain/names.ts';
import type { TenantRecord } from '../domain/tenant.ts';
import type { TenantStore } from '../store/tenant-store.ts';

/** The tenant, held for a change. Throws TENANT_NOT_FOUND or TENANT_DELETED. */
export async function holdTenant(tenants: TenantStore, scope: Scope, name: string): Promise<TenantRecord> {
  const tenant = await tenants.hold(scope, idOf(name));
  if (!tenant) throw reason('TENANT_NOT_FOUND', { tenant: name });
  if (tenant.deletedAt) throw reason('TENANT_DELETED', { tenant: name });
  return tenant;
}

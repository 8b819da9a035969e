import { TenantState } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import type { TenantDirectory } from './tenant-directory.ts';

/** TENANT_NOT_FOUND unless the tenant exists and is not deleted; the platform ("") always does. */
export async function requireTenant(tenants: TenantDirectory, tenant: string): Promise<void> {
  if (tenant === '') return;
  const state = await tenants.stateOf(tenant);
  if (state === undefined || state === TenantState.DELETED) {
    throw reason('TENANT_NOT_FOUND', { tenant: `tenants/${tenant}` });
  }
}

/** TENANT_SUSPENDED or TENANT_DELETED unless tokens may be issued for the tenant. */
export async function requireActiveTenant(tenants: TenantDirectory, tenant: string): Promise<void> {
  if (tenant === '') return;
  const state = await tenants.stateOf(tenant);
  const name = `tenants/${tenant}`;
  if (state === TenantState.SUSPENDED) throw reason('TENANT_SUSPENDED', { tenant: name });
  if (state !== TenantState.ACTIVE) throw reason('TENANT_DELETED', { tenant: name });
}

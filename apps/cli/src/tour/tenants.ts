import type { DeepPartial } from '@weir/contracts';
import type { Tenant } from '@weir/contracts/registry';
import { isReason } from '@weir/errors';
import type { Tour } from './step.ts';

/** Creates a tenant, or finds the one that an earlier tour has made. */
export async function ensureTenant(
  { admin }: Tour,
  tenantId: string,
  tenant: DeepPartial<Tenant>,
): Promise<Tenant | undefined> {
  try {
    return (await admin.tenants.createTenant({ tenantId, tenant })).tenant;
  } catch (error) {
    if (!isReason(error, 'TENANT_EXISTS')) throw error;
    return (await admin.tenants.getTenant({ name: `tenants/${tenantId}` })).tenant;
  }
}

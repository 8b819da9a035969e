import type { Tenant } from '@weir/contracts/registry';

/** What the registry says of tenants. */
export interface Tenants {
  /** As it is, or was a few seconds ago. Throws TENANT_NOT_FOUND. */
  get(tenant: string): Promise<Tenant>;
}

import type { Client } from '@weir/client';
import type {
  ComponentServiceDefinition,
  ComponentVersion,
  Tenant,
  TenantServiceDefinition,
} from '@weir/contracts/registry';

/** What this service asks the registry. */
export interface Registry {
  /** "tenants/<id>". Throws TENANT_NOT_FOUND. */
  tenant(name: string): Promise<Tenant>;
  /** A version with its runtime, as the tenant sees it. Throws COMPONENT_NOT_FOUND. */
  component(tenant: string, name: string): Promise<ComponentVersion>;
}

/** Asks the registry service. */
export const remoteRegistry = (
  tenants: Pick<Client<typeof TenantServiceDefinition>, 'getTenant'>,
  components: Pick<Client<typeof ComponentServiceDefinition>, 'getComponent'>,
): Registry => ({
  async tenant(name) {
    const { tenant } = await tenants.getTenant({ name });
    return answered(tenant);
  },
  async component(tenant, name) {
    const { component } = await components.getComponent({ tenant, name });
    return answered(component);
  },
});

function answered<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the registry answered without what was asked for');
  return value;
}

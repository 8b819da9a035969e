import type { TenantState } from '@weir/contracts/registry';

/** What the registry knows about tenants. */
export interface TenantDirectory {
  /**
   * The state of a tenant; undefined when there is none. DEPENDENCY_UNAVAILABLE when it cannot be learned. Answers may
   * be a second old.
   */
  stateOf(tenant: string): Promise<TenantState | undefined>;
}

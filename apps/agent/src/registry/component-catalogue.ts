import type { ComponentRequirement, ComponentVersion } from '@weir/contracts/registry';

/** A version that somebody serves already. */
export interface ServedVersion {
  readonly version: string;
  readonly digest: string;
}

/** The components that tenants can see. */
export interface ComponentCatalogue {
  /**
   * The version that a requirement of a tenant means: the one that is served where it will do, else what the registry
   * resolves. Throws RESOLUTION_CONFLICT.
   */
  resolve(
    tenant: string,
    requirement: ComponentRequirement,
    served: ServedVersion | undefined,
    signal: AbortSignal,
  ): Promise<ComponentVersion>;
}

import type { Client } from '@weir/client';
import type { Tenant, TenantServiceDefinition } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { LRUCache } from 'lru-cache';
import type { Dependency } from '../dependencies/dependency.ts';
import type { Tenants } from './tenants.ts';

// Long enough for a burst of calls, short enough that a suspension is noticed at once by human measure; what runs is
// told by its job slot.
const FRESH_MS = 2_000;
const MAX_TENANTS = 1_000;

/** Tenants as the registry knows them. */
export function registryTenants(client: Client<typeof TenantServiceDefinition>, registry: Dependency): Tenants {
  const known = new LRUCache<string, Tenant>({ max: MAX_TENANTS, ttl: FRESH_MS });
  return {
    async get(name) {
      const cached = known.get(name);
      if (cached) return cached;
      const { tenant } = await registry.run((signal) => client.getTenant({ name }, { signal }));
      if (!tenant) throw reason('TENANT_NOT_FOUND', { tenant: name });
      known.set(name, tenant);
      return tenant;
    },
  };
}

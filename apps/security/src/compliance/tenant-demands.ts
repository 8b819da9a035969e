import { tenantScope } from '@weir/context';
import { LRUCache } from 'lru-cache';
import { NO_DEMANDS, type Demands } from '../domain/access/obligations.ts';
import { demandsOf } from '../domain/compliance/demands.ts';
import { demandingOf } from '../domain/compliance/framework-config.ts';
import type { FrameworkStore } from '../store/framework-store.ts';

/** What the frameworks of a tenant make of its decisions, as of a revision of its policies. */
export type TenantDemands = (tenant: string, revision: bigint) => Promise<Demands>;

interface Known {
  readonly revision: bigint;
  readonly demands: Promise<Demands>;
}

const TENANTS = 5_000;

/**
 * Keeps the demands of the tenants that asked last. A configuration takes a revision of the tenant's policies, so what
 * was read at a revision, or after it, counts until the next.
 */
export function tenantDemands(frameworks: FrameworkStore): TenantDemands {
  const known = new LRUCache<string, Known>({ max: TENANTS });

  async function read(tenant: string): Promise<Demands> {
    return demandsOf(demandingOf(await frameworks.find(tenantScope(tenant), tenant)));
  }

  return (tenant, revision) => {
    // A tenant that never had a revision has neither policies nor frameworks.
    if (revision === 0n) return Promise.resolve(NO_DEMANDS);
    const before = known.get(tenant);
    if (before?.revision === revision) return before.demands;
    const demands = read(tenant);
    known.set(tenant, { revision, demands });
    demands.catch(() => known.delete(tenant));
    return demands;
  };
}

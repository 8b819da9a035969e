import { tenantScope } from '@weir/context';
import type { Policy } from '@weir/contracts/security';
import { LRUCache } from 'lru-cache';
import { policySet, type PolicySet } from '../domain/access/policy-set.ts';
import type { PolicyStore } from '../store/policy-store.ts';

/** The policies of tenants, ready to decide. */
export interface PolicySets {
  /** Those of a tenant as they were last seen; whether they still are so is for the caller to find out. */
  known(tenant: string): PolicySet | undefined;
  /** Those of a tenant at this revision, or a later one if there is one by now. */
  current(tenant: string, revision: bigint): Promise<PolicySet>;
  /** Those of a tenant as they were. */
  asOf(tenant: string, revision: bigint): Promise<PolicySet>;
}

interface Known {
  readonly policies: ReadonlyMap<string, Policy>;
  readonly set: PolicySet;
}

const TENANTS = 500;
const EMPTY: Known = { policies: new Map(), set: policySet(0n, []) };

/** Keeps the sets of the tenants that asked last; after a change only what changed is read. */
export function policySets(store: PolicyStore): PolicySets {
  const known = new LRUCache<string, Known>({ max: TENANTS });
  const loading = new Map<string, Promise<Known>>();

  async function load(tenant: string, from: Known): Promise<Known> {
    const { revision, put, gone } = await store.changes(tenantScope(tenant), tenant, from.set.revision);
    // A revision that went back means another database: nothing of what is known counts.
    if (revision < from.set.revision) return load(tenant, EMPTY);
    const policies = new Map(from.policies);
    for (const name of gone) policies.delete(name);
    for (const policy of put) policies.set(policy.name, policy);
    const loaded = { policies, set: policySet(revision, [...policies.values()]) };
    known.set(tenant, loaded);
    return loaded;
  }

  function loadOnce(tenant: string): Promise<Known> {
    const running = loading.get(tenant);
    if (running) return running;
    const started = load(tenant, known.get(tenant) ?? EMPTY).finally(() => loading.delete(tenant));
    loading.set(tenant, started);
    return started;
  }

  return {
    known: (tenant) => known.get(tenant)?.set,
    async current(tenant, revision) {
      const before = known.get(tenant);
      if (before?.set.revision === revision) return before.set;
      const { set } = await loadOnce(tenant);
      // The loading that was shared may have begun before this revision was there.
      return set.revision >= revision ? set : (await loadOnce(tenant)).set;
    },
    async asOf(tenant, revision) {
      return policySet(revision, await store.asOf(tenantScope(tenant), tenant, revision));
    },
  };
}

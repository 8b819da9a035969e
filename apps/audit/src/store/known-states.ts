import { LRUCache } from 'lru-cache';
import type { LogState } from '../domain/log-state.ts';

/** The logs as this process last left them: a guess, for others may have written to them since. */
export interface KnownStates {
  of(tenant: string): LogState | undefined;
  keep(states: readonly LogState[]): void;
  forget(tenants: readonly string[]): void;
}

/** Each takes some 10 kB. */
const MOST = 2_000;

/** No states yet; keeps those that were used last. */
export function knownStates(): KnownStates {
  const known = new LRUCache<string, LogState>({ max: MOST });
  return {
    of: (tenant) => known.get(tenant),
    keep(states) {
      for (const state of states) known.set(state.tenant, state);
    },
    forget(tenants) {
      for (const tenant of tenants) known.delete(tenant);
    },
  };
}

import { LRUCache } from 'lru-cache';
import type { CurrentFacts } from '../store/access-facts-store.ts';

/** What was last seen of principals; whether it still is so is for the caller to find out. */
export interface KnownFacts {
  /** Undefined unless all of them are known. */
  of(tenant: string, principals: readonly string[]): readonly CurrentFacts[] | undefined;
  /** Keeps what was seen. */
  seen(tenant: string, principals: readonly string[], facts: readonly CurrentFacts[]): void;
}

const PRINCIPALS = 50_000;

/** Keeps what decisions asked about last. */
export function knownFacts(): KnownFacts {
  const known = new LRUCache<string, CurrentFacts>({ max: PRINCIPALS });
  return {
    of(tenant, principals) {
      const facts = principals.map((principal) => known.get(`${tenant} ${principal}`));
      return facts.every((one) => one !== undefined) ? facts : undefined;
    },
    seen(tenant, principals, facts) {
      principals.forEach((principal, index) => {
        const one = facts[index];
        if (one) known.set(`${tenant} ${principal}`, one);
      });
    },
  };
}

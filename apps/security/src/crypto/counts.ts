import { LRUCache } from 'lru-cache';
import { batched } from '../access/batched.ts';
import type { CiphertextStore, NewCiphertexts } from '../store/ciphertext-store.ts';

const AT_ONCE = 500;
const TENANTS = 1_000;

type Count = (call: NewCiphertexts) => Promise<boolean>;

/** Counts calls; those of one tenant that come together share one statement, and no tenant waits for another or fails with it. */
export function countsOf(store: Pick<CiphertextStore, 'count'>): Count {
  // What is dropped from here while it is at work ends its work all the same.
  const queues = new LRUCache<string, Count>({ max: TENANTS });

  return (call) => {
    const { tenant } = call.key;
    const queue = queues.get(tenant) ?? batched((calls) => store.count(tenant, calls), { size: AT_ONCE });
    queues.set(tenant, queue);
    return queue(call);
  };
}

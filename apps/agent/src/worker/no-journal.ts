import type { Journal } from '@weir/rpc';

/**
 * The journal of a program whose methods are all AUDIT_NEVER. A worker keeps no state; the service that asks for a run
 * records it. Were a method's rule ever changed, its calls would fail here instead of going unrecorded.
 */
export const noJournal: Journal = {
  transaction: () => Promise.reject(new Error('a worker has no transactions')),
  record: () => Promise.reject(new Error('a worker records no events')),
};

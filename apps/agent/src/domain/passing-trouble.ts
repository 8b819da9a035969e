import { Code, WeirError } from '@weir/errors';

const PASSING: ReadonlySet<string> = new Set(['JOB_SLOTS_EXHAUSTED', 'QUEUE_FULL', 'SLOT_LOST', 'TENANT_SUSPENDED']);

/**
 * Whether work that failed like this goes on by itself once the trouble is over: no slot is free, the tenant is
 * suspended, something that this service needs does not answer, or this process stops. A worker that died twice is none: the work may be what kills it.
 */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof WeirError) || error.reason === 'WORKER_CRASHED') return false;
  return PASSING.has(error.reason) || error.code === Code.UNAVAILABLE;
}

import { RemoteError } from '@weir/client';
import { Code, WeirError } from '@weir/errors';
import { BrokenCircuitError, BulkheadRejectedError, TaskCancelledError } from 'cockatiel';

const OUTAGES: ReadonlySet<Code> = new Set([Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.INTERNAL, Code.UNKNOWN]);

/** Whether a failure says that the dependency is not well; a refusal says that it is. */
export function isOutage(error: unknown): boolean {
  if (error instanceof BrokenCircuitError || error instanceof BulkheadRejectedError) return false;
  if (error instanceof TaskCancelledError) return true;
  return (error instanceof WeirError || error instanceof RemoteError) && OUTAGES.has(error.code);
}

/** Whether the same call may go through in a moment. */
export const isWorthRepeating = (error: unknown): boolean =>
  (error instanceof WeirError || error instanceof RemoteError) && error.code === Code.UNAVAILABLE;

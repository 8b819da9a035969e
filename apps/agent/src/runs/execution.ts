import { RemoteError } from '@weir/client';
import type { ExecuteRequest, ExecuteResult, RunProgress } from '@weir/contracts/agent';
import { isReason, reason, WeirError } from '@weir/errors';
import type { WorkerLease } from '../workers/workers.ts';

/** How one execution is watched. */
export interface ExecutionWatch {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  readonly onProgress: (progress: RunProgress) => void;
}

/** Executes once on a worker. Throws WORKER_CRASHED when it goes away; aborting the signal ends the work itself. */
export async function execute(
  lease: WorkerLease,
  request: ExecuteRequest,
  watch: ExecutionWatch,
): Promise<ExecuteResult> {
  const { signal, timeoutMs, onProgress } = watch;
  let result: ExecuteResult | undefined;
  try {
    for await (const { update } of lease.execute(request, { signal, timeoutMs })) {
      if (update?.$case === 'progress') onProgress(update.value);
      if (update?.$case === 'result') result = update.value;
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (isCrash(error)) {
      lease.broken();
      throw reason('WORKER_CRASHED', {}, { cause: error, retryAfterMs: 1_000 });
    }
    throw error;
  }
  if (result) return result;
  lease.broken();
  throw reason('WORKER_CRASHED', {}, { retryAfterMs: 1_000 });
}

/** Whether the worker or the way to it went away: its own refusals have reasons of their own. */
const isCrash = (error: unknown): boolean =>
  error instanceof RemoteError ||
  isReason(error, 'WORKER_CRASHED') ||
  isReason(error, 'DEPENDENCY_UNAVAILABLE') ||
  isReason(error, 'INTERNAL');

const ELSEWHERE: ReadonlySet<string> = new Set([
  'WORKER_BUSY',
  'WORKER_DRAINING',
  'ROUTE_STALE',
  'VERSION_NOT_SERVED',
  'SHUTTING_DOWN',
]);

/**
 * How often, and after which pause, a run that was refused is offered again: a worker that still ends the run before, or
 * a route that just switches, is ready within a moment.
 */
export const REFUSALS = { most: 40, pauseMs: 100 } as const;

/** Whether a worker refused a run that another one, or the same one in a moment, will take. */
export const belongsElsewhere = (error: unknown): boolean =>
  error instanceof WeirError && (ELSEWHERE.has(error.reason) || isReason(error, 'DEPENDENCY_UNAVAILABLE'));

import { tenantScope, type Scope } from '@weir/context';
import { RunOutcome, type RunResult } from '@weir/contracts/agent';
import { Code, WeirError } from '@weir/errors';
import { millisOf } from '../domain/durations.ts';
import { isPassing } from '../domain/passing-trouble.ts';
import { issuesOf } from '../domain/run-record.ts';
import { componentOf, type ExecutedRun } from './execute-run.ts';
import { environmentOf } from './resolve-run.ts';
import type { RunInProgress } from './run-parts.ts';

/** Keeps how a run ended that has a result: part of the transaction that publishes it. */
export async function rememberResult(
  { parts, order }: RunInProgress,
  scope: Scope,
  executed: ExecutedRun,
  result: RunResult,
): Promise<void> {
  await parts.runs.record(scope, {
    ...aboutOrder(order),
    component: componentOf(executed),
    version: result.componentVersion,
    route: result.route,
    state: result.outcome === RunOutcome.SUCCEEDED ? 'succeeded' : 'rejected',
    reason: '',
    datasets: result.inputs,
    rowsIn: result.rowsIn,
    rowsOut: result.rowsOut,
    processingMs: millisOf(result.usage?.processingTime),
    durationMs: Date.now() - order.requestedAt.getTime(),
    qualityScore: result.quality?.score,
    startedAt: result.startedAt ?? order.requestedAt,
    issues: issuesOf(result.quality, result.inputs[0] ?? ''),
  });
}

/** Keeps how a run failed. What came of the run is decided: not being able to keep it changes nothing. */
export async function rememberFailure({ parts, order }: RunInProgress, error: unknown, startedAt: Date): Promise<void> {
  // A job that waits again has not ended.
  if (order.parentJob !== '' && isPassing(error)) return;
  const reason = error instanceof WeirError ? error.reason : 'INTERNAL';
  const isCancelled = error instanceof WeirError && error.code === Code.CANCELLED;
  await parts.runs
    .record(tenantScope(order.tenant), {
      ...aboutOrder(order),
      component: order.spec.component?.component ?? '',
      version: '',
      route: undefined,
      state: isCancelled ? 'cancelled' : 'failed',
      reason,
      datasets: [],
      rowsIn: 0n,
      rowsOut: 0n,
      processingMs: 0,
      durationMs: Date.now() - order.requestedAt.getTime(),
      qualityScore: undefined,
      startedAt,
      issues: [],
    })
    .catch((err: unknown) => parts.log.warn({ err, run: order.runId }, 'the end of a run was not kept'));
}

const aboutOrder = (order: RunInProgress['order']) => ({
  tenant: order.tenant,
  runId: order.runId,
  environment: environmentOf(order),
  job: order.parentJob,
});

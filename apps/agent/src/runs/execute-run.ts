import { ExecuteRequest, RunPhase, type ExecuteResult, type RunRoute } from '@weir/contracts/agent';
import type { Tenant } from '@weir/contracts/registry';
import { isReason } from '@weir/errors';
import { millisOf } from '../domain/durations.ts';
import type { WorkerLease } from '../workers/workers.ts';
import { belongsElsewhere, execute } from './execution.ts';
import { prepare, type PreparedRun } from './prepared-run.ts';
import { resolveRun, type ResolvedRun } from './resolve-run.ts';
import type { RunInProgress } from './run-parts.ts';

/** A run whose worker has answered. */
export interface ExecutedRun extends ResolvedRun {
  readonly prepared: PreparedRun;
  readonly result: ExecuteResult;
  readonly ranOn: RunRoute;
  readonly attempts: number;
}

const MAX_ATTEMPTS = 2;
// A worker that still ends the run before, or a route that just switches, is ready within a moment.
const MAX_REFUSALS = 40;
const REFUSAL_PAUSE_MS = 100;
// The worker ends a run at its time limit by itself; this is for one that does not.
const GRACE_MS = 5_000;

/**
 * Executes a run where its route says. A worker that dies is tried once more elsewhere; one that refuses, because it
 * drains or the route has switched, does not count, and version and route are looked up again.
 */
export async function executeRun(
  run: RunInProgress,
  owner: Tenant,
  first: ResolvedRun,
  fencingToken: bigint,
  after: AsyncDisposableStack,
): Promise<ExecutedRun> {
  const { parts, order, signal, time } = run;
  const avoid = new Set<string>();
  let resolved = first;
  let prepared: PreparedRun | undefined;
  for (let attempts = 1, refusals = 0; ;) {
    try {
      const { plan, inputs, route } = resolved;
      const request = { tenant: order.tenant, component: componentOf(resolved), route, avoid };
      await using lease = await time.phase(RunPhase.ROUTE, () => parts.workers.lease(request, signal));
      const { worker } = lease.route;
      prepared ??= await time.phase(RunPhase.PREPARE, () => prepare(parts, order, plan, inputs, owner, after));
      const message = requestOf(run, resolved, prepared, lease, attempts, fencingToken);
      try {
        const result = await executeOn(run, lease, message);
        return { ...resolved, prepared, result, ranOn: lease.route, attempts };
      } catch (error) {
        avoid.add(worker);
        throw error;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (isReason(error, 'WORKER_CRASHED') && attempts < MAX_ATTEMPTS) {
        attempts += 1;
        // What the dead one may still write must not reach what the next one writes.
        prepared = undefined;
      } else if (belongsElsewhere(error) && refusals < MAX_REFUSALS) {
        refusals += 1;
        await parts.routes.changed(REFUSAL_PAUSE_MS);
        const again = await resolveRun(run, owner);
        if (again.plan.component.name !== resolved.plan.component.name) prepared = undefined;
        resolved = again;
      } else {
        throw error;
      }
    }
  }
}

const executeOn = (run: RunInProgress, lease: WorkerLease, request: ExecuteRequest): Promise<ExecuteResult> =>
  run.time.phase(
    RunPhase.EXECUTE,
    () =>
      execute(lease, request, {
        signal: run.signal,
        timeoutMs: millisOf(request.limits?.maxDuration) + GRACE_MS,
        onProgress: (progress) => run.hooks.onProgress?.(progress),
      }),
    { 'weir.worker': lease.route.worker, 'weir.attempt': request.attempt },
  );

/** "components/flights-quality" */
export const componentOf = ({ plan }: Pick<ResolvedRun, 'plan'>): string =>
  plan.component.name.split('/').slice(0, 2).join('/');

function requestOf(
  { order }: RunInProgress,
  { plan }: ResolvedRun,
  prepared: PreparedRun,
  lease: WorkerLease,
  attempt: number,
  fencingToken: bigint,
): ExecuteRequest {
  const { component, pipeline, parameters, limits } = plan;
  return ExecuteRequest.fromPartial({
    tenant: `tenants/${order.tenant}`,
    runId: order.runId,
    attempt,
    fencingToken,
    componentVersion: component.name,
    digest: component.digest,
    pipeline,
    inputs: prepared.inputs,
    outputs: prepared.outputs,
    parameters,
    limits: { ...limits, maxOutputBytes: prepared.maxOutputBytes },
    lineageTracking: component.lineageTracking ?? true,
    route: { ...lease.route, worker: '' },
  });
}

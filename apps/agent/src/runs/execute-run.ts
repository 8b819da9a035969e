import { ExecuteRequest, RunPhase, type ExecuteResult, type RunRoute } from '@weir/contracts/agent';
import type { Tenant } from '@weir/contracts/registry';
import { isReason } from '@weir/errors';
import { millisOf } from '../domain/durations.ts';
import { isEncryptionOwed } from '../domain/obligations.ts';
import type { AccessGrant } from '../access/access-decisions.ts';
import type { WorkerLease } from '../workers/workers.ts';
import { authorizeRun } from './authorize-run.ts';
import { belongsElsewhere, execute, REFUSALS } from './execution.ts';
import { datasetsOf, prepare, type PreparedRun } from './prepared-run.ts';
import { resolveRun, type ResolvedRun } from './resolve-run.ts';
import type { RunInProgress } from './run-parts.ts';

/** A run that may be executed. */
export interface AllowedRun extends ResolvedRun {
  readonly grant: AccessGrant;
}

/** A run whose worker has answered. */
export interface ExecutedRun extends AllowedRun {
  readonly prepared: PreparedRun;
  readonly result: ExecuteResult;
  readonly ranOn: RunRoute;
  readonly attempts: number;
}

const MAX_ATTEMPTS = 2;
// The worker ends a run at its time limit by itself; this is for one that does not.
const GRACE_MS = 5_000;

/** Where a run stands that may have to be tried again. */
interface Attempt {
  resolved: AllowedRun;
  prepared: PreparedRun | undefined;
  attempts: number;
  refusals: number;
  readonly avoid: Set<string>;
}

/**
 * Executes a run where its route says. A worker that dies is tried once more elsewhere; one that refuses, because it
 * drains or the route has switched, does not count, and version and route are looked up again.
 */
export async function executeRun(
  run: RunInProgress,
  owner: Tenant,
  resolved: AllowedRun,
  fencingToken: bigint,
  after: AsyncDisposableStack,
): Promise<ExecutedRun> {
  const attempt: Attempt = { resolved, prepared: undefined, attempts: 1, refusals: 0, avoid: new Set() };
  for (;;) {
    try {
      return await tryOnce(run, owner, attempt, fencingToken, after);
    } catch (error) {
      run.signal.throwIfAborted();
      await planAgain(run, owner, attempt, error);
    }
  }
}

async function tryOnce(
  run: RunInProgress,
  owner: Tenant,
  attempt: Attempt,
  fencingToken: bigint,
  after: AsyncDisposableStack,
): Promise<ExecutedRun> {
  const { parts, order, signal, time } = run;
  const { resolved, avoid, attempts } = attempt;
  const { plan, inputs, route, grant } = resolved;
  // What is computed from encrypted data is no less worth protecting.
  const isSealed =
    isEncryptionOwed(grant.obligations) || datasetsOf(inputs).some(({ keyVersion }) => keyVersion !== '');
  run.hooks.onFacts?.({ details: { outputs: plan.outputs.length, encrypted: isSealed } });
  const request = { tenant: order.tenant, component: componentOf(resolved), route, avoid };
  await using lease = await time.phase(RunPhase.ROUTE, () => parts.workers.lease(request, signal));
  const prepared = (attempt.prepared ??= await time.phase(RunPhase.PREPARE, () =>
    prepare(parts, order, plan, inputs, owner, isSealed, after),
  ));
  const message = requestOf(run, resolved, prepared, lease, attempts, fencingToken);
  try {
    const result = await executeOn(run, lease, message);
    return { ...resolved, prepared, result, ranOn: lease.route, attempts };
  } catch (error) {
    avoid.add(lease.route.worker);
    throw error;
  }
}

/** Changes what the next attempt does, or throws the error when there is to be none. */
async function planAgain(run: RunInProgress, owner: Tenant, attempt: Attempt, error: unknown): Promise<void> {
  if (isReason(error, 'WORKER_CRASHED') && attempt.attempts < MAX_ATTEMPTS) {
    attempt.attempts += 1;
    // What the dead one may still write must not reach what the next one writes.
    attempt.prepared = undefined;
    return;
  }
  if (!belongsElsewhere(error) || attempt.refusals >= REFUSALS.most) throw error;
  attempt.refusals += 1;
  await run.parts.routes.changed(REFUSALS.pauseMs);
  const again = await resolveRun(run, owner);
  if (again.plan.component.name !== attempt.resolved.plan.component.name) attempt.prepared = undefined;
  // Another version may be of another kind of processing: the decision was for the one before.
  attempt.resolved = { ...again, grant: await authorizeRun(run, again) };
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
  { plan, grant }: AllowedRun,
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
    obligations: [...grant.obligations],
    lineageTracking: component.lineageTracking ?? true,
    route: { ...lease.route, worker: '' },
  });
}

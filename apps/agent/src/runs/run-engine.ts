import { tenantScope } from '@weir/context';
import { RunOutcome, RunPhase, type RunResult } from '@weir/contracts/agent';
import { JobOutcome, type JobUsage } from '@weir/contracts/registry';
import { isReason, type WeirError } from '@weir/errors';
import { queueFull } from '../workers/worker-pool.ts';
import { authorizeRun } from './authorize-run.ts';
import { executeRun, type ExecutedRun } from './execute-run.ts';
import { keepSlot } from './kept-slot.ts';
import { putOutputs, settleOutputs } from './publish-run.ts';
import { admit, resolveRun, type ResolvedRun } from './resolve-run.ts';
import { rememberFailure, rememberResult } from './run-history.ts';
import type { RunEngine, RunOrder } from './run-order.ts';
import type { RunInProgress, RunParts } from './run-parts.ts';
import { resultBefore, resultOf } from './run-result.ts';
import { piiFlags } from '../domain/data-flags.ts';
import { timeline } from './timeline.ts';

/** Runs components: queue, decision, version, slot, route, worker, outputs, in the order that AgentService promises. */
export function runEngine(parts: RunParts): RunEngine {
  return {
    async check(order, signal) {
      const run = { parts, order, hooks: {}, signal, time: timeline() };
      const resolved = await resolveRun(run, await admit(run));
      return resultBefore(run, resolved, await authorizeRun(run, resolved));
    },
    async run(order, hooks, outer) {
      const ending = new AbortController();
      const signal = AbortSignal.any([outer, ending.signal]);
      const run: RunInProgress = { parts, order, hooks, signal, time: timeline() };
      const startedAt = new Date();
      try {
        return await goAllTheWay(run, (why) => ending.abort(why));
      } catch (error) {
        const why: unknown = signal.aborted ? signal.reason : error;
        await rememberFailure(run, why, startedAt);
        throw why;
      }
    },
  };
}

type Stop = (why: WeirError) => void;

async function goAllTheWay(run: RunInProgress, stop: Stop): Promise<RunResult> {
  // Let go of last, after the slot is free.
  await using after = new AsyncDisposableStack();
  after.use(await run.time.phase(RunPhase.QUEUE, () => waitForTurn(run)));
  const startedAt = new Date();
  using _atWork = run.parts.activity.begin(run.order.tenant, run.order.spec.component?.component ?? '');
  const owner = await admit(run);
  const resolved = await resolveRun(run, owner);
  const grant = await authorizeRun(run, resolved);
  const work = async (fencingToken: bigint): Promise<[ExecutedRun, RunResult]> => {
    const executed = await executeRun(run, owner, { ...resolved, grant }, fencingToken, after);
    return [executed, await publish(run, executed, startedAt)];
  };
  const result = await withSlot(run, resolved, stop, work);
  return { ...result, phases: [...run.time.phases] };
}

async function waitForTurn({ parts, order, signal }: RunInProgress): Promise<AsyncDisposable> {
  const { tenant, spec } = order;
  const turn = parts.queue.acquire({ tenant, label: spec.component?.component ?? '', weight: 1 }, signal);
  if (!turn) throw queueFull(tenant, parts.queue);
  const permit = await turn;
  return { [Symbol.asyncDispose]: async () => permit[Symbol.dispose]() };
}

/** Runs work under a job slot, which is given back however the work ends. */
async function withSlot(
  run: RunInProgress,
  resolved: ResolvedRun,
  stop: Stop,
  work: (fencingToken: bigint) => Promise<[ExecutedRun, RunResult]>,
): Promise<RunResult> {
  const { order, time } = run;
  if (order.sharedSlot !== undefined) return (await work(order.sharedSlot))[1];
  const slot = await time.phase(RunPhase.ACQUIRE_SLOT, () => acquire(run, resolved));
  const kept = keepSlot(run.parts.keeper, slot, stop);
  let outcome: JobOutcome = JobOutcome.FAILED;
  let usage: JobUsage = NOTHING;
  try {
    await run.hooks.onBegin?.();
    const [executed, result] = await work(kept.fencingToken);
    outcome = result.outcome === RunOutcome.SUCCEEDED ? JobOutcome.COMPLETED : JobOutcome.FAILED;
    usage = usageOf(executed);
    return result;
  } catch (error) {
    if (isCancelled(run.signal)) outcome = JobOutcome.CANCELLED;
    throw error;
  } finally {
    await time.phase(RunPhase.RELEASE_SLOT, () => kept.release(outcome, usage));
  }
}

const isCancelled = ({ aborted, reason }: AbortSignal): boolean => aborted && isReason(reason, 'CANCELLED');

const NOTHING: JobUsage = { rowsRead: 0n, rowsWritten: 0n, processedBytes: 0n, storedBytes: undefined };

const usageOf = ({ result }: ExecutedRun): JobUsage => ({
  rowsRead: result.usage?.rowsRead ?? result.rowsIn,
  rowsWritten: result.usage?.rowsWritten ?? result.rowsOut,
  processedBytes: result.usage?.bytesRead ?? 0n,
  storedBytes: undefined,
});

async function acquire({ parts, order, signal }: RunInProgress, { plan }: ResolvedRun) {
  const tenant = `tenants/${order.tenant}`;
  const storedBytes = await parts.contents.used(tenantScope(order.tenant), order.tenant);
  const request = { tenant, job: slotJobOf(order), component: plan.component.name, storedBytes };
  return parts.keeper.slots.acquire(request, signal);
}

/** The name under which a run holds a slot: that of its job, or one of its own. */
const slotJobOf = ({ tenant, parentJob, runId }: RunOrder): string =>
  parentJob === '' ? `tenants/${tenant}/jobs/run-${runId}` : parentJob;

const publish = (run: RunInProgress, executed: ExecutedRun, startedAt: Date): Promise<RunResult> =>
  run.time.phase(RunPhase.PUBLISH, async () => {
    const { parts, order, hooks } = run;
    const { prepared } = executed;
    const settled = await settleOutputs(parts, order, prepared, executed.result);
    run.signal.throwIfAborted();
    hooks.onFacts?.({ flags: piiFlags(executed.result.pii) });
    const scope = tenantScope(order.tenant);
    const result = await parts.unitOfWork(scope, async () => {
      const outputs = await putOutputs(parts, scope, order, executed, settled);
      const published = resultOf(run, executed, outputs, startedAt);
      await rememberResult(run, scope, executed, published);
      await hooks.onPublish?.(scope, published);
      return published;
    });
    prepared.published();
    return result;
  });

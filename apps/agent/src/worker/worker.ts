import type { ExecuteResult } from '@weir/contracts/agent';
import { reason } from '@weir/errors';
import { createFencing } from './fencing.ts';
import { refuseMisrouted, type WorkerIdentity } from './identity.ts';
import { planRun, type RunPlan } from './plan/plan-run.ts';
import type { ExecuteOrder } from './plan/request.ts';
import { executeResult } from './result/execute-result.ts';
import { lineage } from './result/lineage.ts';
import { executeRun, type Executor } from './run/execute-run.ts';
import { notBegun, type RunProgressState } from './run/run-progress.ts';

/** What a worker is made of. */
export interface WorkerParts {
  readonly identity: WorkerIdentity;
  readonly executor: Executor;
  /** Runs at the same time. */
  readonly capacity: number;
  /** Memory of one run, whatever it asks for. */
  readonly memoryBytes: number;
  readonly engineVersion: string;
  readonly softwareVersion: string;
}

/** A run at work. */
export interface Run {
  readonly progress: Readonly<RunProgressState>;
  readonly result: Promise<ExecuteResult>;
}

/** Takes runs, up to its capacity, until it drains. */
export interface Worker {
  readonly identity: WorkerIdentity;
  readonly capacity: number;
  readonly softwareVersion: string;
  readonly startedAt: Date;
  /** Starts a run; it ends when `signal` aborts. Throws when it cannot be taken or makes no sense. */
  start(order: ExecuteOrder, signal: AbortSignal): Run;
  /** Takes no more runs from now on. */
  drain(): void;
  status(): WorkerStatus;
}

/** How a worker fares. */
export interface WorkerStatus {
  readonly draining: boolean;
  readonly running: number;
  readonly ended: number;
  /** The highest route generation that it has seen. */
  readonly generation: bigint;
  readonly engineBytes: number;
}

const RETRY_MS = 500;

/** A worker that executes runs with `executor`. */
export function createWorker(parts: WorkerParts): Worker {
  const { identity, capacity, executor } = parts;
  const fencing = createFencing();
  const state = { draining: false, running: 0, ended: 0, generation: 0n };

  const admit = ({ route, ...order }: ExecuteOrder): void => {
    if (state.draining) throw reason('WORKER_DRAINING');
    refuseMisrouted(identity, { route, ...order }, state.generation);
    if (state.running >= capacity) throw reason('WORKER_BUSY', { running: state.running }, { retryAfterMs: RETRY_MS });
    if (route.generation > state.generation) state.generation = route.generation;
  };

  return {
    ...parts,
    startedAt: new Date(),
    start(order, signal) {
      admit(order);
      const run = prepare(order, parts);
      const superseded = new AbortController();
      const turn = fencing.enter(order.runId, order.fencingToken, (cause) => superseded.abort(cause));
      state.running += 1;
      const result = execute(parts, order, run, AbortSignal.any([signal, superseded.signal])).finally(() => {
        turn[Symbol.dispose]();
        state.running -= 1;
        state.ended += 1;
      });
      // Whoever waits for it may have gone away.
      result.catch(() => undefined);
      return { progress: run.progress, result };
    },
    drain() {
      state.draining = true;
    },
    status: () => ({ ...state, engineBytes: executor.engine.memoryBytes() }),
  };
}

interface Prepared {
  readonly plan: RunPlan;
  readonly progress: RunProgressState;
}

async function execute(parts: WorkerParts, order: ExecuteOrder, { plan, progress }: Prepared, signal: AbortSignal) {
  const record = await executeRun(parts.executor, order.tenant, plan, progress, signal);
  const result = executeResult(record, new Set(Object.keys(order.outputs)));
  return order.lineageTracking ? { ...result, lineage: lineage(record, { ...order, ...parts }) } : result;
}

function prepare(order: ExecuteOrder, bounds: WorkerParts): Prepared {
  const plan = planRun(order, bounds);
  return { plan, progress: notBegun(plan.steps.length) };
}

import type { Client } from '@weir/client';
import { RouteColour, RouteKind, type RunRoute, type WorkerServiceDefinition } from '@weir/contracts/agent';
import { reason } from '@weir/errors';
import type { FairQueue } from '../domain/fair-queue.ts';
import type { WorkerLease, WorkerRequest } from './workers.ts';

/** A worker process that runs. */
export interface WorkerProcess extends AsyncDisposable {
  /** As operators know it: "worker-4711". */
  readonly name: string;
  readonly pid: number | undefined;
  readonly client: Client<typeof WorkerServiceDefinition>;
  /** Settles when it has ended, however that came. */
  readonly ended: Promise<void>;
  isAlive(): boolean;
}

/** The worker processes that all tenants share. */
export interface WorkerPool extends AsyncDisposable {
  lease(request: WorkerRequest, signal: AbortSignal): Promise<WorkerLease>;
  /** Those that run now. */
  processes(): readonly WorkerProcess[];
  /** Runs that wait for one, of a tenant and a component or of everyone. */
  waiting(tenant?: string, component?: string): number;
}

/** How a pool is run. */
export interface WorkerPoolOptions {
  /** With as many permits as there may be processes. */
  readonly queue: FairQueue;
  readonly idleMs: number;
  readonly start: () => Promise<WorkerProcess>;
}

/** A pool of worker processes: started when there is work, one run at a time each, ended when idle, never reused broken. */
export const workerPool = (options: WorkerPoolOptions): WorkerPool => new Pool(options);

class Pool implements WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #all = new Set<WorkerProcess>();
  readonly #idle = new Map<WorkerProcess, NodeJS.Timeout>();

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  async lease({ tenant, component }: WorkerRequest, signal: AbortSignal): Promise<WorkerLease> {
    const { queue } = this.#options;
    const waiting = queue.acquire({ tenant, label: component, weight: 1 }, signal);
    if (!waiting) throw queueFull(tenant, queue);
    const permit = await waiting;
    try {
      const worker = this.#wake() ?? (await this.#launch());
      return leaseOf(
        worker,
        permit,
        (free) => this.#rest(free),
        (broken) => this.#end(broken),
      );
    } catch (error) {
      permit[Symbol.dispose]();
      throw error;
    }
  }

  processes(): readonly WorkerProcess[] {
    return [...this.#all];
  }

  waiting(tenant?: string, component?: string): number {
    return this.#options.queue.waiting(tenant, component);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#all].map((worker) => this.#end(worker)));
  }

  #rest(worker: WorkerProcess): void {
    this.#idle.set(worker, setTimeout(() => void this.#end(worker), this.#options.idleMs).unref());
  }

  #wake(): WorkerProcess | undefined {
    for (const [worker, timer] of this.#idle) {
      clearTimeout(timer);
      this.#idle.delete(worker);
      if (worker.isAlive()) return worker;
    }
    return undefined;
  }

  async #launch(): Promise<WorkerProcess> {
    const worker = await this.#options.start();
    this.#all.add(worker);
    void worker.ended.then(() => this.#end(worker));
    return worker;
  }

  async #end(worker: WorkerProcess): Promise<void> {
    clearTimeout(this.#idle.get(worker));
    this.#idle.delete(worker);
    this.#all.delete(worker);
    await worker[Symbol.asyncDispose]();
  }
}

function leaseOf(
  worker: WorkerProcess,
  permit: Disposable,
  rest: (worker: WorkerProcess) => void,
  end: (worker: WorkerProcess) => Promise<void>,
): WorkerLease {
  let isBroken = false;
  return {
    route: { ...SHARED, worker: worker.name },
    execute: (request, options) => worker.client.execute(request, options),
    broken() {
      isBroken = true;
    },
    async [Symbol.asyncDispose]() {
      if (isBroken || !worker.isAlive()) void end(worker);
      else rest(worker);
      permit[Symbol.dispose]();
    },
  };
}

const SHARED: RunRoute = {
  kind: RouteKind.SHARED_POOL,
  deployment: '',
  colour: RouteColour.UNSPECIFIED,
  worker: '',
  generation: 0n,
};

const RETRY_AFTER_MS = 1_000;

/** The error of a queue that takes no more work of a tenant. */
export const queueFull = (tenant: string, queue: FairQueue) =>
  reason(
    'QUEUE_FULL',
    { tenant: `tenants/${tenant}`, waiting: queue.waiting(tenant) },
    { retryAfterMs: RETRY_AFTER_MS, quota: [{ subject: `tenants/${tenant}`, description: 'runs that wait' }] },
  );

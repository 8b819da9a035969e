import type { TlsClientSettings, TokenSource } from '@weir/client';
import type { Settings } from '../config.ts';
import type { Dependency } from '../dependencies/dependency.ts';
import { fairQueue } from '../domain/fair-queue.ts';
import { deployedWorkers } from './deployed-workers.ts';
import { workerPool, type WorkerPool, type WorkerProcess } from './worker-pool.ts';
import { workerMemory, type WorkerMemory } from './worker-memory.ts';
import type { Workers } from './workers.ts';

/** Starts one worker process; resolves when it is ready. */
export type WorkerStarter = () => Promise<WorkerProcess>;

/** What it takes to reach workers. */
export interface AgentWorkersOptions {
  readonly settings: Pick<
    Settings,
    'WORKER_POOL_SIZE' | 'WORKER_IDLE' | 'QUEUE_CAPACITY' | 'QUEUE_CAPACITY_PER_TENANT'
  >;
  readonly tokens: TokenSource;
  readonly tls: Partial<TlsClientSettings>;
  readonly startWorker: WorkerStarter;
  readonly dependency: Dependency;
}

/** The workers of an agent, with what there is to know of them. */
export interface AgentWorkers extends Workers, AsyncDisposable {
  readonly pool: WorkerPool;
  readonly memory: WorkerMemory;
}

/** The workers of an agent: those that all tenants share, and those of deployments. */
export function agentWorkers(options: AgentWorkersOptions): AgentWorkers {
  const { settings, tokens, tls, startWorker, dependency } = options;
  const queue = fairQueue({
    permits: settings.WORKER_POOL_SIZE,
    capacity: settings.QUEUE_CAPACITY,
    capacityPerTenant: settings.QUEUE_CAPACITY_PER_TENANT,
  });
  // Only the start is behind the breaker: runs that kill their workers are their tenant's trouble, not everybody's.
  const pool = workerPool({ queue, idleMs: settings.WORKER_IDLE, start: () => dependency.run(startWorker) });
  const deployed = deployedWorkers(tokens, tls);
  return {
    pool,
    memory: workerMemory({ shared: () => pool.processes(), at: (address) => deployed.at(address) }),
    lease: async (request, signal) =>
      request.route ? deployed.lease(request.route, request.avoid) : pool.lease(request, signal),
    async [Symbol.asyncDispose]() {
      await Promise.all([pool[Symbol.asyncDispose](), deployed[Symbol.asyncDispose]()]);
    },
  };
}

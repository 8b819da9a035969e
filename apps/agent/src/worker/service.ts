import { WorkerServiceDefinition } from '@weir/contracts/agent';
import { bind, type Binding } from '@weir/rpc';
import { execute } from './handlers/execute.ts';
import { health } from './handlers/health.ts';
import type { Worker } from './worker.ts';

/** What a worker serves. */
export const workerBindings = (worker: Worker): readonly Binding[] => [
  bind(WorkerServiceDefinition, {
    execute: execute(worker),
    health: health(worker),
  }),
];

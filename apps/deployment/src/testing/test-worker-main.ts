import { setTimeout as wait } from 'node:timers/promises';
import {
  RouteKind,
  RunOutcome,
  WorkerServiceDefinition,
  WorkerState,
  type ExecuteRequest,
  type ExecuteResponse,
  type HealthResponse,
} from '@weir/contracts/agent';
import { ExecuteResponse as ExecuteResponses, HealthResponse as HealthResponses } from '@weir/contracts/agent';
import { reason } from '@weir/errors';
import { bind, run } from '@weir/rpc';
import { startTestServer } from '@weir/rpc/testing';

// A worker that computes nothing: what it does is said by the parameter of its version. "9.x" never starts, "8.x" fails
// every run; a run takes as long as the parameter `ms` says.
const { WORKER_COMPONENT_VERSION: componentVersion = '', WORKER_DIGEST: digest = '' } = process.env;
const version = componentVersion.split('/').at(-1) ?? '';

await run(async (stack) => {
  if (version.startsWith('9.')) throw new Error('this version does not start');
  let running = 0;

  async function* execute({ parameters }: ExecuteRequest): AsyncGenerator<ExecuteResponse> {
    running += 1;
    try {
      const asked = parameters['ms']?.value;
      await wait(asked?.$case === 'integer' ? Number(asked.value) : 5);
      if (version.startsWith('8.')) throw reason('SQL_INVALID', { step: 'x', problem: 'it is version 8' });
      const result = { outcome: RunOutcome.SUCCEEDED };
      yield ExecuteResponses.fromPartial({ update: { $case: 'result', value: result } });
    } finally {
      running -= 1;
    }
  }
  const health = (): HealthResponse =>
    HealthResponses.fromPartial({
      state: WorkerState.READY,
      componentVersion,
      digest,
      running,
      capacity: 4,
      route: { kind: RouteKind.DEPLOYMENT, deployment: process.env['WORKER_DEPLOYMENT'] ?? '' },
    });
  const binding = bind(WorkerServiceDefinition, { execute, health: async () => health() });
  const server = stack.use(await startTestServer({ service: 'worker', bindings: [binding] }));
  process.send?.({ address: server.address });
});

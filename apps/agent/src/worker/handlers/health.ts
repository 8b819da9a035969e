import { RouteKind, WorkerState, type HealthRequest, type HealthResponse } from '@weir/contracts/agent';
import { parse, tenantName, type Unary } from '@weir/rpc';
import { z } from 'zod';
import type { Worker } from '../worker.ts';

const Request = z.object({ tenant: tenantName().or(z.literal('tenants/-')) });

/** Health: whether the worker takes work. Answers from memory, whatever its runs are at. */
export function health(worker: Worker): Unary<HealthRequest, HealthResponse> {
  return async (request) => {
    parse(Request, request);
    const { identity, capacity, softwareVersion, startedAt } = worker;
    const { draining, running, ended, generation, engineBytes } = worker.status();

    return {
      state: draining ? WorkerState.DRAINING : WorkerState.READY,
      reasons: draining ? ['it finishes what it has and takes no more'] : [],
      componentVersion: identity.componentVersion ?? '',
      digest: identity.digest ?? '',
      route: {
        kind: identity.tenant === undefined ? RouteKind.SHARED_POOL : RouteKind.DEPLOYMENT,
        deployment: identity.deployment ?? '',
        colour: identity.colour,
        worker: identity.name,
        generation,
      },
      running,
      capacity,
      memoryBytes: BigInt(process.memoryUsage.rss() + engineBytes),
      startedAt,
      runsEnded: BigInt(ended),
      softwareVersion,
    };
  };
}

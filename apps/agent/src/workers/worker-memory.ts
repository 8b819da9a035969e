import type { Client } from '@weir/client';
import type { WorkerServiceDefinition } from '@weir/contracts/agent';
import type { Route } from '@weir/contracts/deployment';

/** What workers hold in memory. */
export interface WorkerMemory {
  /** Of the workers of these routes, or of the shared ones when there is no route. A worker that is silent counts 0. */
  of(routes: readonly Route[]): Promise<bigint>;
}

type WorkerClient = Pick<Client<typeof WorkerServiceDefinition>, 'health'>;

/** Where workers are found. */
export interface WorkerMemoryParts {
  shared(): readonly { readonly client: WorkerClient }[];
  at(address: string): WorkerClient;
}

const TIMEOUT_MS = 1_000;

/** Asks the workers. */
export function workerMemory({ shared, at }: WorkerMemoryParts): WorkerMemory {
  const ask = async (client: WorkerClient, tenant: string): Promise<bigint> => {
    try {
      return (await client.health({ tenant }, { timeoutMs: TIMEOUT_MS })).memoryBytes;
    } catch {
      // It died, or is too busy to say: what it holds is not known.
      return 0n;
    }
  };
  return {
    async of(routes) {
      const asked =
        routes.length > 0
          ? routes.flatMap(({ tenant, endpoints }) => endpoints.map(({ address }) => ask(at(address), tenant)))
          : shared().map(({ client }) => ask(client, 'tenants/-'));
      return (await Promise.all(asked)).reduce((sum, bytes) => sum + bytes, 0n);
    },
  };
}

import {
  createClient,
  openChannel,
  type Channel,
  type Client,
  type TlsClientSettings,
  type TokenSource,
} from '@weir/client';
import { RouteKind, WorkerServiceDefinition } from '@weir/contracts/agent';
import type { Endpoint, Route } from '@weir/contracts/deployment';
import { reason } from '@weir/errors';
import type { WorkerLease } from './workers.ts';

/** The workers of deployments. */
export interface DeployedWorkers extends AsyncDisposable {
  /** The one of a route that has the fewest runs of this agent. */
  lease(route: Route, avoid: ReadonlySet<string>): WorkerLease;
  /** A client of the worker at an address. */
  at(address: string): Client<typeof WorkerServiceDefinition>;
}

interface Connection {
  readonly channel: Channel;
  readonly client: Client<typeof WorkerServiceDefinition>;
  running: number;
}

const MAX_CONNECTIONS = 256;

/** Connections to the workers of deployments, opened when they are first needed. */
export function deployedWorkers(tokens: TokenSource, tls: Partial<TlsClientSettings>): DeployedWorkers {
  const connections = new Map<string, Connection>();

  const connect = (address: string): Connection => {
    const known = connections.get(address);
    if (known) return known;
    closeIdle(connections);
    const channel = openChannel({ address, tokens, tls });
    const connection = { channel, client: createClient(WorkerServiceDefinition, channel), running: 0 };
    connections.set(address, connection);
    return connection;
  };
  const load = ({ address }: Endpoint): number => connections.get(address)?.running ?? 0;

  return {
    at: (address) => connect(address).client,
    lease(route, avoid) {
      const others = route.endpoints.filter(({ replica }) => !avoid.has(replica));
      const [endpoint] = (others.length > 0 ? others : route.endpoints).toSorted((a, b) => load(a) - load(b));
      if (!endpoint) throw reason('DEPENDENCY_UNAVAILABLE', { dependency: route.deployment }, { retryAfterMs: 500 });
      const connection = connect(endpoint.address);
      connection.running += 1;
      return {
        route: {
          kind: RouteKind.DEPLOYMENT,
          deployment: route.deployment,
          colour: route.colour,
          worker: endpoint.replica,
          generation: route.generation,
        },
        execute: (request, options) => connection.client.execute(request, options),
        broken: () => undefined,
        async [Symbol.asyncDispose]() {
          connection.running -= 1;
        },
      };
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...connections.values()].map(({ channel }) => channel[Symbol.asyncDispose]()));
    },
  };
}

/** Replicas come and go: connections that nothing uses are closed before there are too many. */
function closeIdle(connections: Map<string, Connection>): void {
  if (connections.size < MAX_CONNECTIONS) return;
  for (const [address, { channel, running }] of connections) {
    if (running > 0) continue;
    connections.delete(address);
    void channel[Symbol.asyncDispose]();
  }
}

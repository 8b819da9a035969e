import { DeploymentServiceDefinition, type Route, type WatchRoutesResponse } from '@weir/contracts/deployment';
import { bind, type Binding } from '@weir/rpc';
import { once, EventEmitter } from 'node:events';

/** A deployment service that publishes the routes it is told to. */
export interface FakeDeployment {
  readonly bindings: Binding[];
  put(route: Route): void;
  /** Watches that were begun, by the revision that they began at. */
  readonly watches: bigint[];
}

/** One without routes. */
export function fakeDeployment(): FakeDeployment {
  const changes: Route[] = [];
  const watches: bigint[] = [];
  const bell = new EventEmitter();

  async function* watch(from: bigint, signal: AbortSignal): AsyncGenerator<WatchRoutesResponse> {
    watches.push(from);
    let next = Number(from);
    if (from === 0n) {
      for (const value of changes) yield { revision: 0n, event: { $case: 'put', value } };
      next = changes.length + 1;
      yield { revision: BigInt(next), event: { $case: 'bookmark', value: { snapshotComplete: true } } };
    }
    for (;;) {
      for (; next <= changes.length; next += 1) {
        const value = changes[next - 1];
        if (value) yield { revision: BigInt(next + 1), event: { $case: 'put', value } };
      }
      await once(bell, 'change', { signal });
    }
  }

  return {
    bindings: [
      bind(DeploymentServiceDefinition, { watchRoutes: ({ revision }, { signal }) => watch(revision, signal) }),
    ],
    put(route) {
      changes.push(route);
      bell.emit('change');
    },
    watches,
  };
}

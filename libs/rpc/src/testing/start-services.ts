import { DatasetServiceDefinition, StreamingServiceDefinition } from '@weir/contracts/agent';
import { TenantServiceDefinition } from '@weir/contracts/registry';
import { setTimeout as sleep } from 'node:timers/promises';
import { bind, type HandlersOf } from '../handler.ts';
import { startTestServer } from './start-test-server.ts';
import { tokenFor } from './test-verifier.ts';

/** Handlers of services that have every kind of method. */
export interface Handlers {
  readonly tenants?: HandlersOf<typeof TenantServiceDefinition>;
  readonly datasets?: HandlersOf<typeof DatasetServiceDefinition>;
  readonly streaming?: HandlersOf<typeof StreamingServiceDefinition>;
}

/** Serves them to a data administrator of acme. */
export async function startServices({ tenants = {}, datasets = {}, streaming = {} }: Handlers) {
  const server = await startTestServer({
    bindings: [
      bind(TenantServiceDefinition, tenants),
      bind(DatasetServiceDefinition, datasets),
      bind(StreamingServiceDefinition, streaming),
    ],
  });
  const logged = (message: string) => server.logs().filter(({ msg }) => msg === message);
  return {
    ...server,
    tenants: server.client(TenantServiceDefinition, tokenFor()),
    datasets: server.client(DatasetServiceDefinition, tokenFor()),
    streaming: server.client(StreamingServiceDefinition, tokenFor()),
    /** The codes with which calls have ended so far. */
    codes: () => logged('call').map(({ code }) => code),
    /** What nobody foresaw. */
    failures: () => logged('unexpected'),
  };
}

/** Everything that a stream brings. */
export async function collect<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const message of messages) all.push(message);
  return all;
}

/** Waits until a condition holds, for half a minute at most. */
export async function until(holds: () => boolean): Promise<void> {
  for (let left = 6_000; left > 0 && !holds(); left -= 1) await sleep(5);
  if (!holds()) throw new Error(`it never came true: ${holds.toString()}`);
}

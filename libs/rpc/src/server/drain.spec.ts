import { DatasetServiceDefinition } from '@weir/contracts/agent';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { TenantServiceDefinition } from '@weir/contracts/registry';
import { bind } from '../handler.ts';
import { startTestServer, tokenFor } from '../testing/index.ts';
import { collect, until } from '../testing/start-services.ts';

const acme = { name: 'tenants/acme' };

/** A server whose GetTenant answers when the test says so, and whose downloads never end. */
async function start(graceMs: number) {
  const gate = Promise.withResolvers<void>();
  const state = { arrived: 0, aborted: [] as unknown[] };
  const server = await startTestServer({
    settings: { DRAIN_GRACE: graceMs },
    bindings: [
      bind(TenantServiceDefinition, {
        async getTenant(_, { signal }) {
          signal.addEventListener('abort', () => state.aborted.push(signal.reason));
          state.arrived += 1;
          await gate.promise;
          return { tenant: undefined };
        },
      }),
      bind(DatasetServiceDefinition, {
        async *downloadDataset() {
          state.arrived += 1;
          yield { payload: { $case: 'chunk', value: Buffer.alloc(1) } };
          await new Promise(() => undefined);
        },
      }),
    ],
  });
  return {
    ...server,
    state,
    release: () => gate.resolve(),
    drain: () => server.server[Symbol.asyncDispose](),
    tenants: server.client(TenantServiceDefinition, tokenFor()),
    datasets: server.client(DatasetServiceDefinition, tokenFor()),
  };
}

describe('drain', () => {
  it('lets a call in flight finish, and takes no new connection', async () => {
    await using server = await start(5_000);
    const running = server.tenants.getTenant(acme);
    await until(() => server.state.arrived === 1);

    const drained = server.drain();
    await sleep(50);
    const late = server.client(TenantServiceDefinition, tokenFor()).getTenant(acme, { timeoutMs: 2_000 });
    await expect(late).rejects.toMatchObject({ reason: 'DEPENDENCY_UNAVAILABLE' });
    server.release();

    await expect(running).resolves.toEqual({ tenant: undefined });
    await drained;
    expect(server.state.aborted).toEqual([]);
  });

  it('cuts what is left after the grace', async () => {
    await using server = await start(100);
    const running = server.tenants.getTenant(acme, { timeoutMs: 10_000 });
    running.catch(() => undefined);
    await until(() => server.state.arrived === 1);

    const startedAt = performance.now();
    await server.drain();

    expect(performance.now() - startedAt).toBeLessThan(3_000);
    await expect(running).rejects.toMatchObject({ reason: 'DEPENDENCY_UNAVAILABLE' });
    expect(server.state.aborted).toHaveLength(1);
  });

  it('tells watchers to resume elsewhere, at once', async () => {
    await using server = await start(10_000);
    const watching = collect(server.datasets.downloadDataset({ name: 'tenants/acme/datasets/x' }));
    watching.catch(() => undefined);
    await until(() => server.state.arrived === 1);

    const startedAt = performance.now();
    await server.drain();

    expect(performance.now() - startedAt).toBeLessThan(3_000);
    await expect(watching).rejects.toMatchObject({ reason: 'SHUTTING_DOWN', details: { retryAfterMs: 200 } });
  });

  it('does not wait for a peer that says nothing', async () => {
    await using server = await start(100);
    // Nothing reads what it is sent, so it never learns that the server is going.
    const peer = connect(server.server.port, '127.0.0.1').pause();
    await new Promise((resolve) => peer.once('connect', resolve));

    const startedAt = performance.now();
    await server.drain();

    expect(performance.now() - startedAt).toBeLessThan(3_000);
    peer.destroy();
  });

  it('may be asked for twice', async () => {
    await using server = await start(100);

    await Promise.all([server.drain(), server.drain()]);
  });
});

describe('a port that is taken', () => {
  it('is told by the setting’s name', async () => {
    // grpc-js says it too, in its own words.
    jest.spyOn(console, 'error').mockImplementation(() => undefined);
    await using server = await start(100);
    const settings = { GRPC_LISTEN: { host: '127.0.0.1', port: server.server.port } };

    await expect(startTestServer({ settings, bindings: [bind(TenantServiceDefinition, {})] })).rejects.toThrow(
      `cannot listen on ${server.address} (GRPC_LISTEN)`,
    );
  });
});

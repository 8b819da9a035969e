import { type DownloadDatasetResponse } from '@weir/contracts/agent';
import type { GetTenantResponse } from '@weir/contracts/registry';
import { reason } from '@weir/errors';
import { setTimeout as sleep } from 'node:timers/promises';
import { collect, startServices, until } from '../testing/start-services.ts';

const acme = { name: 'tenants/acme' };
const dataset = { name: 'tenants/acme/datasets/flights' };
const chunk = (size = 1): DownloadDatasetResponse => ({ payload: { $case: 'chunk', value: Buffer.alloc(size) } });

describe('a unary handler', () => {
  it('answers UNIMPLEMENTED where there is none', async () => {
    await using server = await startServices({});

    await expect(server.tenants.getTenant(acme)).rejects.toMatchObject({
      reason: 'METHOD_NOT_BUILT',
      metadata: { method: '/weir.registry.v1.TenantService/GetTenant' },
    });
    await expect(collect(server.datasets.downloadDataset(dataset))).rejects.toMatchObject({
      reason: 'METHOD_NOT_BUILT',
    });
  });

  it('is told when the caller cancels, and the call is CANCELLED, not a failure of ours', async () => {
    const controller = new AbortController();
    const aborted = Promise.withResolvers<unknown>();
    await using server = await startServices({
      tenants: {
        getTenant: async (_, { signal }) => {
          signal.addEventListener('abort', () => aborted.resolve(signal.reason));
          controller.abort();
          await sleep(5_000, undefined, { signal });
          return { tenant: undefined };
        },
      },
    });

    await expect(server.tenants.getTenant(acme, { signal: controller.signal })).rejects.toMatchObject({
      reason: 'CANCELLED',
    });

    await expect(aborted.promise).resolves.toMatchObject({ name: 'AbortError' });
    await until(() => server.codes().includes('CANCELLED'));
    expect(server.failures()).toEqual([]);
  });

  it('cannot end the process, nor leave the caller waiting, by what it throws', async () => {
    await using server = await startServices({
      tenants: {
        getTenant: () => {
          throw new TypeError('not even a promise');
        },
      },
    });

    await expect(server.tenants.getTenant(acme)).rejects.toMatchObject({ reason: 'INTERNAL' });
  });

  it('that answers with what is no answer fails like any other', async () => {
    await using server = await startServices({
      tenants: { getTenant: async () => ({ tenant: { name: 'x' } }) as GetTenantResponse },
    });

    await expect(server.tenants.getTenant(acme)).rejects.toMatchObject({ reason: 'INTERNAL' });
    expect(server.codes()).toEqual(['INTERNAL']);
  });
});

describe('a server stream', () => {
  it('sends what the handler yields', async () => {
    await using server = await startServices({
      datasets: {
        async *downloadDataset() {
          yield chunk(1);
          yield chunk(2);
        },
      },
    });

    expect(await collect(server.datasets.downloadDataset(dataset))).toEqual([chunk(1), chunk(2)]);
  });

  it('ends with the reason that the handler throws, after what it yielded', async () => {
    await using server = await startServices({
      datasets: {
        async *downloadDataset() {
          yield chunk();
          throw reason('ETAG_MISMATCH', { name: 'x', etag: 'y' });
        },
      },
    });
    let received = 0;

    const read = (async () => {
      for await (const message of server.datasets.downloadDataset(dataset)) received += message.payload ? 1 : 0;
    })();

    await expect(read).rejects.toMatchObject({ reason: 'ETAG_MISMATCH' });
    expect(received).toBe(1);
  });

  it('lets the handler clean up when the caller leaves', async () => {
    const cleaned = Promise.withResolvers<void>();
    await using server = await startServices({
      datasets: {
        async *downloadDataset(_, { signal }) {
          try {
            for (;;) {
              yield chunk();
              await sleep(1, undefined, { signal });
            }
          } finally {
            cleaned.resolve();
          }
        },
      },
    });

    for await (const message of server.datasets.downloadDataset(dataset)) {
      expect(message).toEqual(chunk());
      break;
    }

    await cleaned.promise;
    await until(() => server.codes().includes('CANCELLED'));
    expect(server.failures()).toEqual([]);
  });

  it('is not held open by a handler that does not listen', async () => {
    await using server = await startServices({
      datasets: {
        async *downloadDataset() {
          yield chunk();
          await new Promise(() => undefined);
        },
      },
    });

    for await (const message of server.datasets.downloadDataset(dataset)) {
      expect(message).toEqual(chunk());
      break;
    }

    await until(() => server.codes().includes('CANCELLED'));
  });

  it('asks the handler for more only as fast as the caller reads', async () => {
    let yielded = 0;
    await using server = await startServices({
      datasets: {
        async *downloadDataset() {
          for (; yielded < 2_000; yielded += 1) yield chunk(16_384);
        },
      },
    });

    for await (const message of server.datasets.downloadDataset(dataset)) {
      expect(message.payload).toBeDefined();
      await sleep(200);
      break;
    }

    expect(yielded).toBeLessThan(500);
  });
});
